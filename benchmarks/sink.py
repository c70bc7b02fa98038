"""A DynamoDB that keeps nothing: it answers every write with success, and reads with made-up items.

Run as a process of its own, it prints its port and ends when its stdin closes. A table named `endpoints-5000` has
5,000 endpoints in each partition; where the name begins with `users`, each has a user.
"""

import json
import socketserver
import sys
import zlib
from functools import cache
from random import Random
from threading import Thread
from typing import Any

from benchmarks.endpoint_items import endpoint_item, user_item

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
PAGE = 1000  # endpoints: about 1 MB, where DynamoDB's pages end


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
    if operation == b"BatchGetItem":
        return _users(json.loads(body)["RequestItems"])
    return b'{"UnprocessedItems": {}}' if operation == b"BatchWriteItem" else b"{}"


def _page(request: dict[str, Any]) -> bytes:
    """Return the page after the one that ExclusiveStartKey names; ids ascend."""
    after = request.get("ExclusiveStartKey", {"sk": {"S": "E#00000"}})["sk"]["S"]
    number = int(after[2:7]) + 1
    table = request["TableName"]
    key = {"pk": request["ExpressionAttributeValues"][":pk"], "sk": {"S": f"E#{number:05d}-9999"}}
    more = number * PAGE < int(table.rpartition("-")[2])
    end = b"" if not more else b',"LastEvaluatedKey":' + _dumped(key)
    items = _items(with_user=table.startswith("users")).replace(b"E#NUMBER", b"E#%05d" % number)
    return b'{"Items":' + items + b',"Count":%d,"ScannedCount":%d' % (PAGE, PAGE) + end + b"}"


@cache
def _items(*, with_user: bool) -> bytes:
    """Return the items of a page."""
    random = Random(1)
    items = [endpoint_item(random, f"NUMBER-{place:04d}", with_user=with_user) for place in range(PAGE)]
    return _dumped(items)


def _users(tables: dict[str, Any]) -> bytes:
    found = {table: [user_item(key) for key in wanted["Keys"]] for table, wanted in tables.items()}
    return _dumped({"Responses": found, "UnprocessedKeys": {}})


def _dumped(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def main() -> None:
    """Serve until stdin closes."""
    with Sink(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        print(server.server_address[1], flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
