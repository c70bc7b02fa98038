"""A connection reads answers however they are framed and cut, and never takes half of one for the whole."""

import io
import ssl
from collections.abc import Callable, Iterator
from http.client import BadStatusLine, HTTPException, HTTPResponse, IncompleteRead, RemoteDisconnected
from pathlib import Path
from typing import Any, cast

import pytest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from audience.aws import connection as module
from audience.aws.connection import Connection, Service
from audience.aws.dynamodb import DynamoDBClient
from audience.aws.signature import Signer
from audience.errors import TableThrottledError
from tests.unit.aws.scripted_server import Script, Scripted, authority, scripted_server, whole

REQUEST = b"POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}"
CHUNKED = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{"a"\r\n3;x=y\r\n:1}\r\n0\r\nTrailer: t\r\n\r\n'


@pytest.fixture
def server() -> Iterator[Scripted]:
    with scripted_server() as serving:
        yield serving


@pytest.fixture
def connection(server: Scripted) -> Iterator[Connection]:
    made = Connection(Service(*server.address, None), 10)
    yield made
    made.close()


def client(server: Scripted, timeout: float = 10, **tls: Any) -> DynamoDBClient:
    host = f"127.0.0.1:{server.address[1]}"
    signer = Signer(Credentials("AKID", "secret", "token"), "us-east-1", host)
    scheme = "https" if tls else "http"
    return DynamoDBClient(f"{scheme}://{host}", signer, pause=lambda _: None, timeout=timeout, **tls)


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        (whole(b'{"a":1}'), 200, b'{"a":1}'),
        (whole(b"", status="400 Bad Request"), 400, b""),
        (CHUNKED, 200, b'{"a":1}'),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", 200, b""),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + whole(), 200, b"{}"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        (whole(head="".join(f"x-{number}: {'y' * 50}\r\n" for number in range(100))), 200, b"{}"),
        (whole(b"x" * 3_000_000), 200, b"x" * 3_000_000),
        (b"HTTP/1.1 200\r\nCONTENT-LENGTH:2\r\n\r\n{}", 200, b"{}"),
    ],
)
def test_an_answer_is_read_and_the_connection_kept(
    server: Scripted, connection: Connection, answer: bytes, status: int, body: bytes
) -> None:
    one_by_one = [answer[at : at + 1] for at in range(len(answer))] if len(answer) < 1000 else [answer]
    server.scripts = [Script([answer]), Script(one_by_one)]
    for _ in range(2):
        assert connection.exchange(REQUEST) == (status, body)
    assert connection.exchange(REQUEST) == (200, b"{}")
    assert server.connections == 1
    assert server.requests == [REQUEST] * 3


@pytest.mark.parametrize(
    "answer",
    [
        whole(head="Connection: close\r\n"),
        whole(head="connection: Close\r\n") + b"more",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        whole() + b"more",
        whole() + whole(b'{"nobody":"asked"}'),
        whole() + b"HTTP/1.1 408 Request Timeout\r\n",
    ],
)
def test_a_connection_that_cannot_be_kept_is_opened_again(
    server: Scripted, connection: Connection, answer: bytes
) -> None:
    server.scripts = [Script([answer])]
    assert connection.exchange(REQUEST) == (200, b"{}")
    assert connection.exchange(REQUEST) == (200, b"{}")
    assert server.connections == 2


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (b"", RemoteDisconnected),
        (b"HTTP/1.1 200 OK\r\nContent-Le", IncompleteRead),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}", IncompleteRead),
        (b"HTTP/1.1 200 OK\r\n\r\n{}", IncompleteRead),
        (CHUNKED[:-9], IncompleteRead),
        (CHUNKED.replace(b"3;", b"5;"), BadStatusLine),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}", BadStatusLine),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", BadStatusLine),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}", BadStatusLine),
        (b"what?\r\n\r\n", BadStatusLine),
    ],
)
def test_what_is_not_a_whole_answer_is_an_error_and_tried_again(
    server: Scripted, connection: Connection, answer: bytes, trouble: type[HTTPException]
) -> None:
    server.scripts = [Script([answer], hang_up=True)] * 2
    with pytest.raises(trouble):
        connection.exchange(REQUEST)
    assert client(server).call("UpdateItem", {"n": 1}) == {}
    assert [request[-7:] for request in server.requests[1:]] == [b'{"n":1}'] * 2


def test_no_error_quotes_the_answer(server: Scripted, connection: Connection) -> None:
    server.scripts = [Script([b"SECRET\r\n\r\n"])]
    with pytest.raises(HTTPException) as found:
        connection.exchange(REQUEST)
    assert "SECRET" not in repr(found.value)


