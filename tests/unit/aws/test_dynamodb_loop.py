"""An event loop calls DynamoDB as the blocking client does, many requests at once."""

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from audience.aws.dynamodb import (
    MAX_PAUSE,
    MAX_THROTTLES,
    MAX_TRIES,
    ConditionFailedError,
    DynamoDBError,
    ItemTooLargeError,
)
from audience.errors import TableThrottledError
from tests.unit.aws.running import Running
from tests.unit.aws.scripted_server import Script, Scripted, authority, scripted_server, whole
from tests.unit.aws.stub_dynamodb import DROP, GARBLE, Answer, Stub, error, stub_server

THROTTLED = "ProvisionedThroughputExceededException"
CHUNKED = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{"a"\r\n3;x=y\r\n:1}\r\n0\r\nTrailer: t\r\n\r\n'


@pytest.fixture
def stub() -> Iterator[Stub]:
    with stub_server() as serving:
        yield serving


@pytest.fixture
def server() -> Iterator[Scripted]:
    with scripted_server() as serving:
        yield serving


@pytest.fixture
def loop_on() -> Iterator[Callable[..., Running]]:
    """Makes loops on a server of either kind, which are closed when the test ends."""
    made: list[Running] = []

    def loop(server: Stub | Scripted, **options: Any) -> Running:
        scheme = "https" if "ca_file" in options else "http"
        at = server.url if isinstance(server, Stub) else f"{scheme}://127.0.0.1:{server.address[1]}"
        made.append(Running(at, **options))
        return made[-1]

    yield loop
    for each in made:
        each.__exit__(None, None, None)


def test_a_request_is_sent_unchanged_and_its_reply_returned(stub: Stub, loop_on: Any) -> None:
    stub.answers = [Answer(body={"Item": {"pk": {"S": "ä"}}})]
    request = {"TableName": "t", "Key": {"pk": {"S": "ü"}}}
    loop = loop_on(stub)
    assert loop.ask("GetItem", request) == {"Item": {"pk": {"S": "ä"}}}
    assert loop.ask("GetItem", b'{"n":1.0}') == {}
    assert stub.bodies == [request, {"n": 1.0}]
    assert stub.headers[0]["x-amz-target"] == "DynamoDB_20120810.GetItem"
    assert stub.headers[0]["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKID/")
    assert len(stub.connections) == 1


def test_as_many_requests_as_are_allowed_are_on_their_way_and_their_connections_are_kept(
    stub: Stub, loop_on: Any
) -> None:
    together = Barrier(3)
    stub.meanwhile = lambda: together.wait(10) and None
    loop = loop_on(stub, maximum=3)
    assert loop.results(*(loop.call("GetItem", {"n": number}) for number in range(9))) == [{}] * 9
    assert sorted(body["n"] for body in stub.bodies) == [*range(9)]
    assert len(stub.connections) == 3


@pytest.mark.parametrize(
    "trouble",
    [Answer(500), Answer(503), error(THROTTLED), error("TransactionConflictException"), DROP, GARBLE],
)
def test_transient_errors_are_retried(stub: Stub, loop_on: Any, trouble: Answer | str) -> None:
    stub.answers = [trouble, trouble, Answer(body={"done": True})]
    loop = loop_on(stub, chance=1.0)
    assert loop.ask("UpdateItem", {"n": 1}) == {"done": True}
    assert stub.bodies == [{"n": 1}] * 3
    assert loop.pauses == [0.1, 0.2]


def test_a_server_that_cannot_be_reached_is_tried_as_often_as_one_with_errors(loop_on: Any) -> None:
    with stub_server() as gone:
        pass
    loop = loop_on(gone)
    with pytest.raises(TableThrottledError, match="ConnectionRefusedError"):
        loop.ask("GetItem", {})
    assert len(loop.pauses) == MAX_TRIES - 1


def test_a_host_without_an_address_is_tried_again(loop_on: Any) -> None:
    with stub_server() as gone:
        gone.url = "http://no-such-host.invalid:1"
    with pytest.raises(TableThrottledError, match="gaierror"):
        loop_on(gone).ask("GetItem", {})


@pytest.mark.parametrize(
    ("answer", "tries", "last"),
    [(Answer(500), MAX_TRIES, "500 500"), (error(THROTTLED), MAX_THROTTLES, THROTTLED)],
)
def test_the_loop_gives_up_as_late_as_the_blocking_client(
    stub: Stub, loop_on: Any, answer: Answer, tries: int, last: str
) -> None:
    stub.default = answer
    loop = loop_on(stub, chance=1.0)
    with pytest.raises(TableThrottledError, match=f"UpdateItem was refused {tries} times, last: .*{last}"):
        loop.ask("UpdateItem", {})
    assert len(stub.bodies) == tries
    assert loop.pauses == sorted(loop.pauses)
    assert loop.pauses[-1] == MAX_PAUSE


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (error("ConditionalCheckFailedException"), ConditionFailedError),
        (
            Answer(400, {"__type": "x#ValidationException", "message": "Item size to update has"}),
            ItemTooLargeError,
        ),
        (error("AccessDeniedException"), DynamoDBError),
    ],
)
def test_final_errors_are_not_retried_and_the_connection_can_be_used_after_them(
    stub: Stub, loop_on: Any, answer: Answer, kind: type[Exception]
) -> None:
    stub.answers = [answer, Answer(body={"ok": 1})]
    loop = loop_on(stub)
    with pytest.raises(kind):
        loop.ask("UpdateItem", {})
    assert loop.ask("UpdateItem", {}) == {"ok": 1}
    assert len(stub.connections) == 1


