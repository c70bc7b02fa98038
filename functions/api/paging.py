"""Paging: `page-size` and `token` in the query, `Item` and `NextToken` in the answer (contract: Paging)."""

import re
from collections.abc import Mapping
from typing import Any

from api.paging_tokens import TokenInvalidError, key_in, paging_secret, token_after
from http_api import stores
from http_api.call import Call
from http_api.errors import BadRequestError
from http_api.operations import Parameter, Schema
from http_api.schemas import TEXT, array_of, closed_object

MAX_PAGE_SIZE = 100
PAGE = (
    Parameter("page-size", "how many, 1 to 100", pattern="^0*[1-9][0-9]*$"),
    Parameter("token", "NextToken of the page before"),
)
_WHOLE_NUMBER = re.compile(r"0*([1-9][0-9]{0,9})[0-9]*")


class Listing:
    """A page of what one resource lists."""

    def __init__(self, call: Call, *ids: str) -> None:
        """Read the page that a request asks for; `ids` tell this listing from others of its resource.

        Raises:
            BadRequestError: the page size is no number of at least 1, or the token is not one of this listing.
        """
        self._names = (call.resource, *ids)
        self.limit = _limit(call.query("page-size"))
        self.after = self._after(call.query("token"))

    def answer(self, items: list[dict[str, Any]], following: str | None) -> dict[str, Any]:
        """Return the body of the answer.

        Args:
            items: what is on the page.
            following: the key to go on after, None where this is the last page.
        """
        if following is None:
            return {"Item": items}
        return {"Item": items, "NextToken": token_after(self._secret(), self._names, following)}

    def _after(self, token: str | None) -> str | None:
        if token is None:
            return None
        try:
            return key_in(self._secret(), self._names, token)
        except TokenInvalidError:
            raise BadRequestError(
                f"token: {token[:100]!r} is not a NextToken that this listing gave"
            ) from None

    @staticmethod
    def _secret() -> bytes:
        return paging_secret(stores.settings().control_table)


def page_of(item: Mapping[str, Schema]) -> Schema:
    """Return the schema of a page whose items have these members."""
    return closed_object({"Item": array_of(closed_object(item))}, {"NextToken": TEXT})


def _limit(size: str | None) -> int:
    if size is None:
        return MAX_PAGE_SIZE
    number = _WHOLE_NUMBER.fullmatch(size)
    if number is None:
        raise BadRequestError(f"page-size: {size[:100]!r} is not a whole number from 1 to {MAX_PAGE_SIZE}")
    return min(int(number[1]), MAX_PAGE_SIZE)
