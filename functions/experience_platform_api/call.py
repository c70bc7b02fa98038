"""What a request to Experience Platform's API says: who calls for which tenant, its ids, its body."""

import re
from dataclasses import dataclass
from email.message import Message

import orjson
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from experience_platform_api.errors import (
    ContentTypeError,
    InvalidRequestError,
    MissingHeaderError,
    RefusedCallError,
)
from http_api import call as shared_call
from http_api.errors import BadRequestError, NotFoundError

ORGANISATION_HEADER = "x-gw-ims-org-id"
SANDBOX_HEADER = "x-sandbox-name"

_JSON = "application/json"
_ID = re.compile(r"[1-9][0-9]{0,17}")
_WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class Caller:
    """Who calls, as the authorizer found it: a client of an organisation's sandbox, which is bound to an app."""

    application_id: str
    organisation: str
    sandbox: str
    client_id: str


class Call(shared_call.Call):
    """One request to one resource of Experience Platform's API."""

    def __init__(self, event: APIGatewayProxyEvent) -> None:
        """Keep the proxy event."""
        super().__init__(event)
        self._authorized: dict[str, str] = event.raw_event["requestContext"].get("authorizer") or {}

    def caller(self) -> Caller:
        """Return who calls; nothing is answered without.

        Raises:
            MissingHeaderError: the request names no organisation or no sandbox.
            RefusedCallError: the authorizer found no tenant.
        """
        if not self.header(ORGANISATION_HEADER) or not self.header(SANDBOX_HEADER):
            raise MissingHeaderError
        names = ("application_id", "organisation", "sandbox", "client_id")
        found = [self._authorized.get(name, "") for name in names]
        if not all(found):
            raise RefusedCallError("403003", "Api Key is invalid")
        return Caller(*found)

    def number(self, name: str) -> int:
        """Return a path parameter that is an integer id.

        Raises:
            NotFoundError: it is no positive integer of at most 18 digits, so nothing can have that id.
        """
        found = self.parameter(name)
        if not _ID.fullmatch(found):
            raise NotFoundError(f"{name}: there is nothing of the id {found[:100]!r}")
        return int(found)

    def whole_number(self, name: str, default: int, least: int = 0) -> int:
        """Return a query parameter that is a whole number.

        Raises:
            InvalidRequestError: it is another thing, or less than `least`.
        """
        given = self.query(name)
        if given is None:
            return default
        if not _WHOLE_NUMBER.fullmatch(given) or int(given) < least:
            raise InvalidRequestError(f"{name}: {given[:100]!r} is not a whole number of at least {least}")
        return int(given)

    def body(self, max_bytes: int = shared_call.MAX_BODY_BYTES) -> shared_call.Body:
        """Return the JSON object that the request carries.

        Raises:
            ContentTypeError: its content type is missing, or another one.
            BadRequestError: it is not JSON, not an object, or nested deeper than what can be written as JSON again.
            PayloadTooLargeError: it is longer than any valid request.
        """
        header = Message()
        header["content-type"] = self.header("content-type") or "none"
        if header.get_content_type() != _JSON:
            raise ContentTypeError
        body = super().body(max_bytes)
        try:
            orjson.dumps(body)
        except orjson.JSONEncodeError:
            raise BadRequestError("The request's body is nested too deeply") from None
        return body
