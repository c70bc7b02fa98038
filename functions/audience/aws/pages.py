"""Pages of a listing, limited in entries and in the bytes of one answer of a Lambda."""

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

# A Lambda answers at most 6 MB (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). The
# rest is for an ARN in each entry, the members around the list, and the headers.
MAX_PAGE_BYTES = 5 * 1024 * 1024

T = TypeVar("T")


def answer_bytes(body: Any) -> int:
    """Return the maximum size in bytes of a JSON body in a proxy response.

    There it is a string inside JSON: each quote is escaped again, and a character outside ASCII may take six bytes.
    """
    return len(json.dumps(json.dumps(body, ensure_ascii=False, default=str)))


def _itself(entry: Any) -> Any:
    return entry


def page_from(entries: Iterable[T], limit: int, shown: Callable[[T], Any] = _itself) -> tuple[list[T], bool]:
    """Return the entries that fit on a page, at least one, and whether another follows.

    Args:
        entries: the entries from this page on; none is read after the first that does not fit.
        limit: the maximum of entries on the page, 1 or more.
        shown: returns what the answer holds of an entry, of which the size is taken.
    """
    page: list[T] = []
    room = MAX_PAGE_BYTES
    for entry in entries:
        room -= answer_bytes(shown(entry))
        if len(page) == limit or (page and room < 0):
            return page, True
        page.append(entry)
    return page, False
