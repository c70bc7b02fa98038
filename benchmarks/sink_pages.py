"""Reads of the sink: made-up endpoints page by page, and made-up users.

A table named `endpoints-5000` has 5,000 endpoints in each partition; where the name begins with `users`, each endpoint
has a user.
"""

from functools import cache
from random import Random
from typing import Any

import orjson

from benchmarks.endpoint_items import endpoint_item, user_item

PAGE = 1000  # endpoints: about 1 MB, where DynamoDB's pages end


def page(request: dict[str, Any]) -> bytes:
    """Return the answer to a Query: the page after the one that ExclusiveStartKey names; ids ascend."""
    after = request.get("ExclusiveStartKey", {"sk": {"S": "E#00000"}})["sk"]["S"]
    number = int(after[2:7]) + 1
    table = request["TableName"]
    key = {"pk": request["ExpressionAttributeValues"][":pk"], "sk": {"S": f"E#{number:05d}-9999"}}
    more = number * PAGE < int(table.rpartition("-")[2])
    end = b"" if not more else b',"LastEvaluatedKey":' + orjson.dumps(key)
    items = _items(with_user=table.startswith("users")).replace(b"E#NUMBER", b"E#%05d" % number)
    return b'{"Items":' + items + b',"Count":%d,"ScannedCount":%d' % (PAGE, PAGE) + end + b"}"


@cache
def _items(*, with_user: bool) -> bytes:
    """Return the items of a page."""
    random = Random(1)
    return orjson.dumps(
        [endpoint_item(random, f"NUMBER-{place:04d}", with_user=with_user) for place in range(PAGE)]
    )


def users(request: dict[str, Any]) -> bytes:
    """Return the answer to a BatchGetItem of users."""
    tables = request["RequestItems"]
    found = {table: [user_item(key) for key in wanted["Keys"]] for table, wanted in tables.items()}
    return orjson.dumps({"Responses": found, "UnprocessedKeys": {}})
