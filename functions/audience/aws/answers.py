"""Reads AWS's answers with botocore's parsers; errors about one that is cut short do not quote it.

botocore puts an answer that it cannot read into its error's text, keys of an assumed role and all, and takes JSON that
it cannot read for an empty answer: an item that is there would be missing.
"""

from typing import Any

import orjson
from botocore.exceptions import HTTPClientError
from botocore.parsers import ResponseParserFactory

_REFUSED = 300


class UnreadableAnswerError(HTTPClientError):
    """An answer of AWS that is not whole; asked again it may be."""

    fmt = "the answer cannot be read"


class CarefulParsers(ResponseParserFactory):
    """botocore's component `response_parser_factory`, with parsers that quote nothing."""

    def create_parser(self, protocol_name: str) -> Any:
        """Return the parser of a protocol; see botocore.parsers."""
        return _Parser(super().create_parser(protocol_name), json=protocol_name == "json")


class _Parser:
    def __init__(self, parser: Any, *, json: bool) -> None:
        self._parser = parser
        self._json = json

    def parse(self, response: dict[str, Any], shape: Any) -> Any:
        """Return the answer as the shape has it.

        Raises:
            UnreadableAnswerError: it is not whole.
        """
        if self._json and not _is_json(response["body"]):
            if response["status_code"] < _REFUSED:
                raise UnreadableAnswerError
            response = {**response, "body": b""}  # its headers and its status say enough
        try:
            return self._parser.parse(response, shape)
        except Exception:  # noqa: BLE001, S110 - whatever a parser comes to grief on, its text may quote
            pass
        # Not in the except block: there the parser's error would come along as the context.
        raise UnreadableAnswerError


def _is_json(body: bytes) -> bool:
    if not body:
        return True
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return True
