"""A DynamoDB client that waits for each answer, and what every client does with an answer.

orjson, a prepared signature and kept-alive connections: boto3 spends most of a small request's CPU on validation and on
events that are not needed here (benchmarks/import_row.py and benchmarks/request_cost.py measure both in one run;
docs/speed.md has the figures). audience.aws.dynamodb_loop has many requests on their way at once.
"""

import time
from collections.abc import Callable
from http.client import HTTPException
from random import random
from threading import local
from typing import Any

import orjson

from audience.aws.connection import Connection, service_of
from audience.aws.errors import is_throttle
from audience.aws.signature import Signer
from audience.errors import PlainError, TableThrottledError

Reply = dict[str, Any]
# Full jitter up to 50 ms, 100, 200 … 3.2 s
# (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/): a client gives up after some 10 s of
# errors, or some 45 s of throttling; then the piece is retried later, from its last checkpoint.
FIRST_PAUSE, MAX_PAUSE, MAX_TRIES, MAX_THROTTLES = 0.05, 3.2, 10, 30
TIMEOUT = 10  # seconds for connecting, and for an answer
_CONFLICT = "TransactionConflictException"  # another write of the same item is in progress


class ConditionFailedError(Exception):
    """The write's condition did not hold; nothing was written."""


class DynamoDBError(PlainError):
    """DynamoDB refused a request for good; the message has the operation and the error's name."""


class ItemTooLargeError(DynamoDBError):
    """The item would be larger than DynamoDB's 400 KB; nothing was written."""


class RequestInvalidError(DynamoDBError):
    """The request as a whole is not one that DynamoDB takes; nothing was written."""


class Tries:
    """The tries of one request: what each answer means, and when the next try is."""

    def __init__(self, operation: str) -> None:
        """Begin with no try."""
        self._operation = operation
        self._tries = self._throttles = 0
        self._last = ""
        self.throttled = False  # whether the table throttled the last try

    def reply(self, status: int, content: bytes) -> Reply | None:
        """Return the reply of an answer, or None where another try may help.

        Raises:
            ConditionFailedError: the condition of a write did not hold.
            ItemTooLargeError: the item would be too large after the write.
            DynamoDBError: the request was refused for another reason.
        """
        self.throttled = False
        try:
            reply: Reply = {} if status >= 500 else orjson.loads(content)  # noqa: PLR2004
        except orjson.JSONDecodeError as error:
            self.broke(error)
            return None
        if status == 200:  # noqa: PLR2004
            return reply
        self._last, self.throttled = _error_of(self._operation, status, reply)
        self._throttles += self.throttled
        self._tries += not self.throttled
        return None

    def broke(self, error: Exception) -> None:
        """Note a try without a whole answer."""
        self.throttled = False
        self._tries += 1
        self._last = type(error).__name__  # its text may quote the answer

    def pause(self, chance: float) -> float:
        """Return the seconds until the next try, given a chance from 0 to 1.

        Raises:
            TableThrottledError: there is no next try.
        """
        failed = self._tries + self._throttles
        if self._tries >= MAX_TRIES or self._throttles >= MAX_THROTTLES:
            raise TableThrottledError(f"{self._operation} was refused {failed} times, last: {self._last}")
        return chance * min(MAX_PAUSE, FIRST_PAUSE * 2.0 ** min(failed, 10))


class DynamoDBClient:
    """A client that sends and returns DynamoDB's JSON; it has one connection a thread."""

    def __init__(
        self,
        url: str,
        signer: Signer,
        pause: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random,
        ca_file: str | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        """Keep the service's URL and a signer, and load the authorities that may vouch for an https URL.

        `pause` (seconds), `chance` (0 to 1) and `timeout` (seconds) are for the tests. Without `ca_file` (PEM) the
        system's authorities are asked.
        """
        self._service = service_of(url, ca_file)
        self._timeout = timeout
        self._signer = signer
        self._pause = pause
        self._chance = chance
        self._thread = local()

    def call(self, operation: str, request: Reply | bytes) -> Reply:
        """Call an operation, for example `UpdateItem`, and return its reply; bytes are JSON already.

        Raises:
            ConditionFailedError: the condition of a write did not hold.
            ItemTooLargeError: the item would be too large after the write.
            TableThrottledError: it was still refused after all retries.
            DynamoDBError: the request was refused for another reason.
        """
        body = request if isinstance(request, bytes) else orjson.dumps(request)
        tries = Tries(operation)
        while (reply := self._try(operation, body, tries)) is None:
            self._pause(tries.pause(self._chance()))
        return reply

    def _try(self, operation: str, body: bytes, tries: Tries) -> Reply | None:
        """Send the request once; return its reply, or None where another try may help."""
        try:
            status, content = self._send(operation, body)
        except (OSError, HTTPException) as error:
            self._connection().close()
            tries.broke(error)
            return None
        return tries.reply(status, content)

    def _send(self, operation: str, body: bytes) -> tuple[int, bytes]:
        head = self._signer.head(operation, body, time.time())
        return self._connection().exchange(head + body)

    def _connection(self) -> Connection:
        connection: Connection | None = getattr(self._thread, "connection", None)
        if connection is None:
            connection = Connection(self._service, self._timeout)
            self._thread.connection = connection
        return connection


def _error_of(operation: str, status: int, reply: Reply) -> tuple[str, bool]:
    """Return a retryable error as text, and whether the table throttled; raise any other error."""
    name = str(reply.get("__type", status)).rpartition("#")[2]
    if name == "ConditionalCheckFailedException":
        raise ConditionFailedError
    throttled = is_throttle(name) or name == _CONFLICT
    if status >= 500 or throttled:  # noqa: PLR2004
        return f"{status} {name}", throttled
    message = str(reply.get("message") or reply.get("Message") or "")
    invalid = ItemTooLargeError if message.startswith("Item size") else RequestInvalidError
    refused = invalid if name == "ValidationException" else DynamoDBError
    raise refused(f"DynamoDB refused {operation}: {name}")
