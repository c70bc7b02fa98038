"""The laptop's DynamoDB: what is MiniStack's own is its affair; here is what is put around it."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError

from local.account import ROOT
from local.tables import FILE, table_server
from tests.local.tables_client import client_of

KEYS = {
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with table_server(None) as url:
        client_of(url).create_table(TableName="People", **KEYS)
        yield url


@pytest.fixture
def dynamodb(url: str) -> Any:
    return client_of(url)


def test_the_rehearsal_runs_the_same_ministack() -> None:
    def pinned(name: str) -> list[str]:
        lines = (ROOT / "requirements" / name).read_text().splitlines()
        start = next(number for number, line in enumerate(lines) if line.startswith("ministack=="))
        return lines[start : start + 3]  # the version and its two hashes

    assert pinned("tables.txt") == pinned("rehearsal.txt")


def statement(key: str, text: str = "") -> dict[str, Any]:
    return {"Statement": f"INSERT INTO \"People\" VALUE {{'pk': ?{text}}}", "Parameters": [{"S": key}]}


def test_a_batch_of_statements_says_which_items_were_there(dynamodb: Any) -> None:
    dynamodb.put_item(TableName="People", Item={"pk": {"S": "there"}})
    answer = dynamodb.batch_execute_statement(Statements=[statement("there"), statement("new")])
    assert [each.get("Error", {}).get("Code") for each in answer["Responses"]] == ["DuplicateItem", None]


def test_what_is_inserted_is_what_would_be_put(dynamodb: Any) -> None:
    text = "INSERT INTO \"People\" VALUE {'pk': ?, 'value': ?}"
    values = {
        "number": {"N": "1.50"},
        "x" * 2049: {"S": "the key is too long"},
        "": {"S": "the key is empty"},
        "set": {"SS": []},
        "digits": {"N": "1" * 39},
    }
    statements = [{"Statement": text, "Parameters": [{"S": key}, value]} for key, value in values.items()]
    answer = dynamodb.batch_execute_statement(Statements=statements)["Responses"]
    assert [each.get("Error", {}).get("Code") for each in answer] == [None, *["ValidationError"] * 4]
    kept = dynamodb.get_item(TableName="People", Key={"pk": {"S": "number"}})["Item"]
    assert kept["value"] == {"N": "1.5"}


def test_a_statement_that_dynamodb_finds_too_long_is_refused(dynamodb: Any) -> None:
    longest = 8192 - len(statement("")["Statement"])
    dynamodb.batch_execute_statement(Statements=[statement("longest", " " * longest)])
    with pytest.raises(ClientError, match="8192"):
        dynamodb.batch_execute_statement(
            Statements=[statement("a"), statement("longer", " " * (longest + 1))]
        )


def test_errors_have_their_namespace(url: str) -> None:
    def refused(operation: str, body: str) -> str:
        headers = {"X-Amz-Target": f"DynamoDB_20120810.{operation}"}
        answer = requests.post(url, data=body, headers=headers, timeout=60)
        assert answer.status_code == 400
        return str(answer.json()["__type"])

    assert refused("GetItem", '{"TableName": "None"}').startswith("com.amazon")
    assert refused("DescribeTable", '{"TableName": "None"}') == (
        "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"
    )
    assert refused("ListBackups", "{}").endswith("#UnknownOperationException")
    assert refused("GetItem", "{").endswith("#SerializationException")


def test_items_are_never_shared_between_answers_and_tables(dynamodb: Any) -> None:
    key = {"pk": {"S": "shared"}}
    for number in ("1", "2"):
        dynamodb.update_item(
            TableName="People",
            Key=key,
            UpdateExpression="SET a = if_not_exists(a, :a), b = :b",
            ExpressionAttributeValues={":a": {"M": {"x": {"N": number}}}, ":b": {"N": number}},
        )
    assert dynamodb.get_item(TableName="People", Key=key)["Item"] == {
        **key,
        "a": {"M": {"x": {"N": "1"}}},
        "b": {"N": "2"},
    }


def test_what_was_answered_outlives_a_server_that_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "local.dynamodb", str(tmp_path / FILE)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        dynamodb = client_of(f"http://localhost:{process.stdout.readline().strip()}")
        dynamodb.create_table(TableName="Kept", **KEYS)
        dynamodb.create_table(TableName="Gone", **KEYS)
        for key in ("a", "b", "c"):
            dynamodb.put_item(TableName="Kept", Item={"pk": {"S": key}})
        dynamodb.delete_item(TableName="Kept", Key={"pk": {"S": "b"}})
        dynamodb.delete_table(TableName="Gone")
        process.send_signal(signal.SIGKILL)
    for _ in range(2):  # the second reads what the first has written anew
        with table_server(tmp_path) as url:
            assert client_of(url).list_tables()["TableNames"] == ["Kept"]
            assert {item["pk"]["S"] for item in client_of(url).scan(TableName="Kept")["Items"]} == {"a", "c"}


def test_a_line_that_was_cut_off_is_left_out(tmp_path: Path) -> None:
    with table_server(tmp_path) as url:
        client_of(url).create_table(TableName="Kept", **KEYS)
    file = tmp_path / FILE
    file.write_bytes(file.read_bytes() + b'["PutItem",{"TableName":"Ke')
    with table_server(tmp_path) as url:
        assert client_of(url).scan(TableName="Kept")["Items"] == []
