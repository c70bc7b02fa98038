"""A kept-alive HTTP/1.1 connection to DynamoDB: a socket, and httptools as the reader of answers.

CPU of one request of 2.3 KB and its answer of two bytes with DynamoDB's seven headers, minima of six interleaved
rounds: socket calls that read nothing 12 µs, with httptools 14, with a reader of our own in Python 15, pycurl 37,
http.client 133 (most of it in its e-mail header parser), h11 152, urllib3 222, httpcore 272. httptools wraps llhttp,
the parser of Node.js, for uvicorn: nothing is gained by code of our own. `make bench` measures the installed ones.
"""

import socket
import time
from http.client import IncompleteRead, RemoteDisconnected
from ssl import SSLContext, create_default_context
from typing import NamedTuple
from urllib.parse import urlsplit

from audience.aws.answer_reader import AnswerReader

_CHUNK = 1 << 16


class Service(NamedTuple):
    """Where a service is, and how it is verified: None for plain HTTP."""

    host: str
    port: int
    tls: SSLContext | None


def service_of(url: str, ca_file: str | None = None) -> Service:
    """Return the service of a URL; the authorities that may vouch for it are the system's, or those of a PEM file.

    All connections share its one TLS context: loading the authorities takes longer than a handshake.
    """
    address = urlsplit(url)
    secure = address.scheme == "https"
    context = create_default_context(cafile=ca_file) if secure else None
    if context is not None:
        context.set_alpn_protocols(["http/1.1"])
    return Service(address.hostname or "", address.port or (443 if secure else 80), context)


class Connection:
    """A connection to one host, opened when first needed and again after `close`; for one thread at a time."""

    def __init__(self, service: Service, timeout: float) -> None:
        """Keep the service, and the seconds for connecting and for an answer."""
        self._service = service
        self._timeout = timeout
        self._socket: socket.socket | None = None
        self._reader = AnswerReader()

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
        opened = socket.create_connection((self._service.host, self._service.port), self._timeout)
        try:
            # A request is one write: it must not wait for the answer to another (Nagle's algorithm).
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._service.tls is not None:
                opened = self._service.tls.wrap_socket(opened, server_hostname=self._service.host)
        except BaseException:
            opened.close()
            raise
        self._socket = opened
        self._reader = AnswerReader()
        return opened


def _left(deadline: float) -> float:
    """Return the seconds until the deadline."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the answer did not come whole in time")
    return left
