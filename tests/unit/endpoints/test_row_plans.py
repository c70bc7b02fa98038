"""Rows that are read by a plan are those that are read member by member; what is wrong is found there alone."""

import csv
import io
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audience.endpoints import json_plan
from audience.endpoints import known_values as module
from audience.endpoints.columns import ColumnRules
from audience.endpoints.csv_rows import CsvHeader
from audience.endpoints.json_members import JsonMembers
from audience.endpoints.json_rows import checked_row, plain_row, row_of_document
from audience.endpoints.known_values import known_values
from audience.endpoints.rows import Row, RowInvalidError, Wrong
from audience.exact_numbers import loads
from tests.unit.endpoints.reading import APP

SOUND: dict[str, list[str]] = {
    "Id": ["e", " 1 "],
    "Address": ["a@example.com"],
    "ChannelType": ["EMAIL", "sms"],
    "EffectiveDate": ["2026-01-02", "2026-01-02T03:04:05.678Z"],
    "Location.City": ["New York", "Oslo"],
    "Location.Country": ["NO"],
    "Location.Latitude": ["48.15", "-0.04", "0"],
    "User.UserId": ["u"],
    "Attributes.Plan": ["pro", " b"],
    "Attributes.a b": ["x" * 100],
    "Metrics.Score": ["1", "2.50", "-0", "0"],
    "User.UserAttributes.Name": ["Ada", 'A "b"'],
}
ODD = [
    "", " ", "\u00a0", "x" * 101, "\u017fms", "MAIL", "nan", "1_0", "1e126", "l1\nl2", "a,b", "\tx ", "é" * 520,
    "x" * 15_000,
]  # fmt: skip
OTHER_COLUMNS = [
    "",
    "email",
    "Adress",
    "CohortId",
    "Attributes." + "x" * 51,
    "Metrics.",
    "id",
    "Attributes.Plan",
]
RULES = st.sampled_from(
    [
        ColumnRules(),
        ColumnRules(fail_unknown=True),
        ColumnRules({"email": "Address", "Id": ""}, {"ChannelType": "EMAIL", "User.UserId": "u"}),
        ColumnRules(
            {"user.id": "User.UserId", "first": "Attributes.First", "User.UserAttributes.Name": "Metrics.n"}
        ),
        ColumnRules({}, {"Attributes.Source": "crm", "OptOut": "ALL", "Metrics.m": "0"}),
        ColumnRules({}, {"RequestId": "r" * 15_000}),
    ]
)


def outcome(read: Callable[[], list[Row]]) -> list[Row] | tuple[Wrong, ...]:
    try:
        return read()
    except RowInvalidError as error:
        return error.reasons


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    """A header and rows below it, most of them sound."""
    columns = draw(st.lists(st.sampled_from(sorted(SOUND)), min_size=1, max_size=12, unique=True))
    columns += draw(st.just([]) | st.lists(st.sampled_from(OTHER_COLUMNS), max_size=2))
    cells = [st.sampled_from(SOUND.get(column, ["x"])) for column in columns]
    odd = [cell | st.sampled_from(ODD) for cell in cells]
    return columns, draw(st.lists(st.tuples(*cells) | st.tuples(*odd) | st.tuples(*odd[1:]), max_size=5))  # type: ignore[return-value]


