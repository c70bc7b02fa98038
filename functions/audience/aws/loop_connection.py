"""A connection of an event loop: it opens, sends and receives as far as it can without waiting."""

import os
import socket
from collections.abc import Coroutine
from http.client import IncompleteRead, RemoteDisconnected
from selectors import EVENT_READ, EVENT_WRITE
from ssl import SSLSocket, SSLWantReadError, SSLWantWriteError
from typing import Any

from audience.aws.answer_reader import AnswerReader
from audience.aws.connection import Service

_CHUNK = 1 << 16
_NOT_NOW = (BlockingIOError, SSLWantReadError, SSLWantWriteError)


class LoopConnection:
    """A connection that carries one request at a time, from its opening on."""

    def __init__(self, service: Service, family: int, address: Any) -> None:
        """Begin to connect to an address (of a family, as getaddrinfo gives both).

        Raises:
            OSError: the address cannot be reached.
        """
        self._service = service
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        self.number = self._socket.fileno()  # by which a selector knows it, before and after the handshake
        self._connected = False
        self._reader = AnswerReader()
        self._unsent: bytes | memoryview = b""
        self.opened = False
        self.sending = True  # it is not open yet, or a part of the request waits to be sent
        self.alive = True  # until it is closed
        self.events = EVENT_WRITE  # those that the selector waits for
        self.coroutine: Coroutine[Any, Any, None] | None = None  # what waits for the answer
        self.turn = 0  # which of the loop's requests it carries
        try:
            self._socket.setblocking(False)
            # A request is one write: it must not wait for the answer to another (Nagle's algorithm).
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.connect(address)
        except BlockingIOError:
            pass  # what comes of it is asked once the socket is writable
        except BaseException:
            self._socket.close()
            raise

    def expect(self, request: bytes) -> None:
        """Keep a request to be sent, whose answer is the next one."""
        self._unsent = request
        self.sending = True
        self._reader.expect()

    def go_on(self) -> int:
        """Go on opening and sending; return the selector's events to wait for.

        Raises:
            OSError: the host was not reached, broke off, or was not verified.
        """
        if not self.opened and (events := self._open()):
            return events
        try:
            sent = self._socket.send(self._unsent)
        except _NOT_NOW:
            sent = 0
        if sent == len(self._unsent):
            self.sending = False
            return EVENT_READ
        self._unsent = memoryview(self._unsent)[sent:]
        return EVENT_READ | EVENT_WRITE

    def receive(self) -> tuple[int, bytes] | None:
        """Receive what is there; return status and body of the answer once it is whole.

        Raises:
            OSError: the connection broke off.
            HTTPException: what comes back is not a whole answer.
        """
        reader = self._reader
        while True:
            try:
                received = self._socket.recv(_CHUNK)
            except _NOT_NOW:
                return None
            if not received:
                raise IncompleteRead(b"") if reader.begun else RemoteDisconnected("closed without an answer")
            reader.feed(received)
            if reader.done:
                return reader.status, reader.body()
            if not self._service.tls:
                return None  # the selector tells of more; what TLS has decrypted it does not know of

    @property
    def kept(self) -> bool:
        """Return whether it can carry another request after an answer."""
        return self._reader.kept and not (isinstance(self._socket, SSLSocket) and self._socket.pending())

    def spoiled(self) -> bool:
        """Return whether a connection that carries nothing has ended, or has received what nobody asked for."""
        try:
            self._socket.recv(1)
        except _NOT_NOW:
            return False  # TLS tells of its sessions between answers
        except OSError:
            return True
        return True

    def close(self) -> None:
        """Close the connection."""
        self.alive = False
        self._socket.close()

    def _open(self) -> int:
        """Go on opening; return the selector's events to wait for, none once it is open."""
        if not self._connected:
            if trouble := self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                raise OSError(trouble, os.strerror(trouble))
            self._connected = True
            if self._service.tls is not None:
                self._socket = self._service.tls.wrap_socket(
                    self._socket, server_hostname=self._service.host, do_handshake_on_connect=False
                )
        if isinstance(self._socket, SSLSocket):
            try:
                self._socket.do_handshake()
            except SSLWantReadError:
                return EVENT_READ
            except SSLWantWriteError:
                return EVENT_WRITE
        self.opened = True
        return 0
