"""A kept-alive HTTP/1.1 connection to DynamoDB: a socket, and httptools as the reader of answers.

CPU of one request of 2.3 KB and its answer of two bytes with DynamoDB's seven headers, minima of six interleaved
rounds: socket calls that read nothing 12 µs, with httptools 14, with a reader of our own in Python 15, pycurl 37,
http.client 133 (most of it in its e-mail header parser), h11 152, urllib3 222, httpcore 272. httptools wraps llhttp,
the parser of Node.js, for uvicorn: nothing is gained by code of our own. `make bench` measures the installed ones.
"""

import socket
import time
from http.client import BadStatusLine, IncompleteRead, RemoteDisconnected
from ssl import SSLContext

import httptools

_CHUNK = 1 << 16
_FIRST_FINAL_STATUS = 200


class Connection:
    """A connection to one host, opened when first needed and again after `close`; for one thread at a time."""

    def __init__(self, host: str, port: int, tls: SSLContext | None, timeout: float) -> None:
        """Keep the host, how to verify it (None for plain HTTP), and the seconds for connecting and for an answer."""
        self._host = host
        self._port = port
        self._tls = tls
        self._timeout = timeout
        self._socket: socket.socket | None = None
        self._reader = _Reader()

    def exchange(self, request: bytes) -> tuple[int, bytes]:
        """Send a whole request and return its answer's status and body.

        After an error the request may have had its effect. The connection must be closed then.

        Raises:
            OSError: the host was not reached, broke off, was not verified, or did not answer in time.
            HTTPException: what came back is not a whole answer.
        """
        opened = self._socket or self._open()
        deadline = time.monotonic() + self._timeout
        opened.settimeout(self._timeout)
        opened.sendall(request)
        reader = self._reader
        reader.expect()
        while not reader.done:
            received = opened.recv(_CHUNK)
            if not received:
                raise IncompleteRead(b"") if reader.begun else RemoteDisconnected("closed without an answer")
            reader.feed(received)
            if not reader.done:
                opened.settimeout(_left(deadline))
        if not reader.kept:
            self.close()
        return reader.status, reader.body()

    def close(self) -> None:
        """Close the connection if it is open."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _open(self) -> socket.socket:
        opened = socket.create_connection((self._host, self._port), self._timeout)
        try:
            # A request is one write: it must not wait for the answer to another (Nagle's algorithm).
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is not None:
                opened = self._tls.wrap_socket(opened, server_hostname=self._host)
        except BaseException:
            opened.close()
            raise
        self._socket = opened
        self._reader = _Reader()
        return opened


def _left(deadline: float) -> float:
    """Return the seconds until the deadline."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the answer did not come whole in time")
    return left


class _Reader:
    """The reader of a connection's answers, one after the other; httptools calls its `on_` methods."""

    def __init__(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._parts: list[bytes] = []
        self.begun = False
        self.done = False
        self.status = 0
        self.kept = True  # whether the connection can carry another request

    def expect(self) -> None:
        """Begin to wait for an answer."""
        self._parts = []
        self.begun = self.done = False

    def feed(self, received: bytes) -> None:
        """Take what was received; raises BadStatusLine if it is not HTTP."""
        self.begun = True
        try:
            self._parser.feed_data(received)
        except httptools.HttpParserError:
            # Its text may quote the answer. What follows a whole answer is not the caller's: the connection ends there.
            if not self.done:
                raise BadStatusLine("not HTTP") from None
            self.kept = False

    def body(self) -> bytes:
        """Return the body of the answer."""
        return self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)

    def on_message_begin(self) -> None:
        """Note an answer that nobody asked for: it must not be taken for the next request's."""
        if self.done:
            self.kept = False

    def on_body(self, part: bytes) -> None:
        """Keep a part of the body."""
        if not self.done:
            self._parts.append(part)

    def on_message_complete(self) -> None:
        """Note the end of the answer, unless it is an informational one, before the real one."""
        if not self.done and self._parser.get_status_code() >= _FIRST_FINAL_STATUS:
            self.status = self._parser.get_status_code()
            self.kept = self._parser.should_keep_alive()
            self.done = True
