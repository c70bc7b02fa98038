"""Pages of a listing.

A page has as many entries as were asked for, and no more than one answer of a Lambda can carry.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

# A Lambda answers at most 6 MB (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). What is
# left of that is for an ARN an entry, the members around the list, and the headers.
MAX_PAGE_BYTES = 5 * 1024 * 1024

T = TypeVar("T")


def answer_bytes(body: Any) -> int:
    """Return how many bytes JSON has at most inside a proxy response, as a string in JSON again.

    Each quote is escaped once more there, and a letter outside ASCII may be written as six.
    """
    return len(json.dumps(json.dumps(body, ensure_ascii=False, default=str)))


def _itself(entry: Any) -> Any:
    return entry


def page_from(entries: Iterable[T], limit: int, shown: Callable[[T], Any] = _itself) -> tuple[list[T], bool]:
    """Return the first entries that fit on a page, and whether another one follows.

    The first one fits always.

    Args:
        entries: what is listed from here on; none is drawn beyond the one that does not fit.
        limit: how many the page has at most, 1 or more.
        shown: what the answer says of an entry, as far as it has size.
    """
    page: list[T] = []
    room = MAX_PAGE_BYTES
    for entry in entries:
        room -= answer_bytes(shown(entry))
        if len(page) == limit or (page and room < 0):
            return page, True
        page.append(entry)
    return page, False