def test_throttling_slows_the_loop_down_also_where_a_part_of_a_request_was_throttled(
    stub: Stub, loop_on: Any
) -> None:
    stub.answers = [error(THROTTLED)]
    loop = loop_on(stub, maximum=8)
    assert loop.ask("UpdateItem", {}) == {}
    assert loop.limit == 4
    loop.slow_down(0.04)
    assert loop.limit == 2


def test_each_try_is_signed_again_with_the_credentials_of_its_time(stub: Stub, loop_on: Any) -> None:
    stub.answers = [Answer(500)]
    loop, signed = loop_on(stub), []
    head = loop._signer.head

    def noted(*request: Any) -> bytes:
        signed.append(request[0])
        return bytes(head(*request))

    loop._signer.head = noted
    loop.ask("GetItem", {})
    assert signed == ["GetItem"] * 2


@pytest.mark.parametrize(
    "answer",
    [
        whole(b'{"a":1}'),
        CHUNKED,
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + whole(b'{"a":1}'),
        whole(b'{"a":1}', head="".join(f"x-{number}: {'y' * 50}\r\n" for number in range(100))),
        whole(b'{"a":1,"b":"%b"}' % (b"x" * 3_000_000)),
    ],
)
def test_an_answer_is_read_however_it_is_framed_and_cut(
    server: Scripted, loop_on: Any, answer: bytes
) -> None:
    one_by_one = [answer[at : at + 1] for at in range(len(answer))] if len(answer) < 1000 else [answer]
    server.scripts = [Script([answer]), Script(one_by_one)]
    loop = loop_on(server)
    assert [loop.ask("GetItem", {})["a"] for _ in range(2)] == [1, 1]
    assert loop.ask("GetItem", {}) == {}
    assert server.connections == 1


def test_a_large_request_is_sent_in_parts(server: Scripted, loop_on: Any) -> None:
    body = b'{"x":"%b"}' % (b"y" * 5_000_000)
    loop = loop_on(server)
    assert loop.results(*(loop.call("PutItem", body) for _ in range(3))) == [{}] * 3
    assert [request.endswith(body) for request in server.requests] == [True] * 3


@pytest.mark.parametrize(
    "answer",
    [
        whole(head="Connection: close\r\n"),
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        whole() + b"more",
        whole() + whole(b'{"nobody":"asked"}'),
        whole() + b"HTTP/1.1 408 Request Timeout\r\n",
    ],
)
def test_a_connection_that_cannot_be_kept_is_opened_again(
    server: Scripted, loop_on: Any, answer: bytes
) -> None:
    server.scripts = [Script([answer])]
    loop = loop_on(server)
    assert [loop.ask("GetItem", {}) for _ in range(2)] == [{}, {}]
    assert server.connections == 2


def test_what_comes_between_two_requests_is_nobodys_answer(server: Scripted, loop_on: Any) -> None:
    server.scripts = [Script([whole(), whole(b'{"nobody":"asked"}')])]
    loop = loop_on(server)
    assert loop.ask("GetItem", {}) == {}
    while loop._connections._idle:
        loop.turn()
    assert loop.ask("GetItem", {}) == {}
    assert server.connections == 2
    assert loop.pauses == []


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\n\r\n{}",
        CHUNKED[:-9],
        CHUNKED.replace(b"3;", b"5;"),
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        b"SECRET\r\n\r\n",
        whole(b"SECRET"),
    ],
)
def test_what_is_not_a_whole_answer_is_asked_for_again_and_not_quoted(
    server: Scripted, loop_on: Any, answer: bytes
) -> None:
    server.scripts = [Script([answer], hang_up=True)]
    loop = loop_on(server)
    assert loop.ask("UpdateItem", {"n": 1}) == {}
    assert [request[-7:] for request in server.requests] == [b'{"n":1}'] * 2
    server.scripts = [Script([answer], hang_up=True)] * MAX_TRIES
    with pytest.raises(TableThrottledError) as given_up:
        loop.ask("UpdateItem", {})
    assert "SECRET" not in str(given_up.value)


def test_idle_connections_that_the_server_closed_cost_one_try_at_most(server: Scripted, loop_on: Any) -> None:
    server.scripts = [Script([whole()], hang_up=True)] * 4
    loop = loop_on(server, maximum=4)
    assert loop.results(*(loop.call("UpdateItem", {}) for _ in range(4))) == [{}] * 4
    assert loop.ask("UpdateItem", {}) == {}
    assert len(loop.pauses) <= 1
    assert server.connections == 5


