"""The connections of an event loop to one service: those that carry a request, and those kept for the next one."""

from collections import deque
from collections.abc import Coroutine, Iterator
from selectors import EVENT_WRITE, DefaultSelector
from socket import SOCK_STREAM, getaddrinfo
from typing import Any

from audience.aws.connection import Service
from audience.aws.loop_connection import LoopConnection


class LoopConnections:
    """Open connections, and a selector that says which of them have something to do."""

    def __init__(self, service: Service) -> None:
        """Keep the service."""
        self._service = service
        self._selector = DefaultSelector()
        self._addresses: deque[Any] = deque()
        self._open: set[LoopConnection] = set()
        self._idle: list[LoopConnection] = []

    def take(self) -> LoopConnection:
        """Return a connection that carries nothing: one that is kept, or a new one, which is not open yet.

        Raises:
            OSError: the service cannot be reached.
        """
        try:
            return self._idle.pop() if self._idle else self._new()
        except OSError:
            self._addresses.clear()
            raise

    def give_back(self, connection: LoopConnection) -> None:
        """Keep a connection that has brought its answer for the next request, if it can carry another one."""
        if connection.kept and not connection.sending:
            self._idle.append(connection)
        else:
            self._drop(connection)

    def broke(self, connection: LoopConnection) -> None:
        """Close a connection that broke, and those that carry nothing: they may be as old."""
        if not connection.opened and self._addresses:
            self._addresses.popleft()
        for each in (connection, *self._idle):
            self._drop(each)
        self._idle.clear()

    def go_on(self, connection: LoopConnection) -> None:
        """Have a connection go on opening and sending, as far as it can without waiting.

        Raises:
            OSError: it broke.
        """
        events = connection.go_on()
        if events != connection.events:
            connection.events = events
            self._selector.modify(connection.number, events, connection)

    def ready(self, seconds: float) -> Iterator[LoopConnection]:
        """Wait until some connections that carry a request are readable or writable, and yield them.

        Those that carry nothing and have become readable are closed: the service has closed them.
        """
        for key, _ in self._selector.select(seconds):
            connection: LoopConnection = key.data
            if not connection.alive:
                continue
            if connection.coroutine is not None:
                yield connection
            elif connection.spoiled():
                self._idle.remove(connection)
                self._drop(connection)

    def close(self) -> list[Coroutine[Any, Any, None]]:
        """Close all connections; return the coroutines that waited for their answers."""
        waiting = [connection.coroutine for connection in self._open if connection.coroutine]
        for connection in self._open:
            connection.close()
        self._selector.close()
        return waiting

    def _new(self) -> LoopConnection:
        if not self._addresses:
            self._addresses.extend(getaddrinfo(self._service.host, self._service.port, type=SOCK_STREAM))
        family, _, _, _, address = self._addresses[0]
        connection = LoopConnection(self._service, family, address)
        self._open.add(connection)
        self._selector.register(connection.number, EVENT_WRITE, connection)
        return connection

    def _drop(self, connection: LoopConnection) -> None:
        self._selector.unregister(connection.number)
        self._open.remove(connection)
        connection.close()
