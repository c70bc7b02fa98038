"""The DynamoDB client of the row loop: orjson, a prepared signature, kept-alive connections.

boto3 spends most of a small write's CPU on validation and on events that the loop does not need
(benchmarks/row_cost.py and benchmarks/request_cost.py measure both in one run; docs/speed.md has the figures).
"""

import time
from collections.abc import Callable
from http.client import HTTPException
from random import random
from ssl import SSLContext, create_default_context
from threading import local
from typing import Any
from urllib.parse import urlsplit

import orjson

from audience.aws.adaptive_concurrency import AdaptiveConcurrency
from audience.aws.connection import Connection
from audience.aws.errors import is_throttle
from audience.aws.signature import Signer
from audience.errors import PlainError, TableThrottledError

Reply = dict[str, Any]
# Full jitter up to 50 ms, 100, 200 … 3.2 s
# (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/): the client gives up after some 10 s of
# errors, or some 45 s of throttling; then the piece is retried later, from its last checkpoint.
FIRST_PAUSE, MAX_PAUSE, MAX_TRIES, MAX_THROTTLES = 0.05, 3.2, 10, 30
MAX_CONCURRENCY = 16  # requests in flight at once: as many as a worker has threads
TIMEOUT = 10  # seconds for connecting, and for an answer
_CONFLICT = "TransactionConflictException"  # another write of the same item is in progress


class ConditionFailedError(Exception):
    """The write's condition did not hold; nothing was written."""


class DynamoDBError(PlainError):
    """DynamoDB refused a request for good; the message has the operation and the error's name."""


class ItemTooLargeError(DynamoDBError):
    """The item would be larger than DynamoDB's 400 KB; nothing was written."""


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
        address = urlsplit(url)
        secure = address.scheme == "https"
        self._host = address.hostname or ""
        self._port = address.port or (443 if secure else 80)
        self._tls = _verifying(ca_file) if secure else None
        self._timeout = timeout
        self._signer = signer
        self._pause = pause
        self._chance = chance
        self._thread = local()
        self.concurrency = AdaptiveConcurrency(MAX_CONCURRENCY)

    def call(self, operation: str, request: Reply | bytes) -> Reply:
        """Call an operation, for example `UpdateItem`, and return its reply; bytes are JSON already.

        Raises:
            ConditionFailedError: the condition of a write did not hold.
            ItemTooLargeError: the item would be too large after the write.
            TableThrottledError: it was still refused after all retries.
            DynamoDBError: the request was refused for another reason.
        """
        body = request if isinstance(request, bytes) else orjson.dumps(request)
        last = ""
        tries = throttles = 0
        while tries < MAX_TRIES and throttles < MAX_THROTTLES:
            if last:
                backoff = FIRST_PAUSE * 2 ** min(tries + throttles, 10)
                self._pause(self._chance() * min(MAX_PAUSE, backoff))
            reply, last, throttled = self._try(operation, body)
            if reply is not None:
                return reply
            throttles += throttled
            tries += not throttled
        raise TableThrottledError(f"{operation} was refused {tries + throttles} times, last: {last}")

    def _try(self, operation: str, body: bytes) -> tuple[Reply | None, str, bool]:
        """Send the request once; return its reply or None, the error, and whether the table throttled."""
        self.concurrency.acquire()
        throttled = False
        try:
            status, reply = self._send(operation, body)
            if status == 200:  # noqa: PLR2004
                return reply, "", False
            last, throttled = _error_of(operation, status, reply)
        except (OSError, HTTPException, orjson.JSONDecodeError) as error:
            self._close_connection()
            last = type(error).__name__  # its text may quote the answer
        finally:
            self.concurrency.release(throttled=throttled)
        return None, last, throttled

    def _send(self, operation: str, body: bytes) -> tuple[int, Reply]:
        head = self._signer.head(operation, body, time.time())
        status, content = self._connection().exchange(head + body)
        return status, {} if status >= 500 else orjson.loads(content)  # noqa: PLR2004

    def _connection(self) -> Connection:
        connection: Connection | None = getattr(self._thread, "connection", None)
        if connection is None:
            connection = Connection(self._host, self._port, self._tls, self._timeout)
            self._thread.connection = connection
        return connection

    def _close_connection(self) -> None:
        self._connection().close()


def _verifying(ca_file: str | None) -> SSLContext:
    """Return the one TLS context of all connections: loading the authorities takes longer than a handshake."""
    context = create_default_context(cafile=ca_file)
    context.set_alpn_protocols(["http/1.1"])
    return context


def _error_of(operation: str, status: int, reply: Reply) -> tuple[str, bool]:
    """Return a retryable error as text, and whether the table throttled; raise any other error."""
    name = str(reply.get("__type", status)).rpartition("#")[2]
    if name == "ConditionalCheckFailedException":
        raise ConditionFailedError
    throttled = is_throttle(name) or name == _CONFLICT
    if status >= 500 or throttled:  # noqa: PLR2004
        return f"{status} {name}", throttled
    message = str(reply.get("message") or reply.get("Message") or "")
    refused = ItemTooLargeError if message.startswith("Item size") else DynamoDBError
    raise refused(f"DynamoDB refused {operation}: {name}")