@settings(deadline=None, max_examples=150)
@given(
    table=tables(),
    rules=RULES,
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    delimiter=st.sampled_from(",;\t"),
)
def test_a_row_of_csv_is_the_same_by_plan_and_column_by_column(
    table: tuple[list[str], list[list[str]]], rules: ColumnRules, quoting: Any, delimiter: str
) -> None:
    columns, rows = table
    header = record_of(columns, delimiter, csv.QUOTE_MINIMAL)
    with_plan, without = CsvHeader(header, rules, delimiter), CsvHeader(header, rules, delimiter)
    without._plan.fits = False
    for row in rows:
        record = record_of(row, delimiter, quoting)
        for cut in (record, record[: len(record) // 2], record + b'"', record.replace(b"e", b" \xff")):
            assert outcome(lambda: with_plan.rows(cut, APP)) == outcome(lambda: without.rows(cut, APP))  # noqa: B023


def record_of(cells: list[str], delimiter: str, quoting: Any) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="", quoting=quoting).writerow(cells)
    return text.getvalue().encode()


VALUES = st.sampled_from(
    [None, True, 0, -0.0, 7, 10**15, 1.5, "", [], {}, {"a": 1}, {"id": "u"}, [1], [None], ["a"], ["x" * 101]]
)


def second_row(record: bytes, members: JsonMembers) -> Row | None:
    """The row by plan, which is made for names that come a second time."""
    plain_row(record, APP, members)
    return plain_row(record, APP, members)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A line of JSON, most often a sound one."""
    document: dict[str, Any] = {}
    wild = draw(st.booleans())
    for field in draw(st.lists(st.sampled_from(sorted(SOUND)), max_size=12, unique=True)):
        *groups, name = field.split(".")
        value: Any = draw(st.sampled_from(SOUND[field]))
        if "tude" in name or "Metrics" in groups:
            value = float(value)
        elif groups and groups[-1].endswith("Attributes"):
            value = draw(st.sampled_from([value, [value], [value, "b"], []]))
        inside = document
        for group in groups:
            inside = inside.setdefault(group, {})
        inside[name] = draw(VALUES | st.sampled_from(ODD)) if wild and draw(st.booleans()) else value
    others = [
        *OTHER_COLUMNS,
        "Location",
        "User",
        "Attributes",
        "Location.City",
        "User.UserAttributes",
        "Reason",
        "user",
        "first",
    ]
    return document | draw(st.dictionaries(st.sampled_from(others), VALUES, max_size=1 + wild))


@settings(deadline=None, max_examples=150)
@given(found=st.lists(documents(), min_size=1, max_size=4), rules=RULES)
def test_a_row_of_json_is_the_same_by_plan_and_member_by_member(
    found: list[dict[str, Any]], rules: ColumnRules
) -> None:
    planned, with_plan, without = JsonMembers(rules), JsonMembers(rules), JsonMembers(rules)
    for document in found:
        record = orjson.dumps(document)
        exact = loads(record)
        expected = outcome(lambda: [row_of_document(exact, application_id=APP, members=without)])  # noqa: B023
        assert outcome(lambda: [checked_row(record, APP, with_plan)]) == expected  # noqa: B023
        row = second_row(record, planned)
        if row is not None:
            assert [row] == expected
        else:
            outcome(lambda: [checked_row(record, APP, planned)])  # noqa: B023
    assert planned.ignored.sorted() == without.ignored.sorted()
    assert with_plan.ignored.sorted() == without.ignored.sorted()


@pytest.mark.parametrize(
    "record",
    [
        b'{"Id":"e","Location":{"City":"Oslo","Latitude":1},"User":{"UserId":5,"UserAttributes":{"a":["b"]}}}',
        b'{"id":7,"attributes":{"Plan":"pro","gone":[]},"Metrics":{"m":0.1},"note":1,"Demographic":{},"OptOut":null}',
        b'{"Address":"a","ChannelType":"sms","CohortId":"5","User":{"UserStatus":"ACTIVE","UserAttributes":null}}',
    ],
)
def test_lines_of_json_with_nothing_wrong_are_read_by_plan(record: bytes) -> None:
    members = JsonMembers(ColumnRules())
    assert plain_row(record, APP, members) is None
    assert plain_row(record, APP, members) == checked_row(record, APP, JsonMembers(ColumnRules()))


@pytest.mark.parametrize(
    "record",
    [
        b"e,a, EMAIL,New York,1,,b,x",
        b'"e","a","EMAIL","New York","1","b","","note, and"',
        b"e,a,sms,Oslo,0,,Ada,\t",
        b'e,a,EMAIL,"New York, NY",1,"say ""tea""",,"l1\nl2"',
    ],
)
def test_records_of_csv_with_nothing_wrong_are_read_by_plan(
    record: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = CsvHeader(
        b"Id,Address,ChannelType,Location.City,Metrics.m,Attributes.a,User.UserAttributes.n,note"
    )
    (expected,) = header.rows(record, APP)
    monkeypatch.setattr(header, "_row", None)
    assert header.rows(record, APP) == [expected]


def test_columns_of_one_attribute_are_read_by_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    header = CsvHeader(b"Id,Attributes.a,Attributes.a,Attributes.b,Attributes.a")
    monkeypatch.setattr(header, "_row", None)
    assert header.rows(b"e,x,,y,z", APP) == [
        Row("e", "", {"Attributes.a": ["x", "z"], "Attributes.b": ["y"]})
    ]
    assert header.rows(b"e,,,y,", APP) == [Row("e", "", {"Attributes.b": ["y"]})]


def test_plans_are_made_for_so_many_bytes_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_plan, "_MOST_BYTES", 30)
    monkeypatch.setattr(json_plan, "_MOST_SEEN", 3)
    members = JsonMembers(ColumnRules())
    found = [second_row(b'{"Id":"e","Metrics":{"m%d":1}}' % number, members) for number in range(5)]
    assert [row is not None for row in found] == [True, False, False, False, False]


def test_a_text_is_found_again_and_another_number_is_not_taken_for_true(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST_VALUES", 3)
    scores = known_values("Metrics.m")
    assert scores is not None
    assert [scores[str(number)] for number in range(10)] == list(range(10))
    assert len(scores) <= 3
    assert scores["1" + " " * 200] == 1
    assert len(scores) <= 3
    members = JsonMembers(ColumnRules())
    assert second_row(b'{"Id":"e","Metrics":{"m":1}}', members) is not None
    assert second_row(b'{"Id":"e","Metrics":{"m":true}}', members) is None
