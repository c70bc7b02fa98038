"""Page tokens: opaque, and good for nothing but going on with the listing they were given for."""

import base64
import hashlib
import hmac
import os
from functools import cache

import orjson

from audience.aws.clients import table
from audience.aws.control_table import ControlTable
from audience.layout.control_table import PAGING_SECRET

_SECRET_BYTES = 32
_MAC_BYTES = 16


class TokenInvalidError(Exception):
    """Not a token of this listing."""


def token_after(secret: bytes, listing: tuple[str, ...], last: str) -> str:
    """Return the token that goes on after the key `last` of a listing.

    Args:
        secret: the deployment's own.
        listing: what is listed: the resource and the ids in its path.
        last: the last key that the client has seen.
    """
    return base64.urlsafe_b64encode(_mac(secret, listing, last) + last.encode()).decode().rstrip("=")


def key_in(secret: bytes, listing: tuple[str, ...], token: str) -> str:
    """Return the key that a token goes on after.

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
    """Return the deployment's secret, and make it where there is none: whoever comes first, for all."""
    control = ControlTable(table(control_table))
    found = control.get(PAGING_SECRET.key())
    if found is None:
        new = os.urandom(_SECRET_BYTES)
        found = control.update(PAGING_SECRET.key(), "SET secret = if_not_exists(secret, :new)", {":new": new})
    return bytes(found["secret"])
