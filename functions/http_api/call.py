"""What a request says: its path parameters, its query, its headers, its body."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import orjson
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from audience.exact_numbers import loads
from audience.identifiers import HEX_ID
from http_api.errors import BadRequestError, NotFoundError, PayloadTooLargeError

# A batch of 100 endpoints of 15 KB whose letters are all escaped (\uXXXX, as botocore writes them) fits.
MAX_BODY_BYTES = 5 * 1024 * 1024

Body = dict[str, Any]  # a JSON object of a request or of an answer


class Call:
    """One request to one resource."""

    def __init__(self, event: APIGatewayProxyEvent) -> None:
        """Keep the proxy event."""
        self._event = event

    @property
    def request_id(self) -> str:
        """API Gateway's id of the request."""
        return self._event.request_context.request_id or ""

    @property
    def resource(self) -> str:
        """The resource, in API Gateway's notation."""
        return self._event.resource

    @property
    def base_url(self) -> str:
        """Where the API is for this client: the request's URL without the resource, which has no parameters."""
        context = self._event.request_context
        scheme = (
            self.header("X-Forwarded-Proto") or "http"
        )  # API Gateway sends it, the laptop's gateway does not
        return f"{scheme}://{context.domain_name}{(context.path or '').removesuffix(self.resource)}"

    def parameter(self, name: str) -> str:
        """Return a path parameter as the client meant it: REST APIs hand it over percent-encoded.

        Raises:
            NotFoundError: it is not UTF-8, so nothing can have that name.
        """
        try:
            return unquote(self._event.path_parameters[name], errors="strict")
        except UnicodeDecodeError:
            raise NotFoundError(f"{name}: not UTF-8") from None

    def id(self, name: str) -> str:
        """Return a path parameter that is the id of an app, a job or a segment.

        Raises:
            NotFoundError: it is not 32 lower-case hex digits, so nothing can have that id.
        """
        found = self.parameter(name)
        if not re.fullmatch(HEX_ID, found):
            raise NotFoundError(f"{name}: there is nothing of the id {found[:100]!r}")
        return found

    def query(self, name: str) -> str | None:
        """Return a query parameter, or None."""
        return self._event.query_string_parameters.get(name)

    def queries(self, name: str) -> list[str]:
        """Return all values of a query parameter, which may be there several times."""
        return self._event.multi_value_query_string_parameters.get(name, [])

    def header(self, name: str) -> str | None:
        """Return a header, in any case of letters, or None."""
        return self._event.headers.get(name)

    @property
    def wanted(self) -> str:
        """The first media type that the client takes, in lower case, without parameters; empty if it names none.

        API Gateway looks at no other one when it decides whether an answer is bytes
        (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html).
        Of several Accept headers it does not say which one comes first, so they name none.
        """
        named = self._event.multi_value_headers.get("Accept", [])
        return named[0].partition(",")[0].partition(";")[0].strip().lower() if len(named) == 1 else ""

    def body(self, max_bytes: int = MAX_BODY_BYTES) -> Body:
        """Return the JSON object that the request carries.

        Raises:
            BadRequestError: it is not JSON, or not an object.
            PayloadTooLargeError: it has more than `max_bytes`.
        """
        return self._body(max_bytes, orjson.loads)

    def body_with_exact_numbers(self, max_bytes: int = MAX_BODY_BYTES) -> Body:
        """Return the JSON object that the request carries, with numbers as `audience.exact_numbers.loads` gives them.

        Raises:
            BadRequestError: it is not JSON, or not an object.
            PayloadTooLargeError: it has more than `max_bytes`.
        """
        return self._body(max_bytes, loads)

    def _body(self, max_bytes: int, read: Callable[[bytes], Any]) -> Body:
        try:
            content = (self._event.decoded_body or "").encode()
        except UnicodeError:
            raise BadRequestError("The request's body is not UTF-8") from None
        if len(content) > max_bytes:
            raise PayloadTooLargeError(f"The request is longer than {max_bytes} bytes.")
        try:
            body = read(content)
        except orjson.JSONDecodeError as wrong:
            raise BadRequestError(f"The request's body is not JSON: {wrong}") from None
        if not isinstance(body, dict):
            raise BadRequestError("The request's body is not a JSON object")
        return body
