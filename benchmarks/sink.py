"""A DynamoDB that keeps nothing: it answers every write with success, and Query with made-up endpoints.

Run as a process of its own, it prints its port and ends when its stdin closes. A table named `endpoints-5000` has
5,000 endpoints in each partition.
"""

import json
import os
import socketserver
import sys
import zlib
from functools import cache
from threading import Thread
from typing import Any

# The seven headers that DynamoDB answers with.
HEAD = b"""HTTP/1.1 200 OK\r
Server: Server\r
Date: Sat, 28 Nov 2026 10:00:00 GMT\r
Content-Type: application/x-amz-json-1.0\r
Content-Length: %d\r
Connection: keep-alive\r
x-amzn-RequestId: 5HFQ3JNQ0F2F1S9V3Q1KJ8Q0ONVV4KQNSO5AEMVJF66Q9ASUAAJG\r
x-amz-crc32: %d\r
\r
%b"""
PAGE = 1000  # endpoints: about 0.7 MB, where DynamoDB's pages end at 1 MB


class Sink(socketserver.ThreadingTCPServer):
    """A server with a thread for each connection."""

    daemon_threads = True
    allow_reuse_address = True


class Handler(socketserver.StreamRequestHandler):
    """The parts of HTTP/1.1 that DynamoDB's clients need."""

    disable_nagle_algorithm = True

    def handle(self) -> None:
        """Answer requests until the client hangs up."""
        while self.rfile.readline():
            headers: dict[bytes, bytes] = {}
            while (line := self.rfile.readline().strip()) != b"":
                name, _, value = line.partition(b":")
                headers[name.lower()] = value.strip()
            body = self.rfile.read(int(headers[b"content-length"]))
            reply = _reply(headers[b"x-amz-target"].rpartition(b".")[2], body)
            self.wfile.write(HEAD % (len(reply), zlib.crc32(reply), reply))


def _reply(operation: bytes, body: bytes) -> bytes:
    if operation == b"Query":
        return _page(json.loads(body))
    return b'{"UnprocessedItems": {}}' if operation == b"BatchWriteItem" else b"{}"


def _page(request: dict[str, Any]) -> bytes:
    """Return the page after the one that ExclusiveStartKey names; ids ascend."""
    after = request.get("ExclusiveStartKey", {"sk": {"S": "E#00000"}})["sk"]["S"]
    number = int(after[2:7]) + 1
    key = {"pk": request["ExpressionAttributeValues"][":pk"], "sk": {"S": f"E#{number:05d}-9999"}}
    more = number * PAGE < int(request["TableName"].rpartition("-")[2])
    end = b"" if not more else b', "LastEvaluatedKey": ' + json.dumps(key).encode()
    return b'{"Items": ' + _items().replace(b"E#NUMBER", b"E#%05d" % number) + end + b"}"


@cache
def _items() -> bytes:
    """Return the items of a page, with content that does not compress."""
    return json.dumps([_item(place) for place in range(PAGE)]).encode()


def _item(place: int) -> dict[str, Any]:
    item: dict[str, Any] = {"pk": {"S": "app#00"}, "sk": {"S": f"E#NUMBER-{place:04d}"}}
    item |= {name: {"S": os.urandom(8).hex()} for name in ("Address", "ChannelType", "EffectiveDate")}
    item |= {f"Attributes.a{n}": {"L": [{"S": os.urandom(40).hex()}]} for n in range(6)}
    return item


def main() -> None:
    """Serve until stdin closes."""
    with Sink(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        print(server.server_address[1], flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
