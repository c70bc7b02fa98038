"""Paginators: one for each operation that lists with `token` and `NextToken`.

https://boto3.amazonaws.com/v1/documentation/api/latest/guide/paginators.html
"""

from typing import Any

from api.client_models.described import Described, operations
from http_api.operations import Shape


def paginators() -> dict[str, Any]:
    """Return the paginators of all operations that have pages, in botocore's notation."""
    return {"pagination": {each.name: _paginator(each) for each in operations() if _has_pages(each)}}


def _has_pages(each: Described) -> bool:
    return "token" in {parameter.name for parameter in each.operation.query}


def _paginator(each: Described) -> dict[str, str]:
    content = each.operation.response
    inside = f"{content.name}." if isinstance(content, Shape) else ""
    return {
        "input_token": "Token",
        "limit_key": "PageSize",
        "output_token": f"{inside}NextToken",
        "result_key": f"{inside}Item",
    }
