"""JSON documents of the token's issuer, over HTTP."""

from typing import Any

import orjson
import urllib3
from urllib3.util import Timeout

_TIMEOUT = Timeout(connect=2, read=3)
_MAX_BYTES = 1024 * 1024

_connections = urllib3.PoolManager(maxsize=2, retries=False)


class IssuerUnreachableError(Exception):
    """The issuer does not answer, or not with what it should."""


def fetch_document(url: str) -> dict[str, Any]:
    """Fetch the JSON object at the URL; no redirect is followed.

    Raises:
        IssuerUnreachableError: no answer in a few seconds, another status than 200, or no JSON object.
    """
    try:
        response = _connections.request("GET", url, timeout=_TIMEOUT, redirect=False, preload_content=False)
        try:
            content = response.read(_MAX_BYTES)
        finally:
            response.release_conn()
        document = orjson.loads(content)
    except (urllib3.exceptions.HTTPError, ValueError) as failed:
        raise IssuerUnreachableError(f"{url}: {type(failed).__name__}") from failed
    if response.status != 200 or not isinstance(document, dict):  # noqa: PLR2004  (HTTP's OK)
        raise IssuerUnreachableError(f"{url}: status {response.status}, and no JSON object")
    return document
