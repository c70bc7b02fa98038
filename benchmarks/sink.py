"""AWS as a sink: a DynamoDB that keeps nothing and answers as DynamoDB does, and S3 over a folder, on one port.

Run as a process of its own it prints its port, and ends when its stdin closes. `PUT /-/settings` sets how it answers
(benchmarks.sink_settings) and begins its counts anew; `GET /-/counts` gives them.
"""

import asyncio
import json
import ssl
import sys
import time
from collections import deque
from email.utils import formatdate
from functools import lru_cache
from pathlib import Path
from threading import Thread
from zlib import crc32

from benchmarks.sink_objects import Objects
from benchmarks.sink_settings import SinkSettings
from benchmarks.sink_tables import Answer, Tables

# The seven headers that DynamoDB answers with.
HEAD = b"""HTTP/1.1 %d %b\r
Server: Server\r
Date: %b\r
Content-Type: application/x-amz-json-1.0\r
Content-Length: %d\r
Connection: keep-alive\r
x-amzn-RequestId: 5HFQ3JNQ0F2F1S9V3Q1KJ8Q0ONVV4KQNSO5AEMVJF66Q9ASUAAJG\r
x-amz-crc32: %d\r
\r
%b"""
REASONS = {200: b"OK", 400: b"Bad Request"}
TARGET = b"DynamoDB_20120810."


class Sink:
    """What all connections share: the settings, the tables and the objects."""

    def __init__(self) -> None:
        """Begin with a sink that answers at once and lets everything in."""
        self.loop = asyncio.get_running_loop()
        self.set(SinkSettings())

    def set(self, settings: SinkSettings) -> None:
        """Answer by other settings from now on, with new counts."""
        self.settings = settings
        self.tables = Tables(settings, self.loop.time)
        self.objects = Objects(Path(settings.folder))

    def answer(self, head: bytes, body: bytes) -> bytes:
        """Return the whole answer to a request, except for objects that are streamed."""
        at = head.find(TARGET)
        if at >= 0:
            operation = head[at + len(TARGET) : head.find(b"\r", at)]
            return whole(self.tables.answer(operation, body))
        method, path, _ = head.split(b" ", 2)
        if path == b"/-/settings":
            self.set(SinkSettings(**json.loads(body)))
            return whole(Answer(b"{}"))
        if path == b"/-/counts":
            counts = {**self.tables.counts(), "objects": self.objects.requests}
            return whole(Answer(json.dumps(counts).encode()))
        return self.objects.answer(method, path, head)


def whole(answer: Answer) -> bytes:
    """Return an answer of DynamoDB with its headers."""
    status, body = answer.status, answer.body
    return HEAD % (status, REASONS[status], _date(int(time.time())), len(body), crc32(body), body)


@lru_cache(maxsize=2)
def _date(second: int) -> bytes:
    return formatdate(second, usegmt=True).encode()


class SinkConnection(asyncio.Protocol):
    """A kept-alive connection: the parts of HTTP/1.1 that AWS's clients need."""

    def __init__(self, sink: Sink) -> None:
        """Keep what answers."""
        self._sink = sink
        self._received = b""
        self._awaited = False  # whether a client was told to go on with its body
        self._due: deque[bytes] = deque()  # answers whose latency is not over

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer the requests that are whole."""
        self._received = self._received + data if self._received else data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = self._received[: end + 2]
            stop = _end_of_body(head, self._received, end + 4)
            if len(self._received) < stop:
                self._tell_to_go_on(head)
                return
            body, self._received = self._received[end + 4 : stop], self._received[stop:]
            self._awaited = False
            self._send(head, self._sink.answer(head, body))

    def _tell_to_go_on(self, head: bytes) -> None:
        if not self._awaited and b"100-continue" in head:
            self._awaited = True
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _send(self, head: bytes, answer: bytes) -> None:
        """Send an answer after the latency of DynamoDB, in the order of the requests."""
        latency = self._sink.settings.latency if TARGET in head else 0
        if not latency:
            self._transport.write(answer)
            return
        self._due.append(answer)
        self._sink.loop.call_later(latency, self._send_due)

    def _send_due(self) -> None:
        self._transport.write(self._due.popleft())


def _end_of_body(head: bytes, received: bytes, start: int) -> int:
    """Return where a request's body ends, or a place behind what was received."""
    if b"chunked\r" in head:
        return _end_of_chunks(received, start)
    at = head.find(b"Content-Length: ")
    if at < 0:
        at = head.lower().find(b"content-length: ")
    return start + (int(head[at + 16 : head.find(b"\r", at)]) if at >= 0 else 0)


def _end_of_chunks(received: bytes, start: int) -> int:
    while (line_end := received.find(b"\r\n", start)) >= 0:
        size = int(received[start:line_end].partition(b";")[0], 16)
        if not size:  # trailers follow, which boto3 writes checksums in
            end = received.find(b"\r\n\r\n", line_end)
            return end + 4 if end >= 0 else len(received) + 1
        start = line_end + 2 + size + 2
    return len(received) + 1


async def serve(certificate: str, key: str) -> None:
    """Serve until stdin closes, with TLS where a certificate and its key are named."""
    tls = None
    if certificate:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate, key)
    loop, sink = asyncio.get_running_loop(), Sink()
    server = await loop.create_server(lambda: SinkConnection(sink), "127.0.0.1", 0, ssl=tls, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    closed = asyncio.Event()

    def wait_for_end() -> None:
        sys.stdin.read()
        loop.call_soon_threadsafe(closed.set)

    Thread(target=wait_for_end, daemon=True).start()
    await closed.wait()


def main() -> None:
    """Serve; the arguments are the files of a certificate and its key, or none."""
    certificate, key = sys.argv[1:] or ("", "")
    asyncio.run(serve(certificate, key))


if __name__ == "__main__":
    main()
