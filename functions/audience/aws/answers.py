"""Parsers of AWS's answers whose errors do not quote a truncated answer.

botocore puts an answer that it cannot parse into its error's text, even with credentials of an assumed role in it, and
reads JSON that it cannot parse as an empty answer, as if an item did not exist.
"""

from typing import Any

import orjson
from botocore.exceptions import HTTPClientError
from botocore.parsers import ResponseParserFactory

_FIRST_ERROR_STATUS = 300


class UnreadableAnswerError(HTTPClientError):
    """A truncated answer of AWS; a retry may succeed."""

    fmt = "the answer cannot be read"


class CarefulParsers(ResponseParserFactory):
    """botocore's component `response_parser_factory`, whose parsers quote nothing."""

    def create_parser(self, protocol_name: str) -> Any:
        """Return the parser of a protocol; see botocore.parsers."""
        return _Parser(super().create_parser(protocol_name), json=protocol_name == "json")


class _Parser:
    def __init__(self, parser: Any, *, json: bool) -> None:
        self._parser = parser
        self._json = json

    def parse(self, response: dict[str, Any], shape: Any) -> Any:
        """Return the parsed answer.

        Raises:
            UnreadableAnswerError: it is truncated.
        """
        if self._json and not _is_json(response["body"]):
            if response["status_code"] < _FIRST_ERROR_STATUS:
                raise UnreadableAnswerError
            response = {**response, "body": b""}  # its headers and status are enough
        try:
            return self._parser.parse(response, shape)
        except Exception:  # noqa: BLE001, S110 - the text of any error of a parser may quote the answer
            pass
        # Not in the except block, where the parser's error would become the context.
        raise UnreadableAnswerError


def _is_json(body: bytes) -> bool:
    if not body:
        return True
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return True
