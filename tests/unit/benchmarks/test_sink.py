"""The benchmarks' sink answers and counts as DynamoDB does."""

import json

import pytest

from benchmarks.sink_settings import SinkSettings
from benchmarks.sink_tables import Tables

INSERT = "INSERT INTO \"endpoints\" VALUE {'pk':?,'sk':?,'Address':?}"


def tables(**settings):
    return Tables(SinkSettings(measured_units=True, **settings), lambda: 0.0)


def insert(sort_key, text="a@example.org"):
    return {"Statement": INSERT, "Parameters": [{"S": "app#00"}, {"S": sort_key}, {"S": text}]}


def batch(sink, *statements):
    answer = sink.answer(b"BatchExecuteStatement", json.dumps({"Statements": statements}).encode())
    return [one.get("Error", {}).get("Code") for one in json.loads(answer.body)["Responses"]]


def update(sink, sort_key, **members):
    request = {"TableName": "endpoints", "Key": {"pk": {"S": "p"}, "sk": {"S": sort_key}}, **members}
    return sink.answer(b"UpdateItem", json.dumps(request).encode())


def test_new_endpoints_go_in_and_are_counted() -> None:
    sink = tables()
    assert batch(sink, insert("E#1"), insert("E#2")) == [None, None]
    counts = sink.counts()
    assert counts["requests"] == {"BatchExecuteStatement": 1}
    assert counts["items"] == counts["units"] == {"BatchExecuteStatement": 2}


def test_an_item_of_more_than_a_kilobyte_is_two_write_units() -> None:
    sink = tables()
    batch(sink, insert("E#1", "x" * 1024))
    assert sink.counts()["units"] == {"BatchExecuteStatement": 2}


def test_all_operations_agree_on_what_is_there() -> None:
    sink = tables(duplicates=0.5)
    names = [f"E#{number}" for number in range(200)]
    refused = [bool(code) for name in names for code in batch(sink, insert(name))]
    there = ["Attributes" in json.loads(update(sink, name, ReturnValues="ALL_OLD").body) for name in names]
    assert refused == there
    assert 60 < sum(refused) < 140
    assert sink.counts()["refused"] == {"BatchExecuteStatement, DuplicateItem": sum(refused)}


@pytest.mark.parametrize("first", ["statement", "update"])
def test_a_user_is_there_once_it_was_written(first: str) -> None:
    sink = tables()
    batch(sink, insert("U#ada")) if first == "statement" else update(sink, "U#ada")
    assert batch(sink, insert("U#ada"), insert("U#alan")) == ["DuplicateItem", None]


def test_a_share_of_requests_is_throttled_whole_and_takes_nothing() -> None:
    sink = tables(throttled=0.3)
    answers = [update(sink, f"E#{number}") for number in range(200)]
    refused = [answer for answer in answers if answer.status == 400]
    assert 30 < len(refused) < 90
    assert all(b"Exception" in answer.body for answer in refused)
    assert sink.counts()["items"] == {"UpdateItem": 200 - len(refused)}


def test_a_share_of_statements_is_throttled_singly() -> None:
    sink = tables(throttled_statements=0.3)
    codes = batch(sink, *(insert(f"E#{number}") for number in range(200)))
    throttled = sum(code in {"ThrottlingError", "ProvisionedThroughputExceeded"} for code in codes)
    assert 30 < throttled < 90
    assert sink.counts()["items"] == {"BatchExecuteStatement": 200 - throttled}


def test_a_table_takes_so_many_units_a_second_and_no_more() -> None:
    now = [0.0]
    sink = Tables(SinkSettings(units_a_second=10), lambda: now[0])
    assert [update(sink, "E#1").status for _ in range(12)].count(200) == 11
    now[0] = 1.0
    assert update(sink, "E#1").status == 200


def test_unprocessed_items_of_a_batch_are_given_back() -> None:
    sink = tables(throttled_statements=1.0)
    writes = [{"PutRequest": {"Item": {"pk": {"S": "p"}, "sk": {"S": "E#1"}}}}]
    answer = sink.answer(b"BatchWriteItem", json.dumps({"RequestItems": {"endpoints": writes}}).encode())
    assert json.loads(answer.body) == {"UnprocessedItems": {"endpoints": writes}}
