"""Page tokens: opaque, and good for nothing but going on with the listing they were given for."""

import base64
import hashlib
import hmac
import os
from functools import cache
from typing import Any

import orjson

from audience.aws.clients import table

SECRET_KEY = {"pk": "SECRET", "sk": "PAGING"}
_SECRET_BYTES = 32
_MAC_BYTES = 16


class TokenInvalidError(Exception):
    """Not a token of this listing."""


def token_after(secret: bytes, listing: tuple[str, ...], last: str) -> str:
    """The token that goes on after the key `last` of a listing.

    Args:
        secret: the deployment's own.
        listing: what is listed: the resource and the ids in its path.
        last: the last key that the client has seen.
    """
    return base64.urlsafe_b64encode(_mac(secret, listing, last) + last.encode()).decode().rstrip("=")


def key_in(secret: bytes, listing: tuple[str, ...], token: str) -> str:
    """The key that a token goes on after.

    Raises:
        TokenInvalidError: the token was altered, made up, or given for another listing.
    """
    try:
        last = base64.urlsafe_b64decode(token + "==")[_MAC_BYTES:].decode()
    except ValueError:
        raise TokenInvalidError from None
    if not hmac.compare_digest(token.encode(), token_after(secret, listing, last).encode()):
        raise TokenInvalidError
    return last


def _mac(secret: bytes, listing: tuple[str, ...], last: str) -> bytes:
    return hmac.digest(secret, orjson.dumps([*listing, last]), hashlib.sha256)[:_MAC_BYTES]


@cache
def paging_secret(control_table: str) -> bytes:
    """The deployment's secret, made at its first use; whoever comes first makes it for all."""
    control: Any = table(control_table)
    found = control.get_item(Key=SECRET_KEY, ConsistentRead=True).get("Item")
    if found is None:
        fresh = os.urandom(_SECRET_BYTES)
        found = control.update_item(
            Key=SECRET_KEY,
            UpdateExpression="SET secret = if_not_exists(secret, :fresh)",
            ExpressionAttributeValues={":fresh": fresh},
            ReturnValues="ALL_NEW",
        )["Attributes"]
    return bytes(found["secret"])
