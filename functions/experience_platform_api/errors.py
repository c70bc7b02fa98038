"""The errors of the dialect: what went wrong is named as in `http_api.errors`, and told in Adobe's shapes."""

from http import HTTPStatus
from typing import Any

from http_api.errors import ApiError, BadRequestError

# Adobe's documentation has a placeholder here; RFC 9457 has a name for "the status code says it all".
_TYPE = "about:blank"


class RefusedCallError(ApiError):
    """A call that lacks a header, or may not be made. The status is the first three digits of Adobe's code."""

    def __init__(self, code: str, message: str) -> None:
        """Keep Adobe's code and its text."""
        super().__init__(message)
        self.code = code
        self.status = HTTPStatus(int(code[:3]))


class MissingHeaderError(RefusedCallError):
    """The organisation or the sandbox is not named."""

    def __init__(self) -> None:
        """Keep Adobe's code and text."""
        super().__init__("400003", "Missing header")


class ContentTypeError(BadRequestError):
    """The body is not said to be JSON."""

    def __init__(self) -> None:
        """Keep Adobe's text."""
        super().__init__("A valid content-type must be specified")


class InvalidRequestError(BadRequestError):
    """Members of the request cannot be used; each one is named."""

    def __init__(self, *messages: str) -> None:
        """Keep one message for each member."""
        super().__init__("; ".join(messages))
        self.messages = messages


def error_body(error: ApiError, request_id: str) -> dict[str, Any]:
    """Return the body of the answer that describes an error, in one of Adobe's three shapes."""
    if isinstance(error, RefusedCallError):
        return {"error_code": error.code, "message": error.message}
    problem = {"type": _TYPE, "title": _title(error), "status": int(error.status)}
    if isinstance(error, ContentTypeError):
        return {**problem, "detail": error.message}
    if isinstance(error, BadRequestError):
        messages = error.messages if isinstance(error, InvalidRequestError) else (error.message,)
        findings = [{"code": "400000", "message": message} for message in messages]
        return {"requestId": request_id, "errors": {"400": findings}, **problem}
    return {"requestId": request_id, **problem, "detail": error.message}


def _title(error: ApiError) -> str:
    """`NotFoundException` as `NotFoundError`, in the way of Adobe's `BadRequestError`."""
    return f"{error.name.removesuffix('Exception').removesuffix('Error')}Error"