@pytest.mark.parametrize("pieces", [[b""], [whole()[:9], b""], [whole()[:-1], b""]])
def test_an_answer_that_does_not_come_in_time_is_asked_for_again(
    server: Scripted, loop_on: Any, pieces: list[bytes]
) -> None:
    server.scripts = [Script(pieces, wait=True)]
    loop = loop_on(server, timeout=0.1)
    assert loop.ask("UpdateItem", {"n": 1}) == {}
    assert server.connections == 2


def test_an_answer_that_came_while_the_thread_was_busy_is_in_time(
    server: Scripted, loop_on: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr("audience.aws.dynamodb_loop.time.monotonic", lambda: now[0])
    loop, found = loop_on(server), []

    async def one() -> None:
        found.append(await loop.call("UpdateItem", {}))

    loop.start(one())
    while not server.requests:
        loop.turn()
    now[0] += 60
    while not found:
        loop.turn()
    assert loop.pauses == []


def test_a_handshake_goes_on_after_the_thread_was_elsewhere(
    tmp_path: Path, loop_on: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stalled read of S3 takes half a minute, again and again: no request may fail of that."""
    now = [100.0]
    monkeypatch.setattr("audience.aws.dynamodb_loop.time.monotonic", lambda: now[0])
    ca_file, certificate = authority(tmp_path)
    with scripted_server(certificate) as server:
        loop, found = loop_on(server, ca_file=str(ca_file)), []

        async def one() -> None:
            found.append(await loop.call("UpdateItem", {}))

        loop.start(one())
        while not found:
            now[0] += 30
            loop.turn()
        assert loop.pauses == []


def test_tls_is_spoken_with_a_server_that_the_authority_vouches_for(tmp_path: Path, loop_on: Any) -> None:
    ca_file, certificate = authority(tmp_path)
    with scripted_server(certificate) as server:
        large = b'{"a":"%b"}' % (b"x" * 100_000)
        server.scripts = [
            Script([whole(b'{"a":1}')]),
            Script([whole(large)]),
            Script([CHUNKED[at : at + 1] for at in range(len(CHUNKED))]),
            Script([b"HTTP/1.1 200 OK\r\n"], hang_up=True),
        ]
        loop = loop_on(server, ca_file=str(ca_file))
        replies = [loop.ask("PutItem", large) for _ in range(4)]
        assert [len(str(reply)) for reply in replies] == [8, 100_009, 8, 2]
        assert server.connections == 2, "kept until an answer broke off"
        assert loop.results(*(loop.call("GetItem", {}) for _ in range(8))) == [{}] * 8


@pytest.mark.parametrize(("address", "known"), [("127.0.0.1", False), ("127.0.0.2", True)])
def test_no_request_is_sent_to_an_unknown_authoritys_or_anothers_server(
    tmp_path: Path, loop_on: Any, address: str, known: bool
) -> None:
    ca_file, certificate = authority(tmp_path, address)
    other = tmp_path / "other"
    other.mkdir()
    with scripted_server(certificate) as server:
        loop = loop_on(server, ca_file=str(ca_file if known else authority(other)[0]))
        with pytest.raises(TableThrottledError, match=ssl.SSLCertVerificationError.__name__):
            loop.ask("UpdateItem", {})
    assert server.requests == []


def test_coroutines_that_wait_are_ended_with_the_loop(server: Scripted, loop_on: Any) -> None:
    server.scripts = [Script([b""], wait=True)]
    ended: list[str] = []
    with loop_on(server, maximum=1) as loop:

        async def one(name: str) -> None:
            try:
                await (loop.call("GetItem", {}) if name != "pauses" else super(Running, loop).pause(1000))
            finally:
                ended.append(name)

        for name in ("sent", "queued", "pauses"):
            loop.start(one(name))
    assert ended == ["sent", "queued", "pauses"]


def test_coroutines_run_together_and_their_results_are_in_their_order(stub: Stub, loop_on: Any) -> None:
    at_once = Barrier(3)
    stub.meanwhile = lambda: at_once.wait(10) and None
    loop = loop_on(stub)

    async def one(number: int) -> int:
        if number != 1:
            await loop.call("GetItem", {})
        return number

    async def nested() -> list[Any]:
        return await loop.together([loop.together([one(0), one(1)]), loop.together([one(2)]), one(3)])

    assert loop.results(nested()) == [[[0, 1], [2], 3]]
    assert loop.results(loop.together([]), loop.together([one(1)])) == [[], [1]]


def test_the_first_error_of_those_that_run_together_is_raised_where_they_are_waited_for(
    stub: Stub, loop_on: Any
) -> None:
    loop = loop_on(stub)

    async def one(number: int) -> None:
        await loop.call("GetItem", {})
        raise KeyError(number)

    async def all_of_them() -> str:
        with pytest.raises(KeyError):
            await loop.together([one(number) for number in range(3)])
        return "raised"

    assert loop.results(all_of_them()) == ["raised"]
