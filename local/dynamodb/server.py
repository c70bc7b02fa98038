"""The HTTP server of the local tables: connections that are kept, one request after another."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from uuid import uuid4

import httptools

from local.dynamodb.engine import Answer

Respond = Callable[[str, bytes], Answer]


class Connection(asyncio.Protocol):
    """A client's connection; its requests are answered in the order in which they come."""

    transport: asyncio.Transport

    def __init__(self, respond: Respond) -> None:
        """Keep what answers an operation with its body."""
        self._respond = respond
        self._parser = httptools.HttpRequestParser(self)
        self._operation = ""
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Read a part of a request; what is no HTTP ends the connection."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.transport.close()

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._operation, self._body = "", []

    def on_header(self, name: bytes, value: bytes) -> None:
        """Find the operation, as in `DynamoDB_20120810.GetItem`."""
        if name.lower() == b"x-amz-target":
            self._operation = value.decode("latin-1").rpartition(".")[2]

    def on_body(self, body: bytes) -> None:
        """Keep a part of the body."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Answer the request."""
        status, headers, content = self._respond(self._operation, b"".join(self._body))
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        kept = self._parser.should_keep_alive()
        self.transport.write(
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{head}"
            f"x-amzn-RequestId: {uuid4()}\r\nContent-Length: {len(content)}\r\n"
            f"Connection: {'keep-alive' if kept else 'close'}\r\n\r\n".encode("latin-1")
            + content
        )
        if not kept:
            self.transport.close()