def test_an_idle_connection_that_the_server_closed_costs_a_try(server: Scripted) -> None:
    server.scripts = [Script([whole()], hang_up=True)]
    row_client = client(server)
    assert row_client.call("UpdateItem", {}) == {}
    assert row_client.call("UpdateItem", {}) == {}
    assert server.connections == 2


@pytest.mark.parametrize("pieces", [[b""], [whole()[:9], b""], [whole()[:-1], b""]])
def test_an_answer_that_does_not_come_in_time_is_asked_for_again(
    server: Scripted, pieces: list[bytes]
) -> None:
    server.scripts = [Script(pieces, wait=True)]
    assert client(server, timeout=0.1).call("UpdateItem", {"n": 1}) == {}
    assert server.connections == 2


class Fed:
    """A socket that gives its pieces; `before` is called at each."""

    def __init__(self, pieces: list[bytes], before: Callable[[], None] = lambda: None) -> None:
        self.pieces = pieces
        self.before = before
        self.sent = b""
        self.timeouts: list[float] = []

    def settimeout(self, seconds: float) -> None:
        self.timeouts.append(seconds)

    def sendall(self, content: bytes) -> None:
        self.sent += content

    def recv(self, _: int) -> bytes:
        self.before()
        return self.pieces.pop(0) if self.pieces else b""

    def close(self) -> None:
        pass


def fed(socket: Fed, timeout: float = 10) -> Connection:
    connection = Connection(Service("nowhere", 1, None), timeout)
    connection._socket = cast("Any", socket)
    return connection


def test_an_answer_that_trickles_is_given_no_more_time_than_one_that_stalls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]

    def passes() -> None:
        now[0] += 4

    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    trickling = Fed([whole()[at : at + 1] for at in range(len(whole()))], passes)
    with pytest.raises(TimeoutError):
        fed(trickling).exchange(REQUEST)
    assert trickling.timeouts == [10, 6, 2]


class Replayed:
    """A socket for http.client, whose answers are the model of ours."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def makefile(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self._content)


@given(
    status=st.sampled_from([200, 400, 404, 500]),
    names=st.lists(st.sampled_from(["Server", "x-amzn-RequestId", "x-amz-crc32", "Date"]), max_size=7),
    parts=st.lists(st.binary(min_size=1, max_size=300), max_size=5),
    chunked=st.booleans(),
    cuts=st.lists(st.integers(1, 400), max_size=6),
)
def test_answers_are_read_as_http_client_reads_them(
    status: int, names: list[str], parts: list[bytes], chunked: bool, cuts: list[int]
) -> None:
    head = f"HTTP/1.1 {status} Some reason\r\n" + "".join(f"{name}: v\r\n" for name in names)
    if chunked:
        body = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
        answer = f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + body
    else:
        answer = f"{head}Content-Length: {len(b''.join(parts))}\r\n\r\n".encode() + b"".join(parts)
    model = HTTPResponse(cast("Any", Replayed(answer)))
    model.begin()
    pieces, rest = [], answer
    for cut in cuts:
        pieces.append(rest[:cut])
        rest = rest[cut:]
    socket = Fed([piece for piece in [*pieces, rest] if piece])
    assert fed(socket).exchange(REQUEST) == (model.status, model.read())
    assert socket.sent == REQUEST


def test_tls_is_spoken_with_a_server_that_the_authority_vouches_for(tmp_path: Path) -> None:
    ca_file, certificate = authority(tmp_path)
    with scripted_server(certificate) as server:
        server.scripts = [Script([whole(b'{"a":1}')]), Script([b"HTTP/1.1 200 OK\r\n"], hang_up=True)]
        row_client = client(server, ca_file=str(ca_file))
        assert [row_client.call("GetItem", {}) for _ in range(2)] == [{"a": 1}, {}]
        assert server.connections == 2, "kept until an answer broke off"


@pytest.mark.parametrize(("address", "known"), [("127.0.0.1", False), ("127.0.0.2", True)])
def test_no_request_is_sent_to_an_unknown_authoritys_or_anothers_server(
    tmp_path: Path, address: str, known: bool
) -> None:
    ca_file, certificate = authority(tmp_path, address)
    other = tmp_path / "other"
    other.mkdir()
    with scripted_server(certificate) as server:
        row_client = client(server, ca_file=str(ca_file if known else authority(other)[0]))
        with pytest.raises(TableThrottledError, match=ssl.SSLCertVerificationError.__name__):
            row_client.call("UpdateItem", {})
    assert server.requests == []
