"""When the answers that an event loop waits for have to be there."""

import time
from collections import deque

from audience.aws.loop_connection import LoopConnection

# A thread that is elsewhere for so many seconds waits for something: a stalled read of S3, for example. What is there
# when it comes back is looked at first; what was half done, a TLS handshake for example, has the time that it had left.
LONG_AWAY = 1.0


class LoopDeadlines:
    """The deadlines of connections, each of which has as long from the moment on that it is given time."""

    def __init__(self, seconds: float) -> None:
        """Keep how long a connection has to open, and to bring an answer."""
        self._seconds = seconds
        self._waiting: deque[tuple[float, LoopConnection, int]] = deque()  # in their order
        self._away = 0.0  # seconds in which nothing could be received, all together
        self._left = time.monotonic()  # when the thread was here last

    def give_time(self, connection: LoopConnection) -> None:
        """Let what a connection waits for take as long as it may from now on."""
        connection.turn += 1
        self._waiting.append((time.monotonic() - self._away + self._seconds, connection, connection.turn))

    def come_back(self) -> None:
        """Note that the thread receives again: a long time since it left counts for nobody."""
        if (away := time.monotonic() - self._left) > LONG_AWAY:
            self._away += away

    def leave(self) -> None:
        """Note that the thread receives nothing from now on."""
        self._left = time.monotonic()

    def next(self) -> float | None:
        """Return the next deadline, by the monotonic clock; None if nothing is waited for."""
        waiting = self._waiting
        while waiting and (waiting[0][1].coroutine is None or waiting[0][1].turn != waiting[0][2]):
            waiting.popleft()
        return waiting[0][0] + self._away if waiting else None

    def overdue(self, now: float) -> LoopConnection | None:
        """Return a connection whose deadline has passed, each once; None if there is none left."""
        deadline = self.next()
        return self._waiting.popleft()[1] if deadline is not None and deadline <= now else None
