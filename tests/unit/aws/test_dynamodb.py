"""The client sends requests unchanged, retries transient errors, and names the others."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from botocore.credentials import Credentials

from audience.aws.dynamodb import (
    MAX_PAUSE,
    MAX_THROTTLES,
    MAX_TRIES,
    ConditionFailedError,
    DynamoDBClient,
    DynamoDBError,
    ItemTooLargeError,
    RequestInvalidError,
)
from audience.aws.signature import Signer
from audience.errors import RetryableError, TableThrottledError
from tests.unit.aws.stub_dynamodb import DROP, GARBLE, Answer, Stub, error, stub_server

THROTTLED = "ProvisionedThroughputExceededException"


@pytest.fixture
def stub() -> Iterator[Stub]:
    with stub_server() as serving:
        yield serving


def client(stub: Stub, pauses: list[float] | None = None, chance: float = 1.0) -> DynamoDBClient:
    host = stub.url.removeprefix("http://")
    signer = Signer(Credentials("AKID", "secret", "token"), "us-east-1", host)
    noted = pauses if pauses is not None else []
    return DynamoDBClient(stub.url, signer, pause=noted.append, chance=lambda: chance)


def test_a_request_is_sent_unchanged_and_its_reply_returned(stub: Stub) -> None:
    stub.answers = [Answer(body={"Item": {"pk": {"S": "ä"}}})]
    request = {"TableName": "t", "Key": {"pk": {"S": "ü"}}}
    assert client(stub).call("GetItem", request) == {"Item": {"pk": {"S": "ä"}}}
    assert stub.bodies == [request]
    (headers,) = stub.headers
    assert headers["x-amz-target"] == "DynamoDB_20120810.GetItem"
    assert headers["content-type"] == "application/x-amz-json-1.0"
    assert headers["x-amz-security-token"] == "token"
    assert headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKID/")


def test_each_thread_keeps_a_connection_of_its_own(stub: Stub) -> None:
    row_client = client(stub)
    for _ in range(5):
        row_client.call("GetItem", {})
    assert len(stub.connections) == 1
    together = Barrier(3)
    stub.meanwhile = lambda: together.wait() and None
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: row_client.call("GetItem", {}), range(3)))
    assert len(stub.connections) == 4


@pytest.mark.parametrize(
    "trouble",
    [
        Answer(500),
        Answer(503),
        error(THROTTLED),
        error("ThrottlingException"),
        error("RequestLimitExceeded"),
        error("TransactionConflictException"),
        DROP,
        GARBLE,
    ],
)
def test_transient_errors_are_retried(stub: Stub, trouble: Answer | str) -> None:
    stub.answers = [trouble, trouble, Answer(body={"done": True})]
    pauses: list[float] = []
    assert client(stub, pauses).call("UpdateItem", {"n": 1}) == {"done": True}
    assert stub.bodies == [{"n": 1}] * 3
    assert len(pauses) == 2


def test_a_server_that_cannot_be_reached_is_tried_as_often_as_one_with_errors() -> None:
    with stub_server() as gone:
        url = gone
    pauses: list[float] = []
    with pytest.raises(TableThrottledError, match="ConnectionRefusedError"):
        client(url, pauses).call("GetItem", {})
    assert len(pauses) == MAX_TRIES - 1


def test_each_try_is_signed_again(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    stub.answers = [Answer(500)]
    row_client = client(stub)
    signed: list[str] = []
    sign = row_client._signer.head
    monkeypatch.setattr(
        row_client._signer, "head", lambda *request: signed.append(request[0]) or sign(*request)
    )
    row_client.call("GetItem", {})
    assert len(signed) == 2


def test_the_client_gives_up_after_ten_server_errors(stub: Stub) -> None:
    stub.default = Answer(500)
    with pytest.raises(
        TableThrottledError, match="UpdateItem was refused 10 times, last: 500 500"
    ) as given_up:
        client(stub).call("UpdateItem", {})
    assert isinstance(given_up.value, RetryableError)
    assert len(stub.bodies) == MAX_TRIES == 10


def test_a_throttled_table_is_retried_longer_than_server_errors(stub: Stub) -> None:
    stub.default = error(THROTTLED)
    with pytest.raises(
        TableThrottledError, match=f"was refused {MAX_THROTTLES} times, last: 400 {THROTTLED}"
    ):
        client(stub).call("UpdateItem", {})
    assert len(stub.bodies) == MAX_THROTTLES


def test_pauses_double_up_to_their_maximum_and_are_shortened_at_random(stub: Stub) -> None:
    stub.default = error(THROTTLED)
    for chance in (1.0, 0.25):
        pauses: list[float] = []
        with pytest.raises(TableThrottledError):
            client(stub, pauses, chance).call("UpdateItem", {})
        longest = [pause / chance for pause in pauses]
        assert longest[:3] == [0.1, 0.2, 0.4]
        assert longest[-1] == MAX_PAUSE
        assert longest == sorted(longest)


def test_a_condition_that_does_not_hold_has_an_error_of_its_own(stub: Stub) -> None:
    stub.answers = [error("ConditionalCheckFailedException")]
    with pytest.raises(ConditionFailedError):
        client(stub).call("UpdateItem", {})
    assert len(stub.bodies) == 1


def test_an_item_that_is_too_large_has_an_error_of_its_own(stub: Stub) -> None:
    said = "Item size to update has exceeded the maximum allowed size"
    stub.answers = [Answer(400, {"__type": "com.amazon.coral.validate#ValidationException", "message": said})]
    with pytest.raises(ItemTooLargeError):
        client(stub).call("UpdateItem", {})


def test_a_request_that_dynamodb_does_not_take_has_an_error_of_its_own(stub: Stub) -> None:
    stub.answers = [error("ValidationException"), error("AccessDeniedException")]
    with pytest.raises(RequestInvalidError):
        client(stub).call("BatchExecuteStatement", {})
    with pytest.raises(DynamoDBError) as refused:
        client(stub).call("BatchExecuteStatement", {})
    assert not isinstance(refused.value, RequestInvalidError)


@pytest.mark.parametrize(
    "name", ["ValidationException", "AccessDeniedException", "ResourceNotFoundException"]
)
def test_any_other_error_is_not_retried_and_is_named(stub: Stub, name: str) -> None:
    stub.answers = [error(name)]
    with pytest.raises(DynamoDBError, match=f"^DynamoDB refused UpdateItem: {name}$"):
        client(stub).call("UpdateItem", {})
    assert len(stub.bodies) == 1


def test_the_connection_can_be_used_after_a_final_error(stub: Stub) -> None:
    stub.answers = [error("ValidationException"), Answer(body={"ok": 1})]
    row_client = client(stub)
    with pytest.raises(DynamoDBError):
        row_client.call("UpdateItem", {})
    assert row_client.call("UpdateItem", {}) == {"ok": 1}
    assert len(stub.connections) == 1


def test_a_dropped_connection_is_replaced(stub: Stub) -> None:
    stub.answers = [Answer(), DROP]
    row_client = client(stub)
    row_client.call("GetItem", {})
    row_client.call("GetItem", {})
    assert len(stub.connections) == 2


def test_json_is_sent_as_it_is(stub: Stub) -> None:
    client(stub).call("UpdateItem", b'{"n": 1.0}')
    assert stub.bodies == [{"n": 1.0}]
