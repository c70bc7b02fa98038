"""JSON whose numbers keep their text, where a parsed number would not give it back."""

import json
import re
from typing import Any

import orjson

# 1.10, 1e3, -0, or more digits than a float holds.
_OWN_SPELLING = re.compile(rb"(?:^|[:\[,])\s*(?:-?(?:[0-9]{16}|[0-9]+[.eE])|-0)")


class NumberText(str):
    """A number of a JSON document, as the text that stands there."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Return the number as messages quote it: unlike a string, without quotes."""
        return str(self)


def loads(content: bytes) -> Any:
    """Return a JSON document; its numbers are NumberText where one of them has a spelling of its own.

    Raises:
        orjson.JSONDecodeError: it is not JSON.
    """
    document = orjson.loads(content)
    if not _OWN_SPELLING.search(content):
        return document
    try:
        return json.loads(content, parse_int=NumberText, parse_float=NumberText)
    except RecursionError:  # nested deeper than anything that is read: it is refused anyway
        return document


def text_of(value: Any) -> Any:
    """Return a number or a boolean as its text in JSON, and anything else as it is."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool | int | float):
        return orjson.dumps(value).decode()
    return value
