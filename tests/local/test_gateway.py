"""The gateway answers over HTTP with the function's response or with one of the template's."""

import http.client
import json
import socket
from collections.abc import Callable, Iterator

import pytest

from local.gateway import MAX_BODY_BYTES, Gateway, Gateways, gateway_server
from local.gateway_responses import GatewayResponses
from local.lambdas import Lambdas
from local.ports import listen
from local.routes import Routes
from local.template import Template

ECHO = """
import json
def handler(event, context):
    if event["pathParameters"] == {"application-id": "a", "endpoint-id": "boom"}:
        raise ValueError("boom")
    if event["pathParameters"] == {"application-id": "a", "endpoint-id": "nonsense"}:
        return "nonsense"
    if event["path"] in ("/apps/a/204", "/apps/a/304"):
        return {"statusCode": int(event["path"][-3:]), "body": "null"}
    headers = {"x-amzn-RequestId": event["requestContext"]["requestId"]}
    return {"statusCode": 202, "headers": headers, "body": json.dumps(event)}
"""


@pytest.fixture
def connection(
    template: Template, lambdas_of: Callable[..., Lambdas]
) -> Iterator[http.client.HTTPConnection]:
    listener = listen(0, "API_PORT")
    gateway = Gateway(Routes(template, "Api1"), GatewayResponses(template, "Api1"), lambdas_of(ECHO))
    server = gateway_server(listener, Gateways([gateway]))
    server.start()
    connection = http.client.HTTPConnection(*listener.getsockname(), timeout=20)
    yield connection
    connection.close()
    server.stop()


def refusal(response: http.client.HTTPResponse) -> tuple[int, str | None, str]:
    body = json.loads(response.read())
    assert body["RequestID"] == response.headers["x-amzn-RequestId"]
    return response.status, response.headers["x-amzn-ErrorType"], body["Message"]


def test_a_request_reaches_the_function_and_its_answer_the_client(
    connection: http.client.HTTPConnection,
) -> None:
    connection.request("PUT", "/apps/a/x%2Fy?b=1", body='{"c": 2}')
    response = connection.getresponse()
    event = json.loads(response.read())
    assert response.status == 202
    assert event["pathParameters"]["endpoint-id"] == "x%2Fy"
    assert event["body"] == '{"c": 2}'
    assert response.headers.get_all("x-amzn-RequestId") == [event["requestContext"]["requestId"]]


def test_an_unknown_http_method_is_routed_like_any_other(connection: http.client.HTTPConnection) -> None:
    connection.request("TRACE", "/apps/a/b")
    response = connection.getresponse()
    assert (response.status, json.loads(response.read())["httpMethod"]) == (202, "TRACE")
    connection.request("BREW", "/no/such/path")
    assert refusal(connection.getresponse())[:2] == (404, "NotFoundException")


@pytest.mark.parametrize(
    "nonsense", [b"nonsense\r\n\r\n", b"GET / HTTP/x.y\r\n\r\n", b"GET /a b HTTP/1.1\r\n\r\n"]
)
def test_malformed_http_gets_the_gateways_bad_request_response(
    connection: http.client.HTTPConnection, nonsense: bytes
) -> None:
    with socket.create_connection((connection.host, connection.port), timeout=20) as raw:
        raw.sendall(nonsense)
        answer = raw.makefile("rb").read()
    assert b"Bad Request" in answer
    assert b"<html" not in answer


def test_a_connection_is_kept_for_the_next_request(connection: http.client.HTTPConnection) -> None:
    connection.request("GET", "/apps")
    connection.getresponse().read()
    socket = connection.sock
    connection.request("GET", "/apps")
    assert connection.getresponse().status == 202
    assert connection.sock is socket


@pytest.mark.parametrize("status", [204, 304])
def test_a_204_or_304_has_no_body_and_the_connection_is_kept(
    connection: http.client.HTTPConnection, status: int
) -> None:
    connection.request("GET", f"/apps/a/{status}")
    response = connection.getresponse()
    assert (response.status, response.read()) == (status, b"")
    assert {"content-type", "content-length"}.isdisjoint(name.lower() for name in response.headers)
    socket = connection.sock
    connection.request("GET", "/apps")
    assert connection.getresponse().status == 202
    assert connection.sock is socket


def test_the_answer_to_head_has_no_body(connection: http.client.HTTPConnection) -> None:
    connection.request("HEAD", "/apps/a/jobs")
    response = connection.getresponse()
    assert int(response.headers["Content-Length"]) > 0
    assert response.read() == b""


def test_an_unknown_route_gets_the_templates_gateway_response(connection: http.client.HTTPConnection) -> None:
    connection.request("GET", "/nothing")
    assert refusal(connection.getresponse()) == (404, "NotFoundException", "Missing Authentication Token")


@pytest.mark.parametrize("endpoint", ["boom", "nonsense"])
def test_a_failed_function_or_a_malformed_result_is_an_internal_error(
    connection: http.client.HTTPConnection, endpoint: str
) -> None:
    connection.request("GET", f"/apps/a/{endpoint}")
    expected = (500, "InternalServerErrorException", "Internal server error")
    assert refusal(connection.getresponse()) == expected


def test_a_body_beyond_the_limit_is_refused(connection: http.client.HTTPConnection) -> None:
    connection.request("PUT", "/apps/a/e", body=b"x" * (MAX_BODY_BYTES + 1))
    assert refusal(connection.getresponse()) == (413, "PayloadTooLargeException", "Request Too Long")


def test_an_event_beyond_lambdas_limit_is_refused(connection: http.client.HTTPConnection) -> None:
    connection.request("PUT", "/apps/a/e", body=b"x" * 7_000_000)
    assert refusal(connection.getresponse()) == (413, "PayloadTooLargeException", "Request Too Long")


def test_a_chunked_body_is_read_whole(connection: http.client.HTTPConnection) -> None:
    for _ in range(2):  # the second on the same connection: the first was read to its end
        connection.request("PUT", "/apps/a/e", body=iter([b"one ", b"two"]), encode_chunked=True)
        assert json.loads(connection.getresponse().read())["body"] == "one two"


def test_a_content_length_that_is_no_number_gets_the_default_bad_request_response(
    connection: http.client.HTTPConnection,
) -> None:
    connection.request("PUT", "/apps/a/e", headers={"Content-Length": "many"})
    response = connection.getresponse()
    assert (response.status, json.loads(response.read())) == (400, {"message": "Bad Request"})


HEAD = b"PUT /apps/a/e HTTP/1.1\r\nHost: localhost\r\n"


def test_a_client_that_waits_for_100_continue_is_asked_for_the_body(
    connection: http.client.HTTPConnection,
) -> None:
    with socket.create_connection((connection.host, connection.port), timeout=20) as raw:
        raw.sendall(HEAD + b"Content-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n")
        answers = raw.makefile("rb")
        assert (answers.readline(), answers.readline()) == (b"HTTP/1.1 100 Continue\r\n", b"\r\n")
        raw.sendall(b"abc")
        assert answers.readline().startswith(b"HTTP/1.1 202")
        assert json.loads(answers.read().partition(b"\r\n\r\n")[2])["body"] == "abc"


@pytest.mark.parametrize(
    "body",
    [
        b"Content-Length: 5\r\n\r\nabc",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nabc",
        b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        b"Transfer-Encoding: chunked\r\n\r\nx\r\nabc\r\n",
    ],
)
def test_a_body_that_is_cut_short_is_refused_and_the_connection_closed(
    connection: http.client.HTTPConnection, body: bytes
) -> None:
    with socket.create_connection((connection.host, connection.port), timeout=20) as raw:
        raw.sendall(HEAD + body)
        raw.shutdown(socket.SHUT_WR)
        answer = raw.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"Bad Request" in answer


def test_extensions_and_trailers_of_a_chunked_body_are_not_part_of_it(
    connection: http.client.HTTPConnection,
) -> None:
    with socket.create_connection((connection.host, connection.port), timeout=20) as raw:
        raw.sendall(HEAD + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
        raw.sendall(b"3;name=value\r\nabc\r\n0\r\nTrailer: x\r\n\r\n")
        answer = raw.makefile("rb").read()
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["body"] == "abc"


def test_a_target_that_is_no_url_is_refused(connection: http.client.HTTPConnection) -> None:
    with socket.create_connection((connection.host, connection.port), timeout=20) as raw:
        raw.sendall(b"GET http://[ HTTP/1.1\r\n\r\n")
        assert raw.makefile("rb").read().startswith(b"HTTP/1.1 400")


def test_headers_reach_the_function_as_they_were_sent(connection: http.client.HTTPConnection) -> None:
    connection.putrequest("GET", "/apps")
    for value in ("1", "2"):
        connection.putheader("x-Some_Name", value)
    connection.endheaders()
    event = json.loads(connection.getresponse().read())
    assert event["multiValueHeaders"]["x-Some_Name"] == ["1", "2"]
