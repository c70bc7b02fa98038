"""The errors that clients are told of, with the names and codes of the contract.

ForbiddenException is missing: API Gateway refuses who may not call before a request gets here.
"""

from http import HTTPStatus

from botocore.exceptions import ClientError

from audience.aws.errors import is_throttle
from audience.endpoints.rows import RowInvalidError
from audience.errors import JobNotFoundError, TableThrottledError


class ApiError(Exception):
    """A request that is refused: its message is the client's to read."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    name = "InternalServerErrorException"

    def __init__(self, message: str, headers: dict[str, str] | None = None) -> None:
        """Keep the message, and headers that the response is to carry."""
        super().__init__(message)
        self.message = message
        self.headers = headers or {}


class BadRequestError(ApiError):
    """The request cannot be right, whatever the state of things."""

    status = HTTPStatus.BAD_REQUEST
    name = "BadRequestException"


class NotFoundError(ApiError):
    """What the request names does not exist."""

    status = HTTPStatus.NOT_FOUND
    name = "NotFoundException"


class MethodNotAllowedError(ApiError):
    """The resource does not answer this method."""

    status = HTTPStatus.METHOD_NOT_ALLOWED
    name = "MethodNotAllowedException"


class NotAcceptableError(ApiError):
    """What the resource has is none of the media types that the request takes (RFC 9110, section 15.5.7)."""

    status = HTTPStatus.NOT_ACCEPTABLE
    name = "NotAcceptableException"


class ConflictError(ApiError):
    """What the request asks for cannot be done with the thing as it is now."""

    status = HTTPStatus.CONFLICT
    name = "ConflictException"


class PayloadTooLargeError(ApiError):
    """The request is larger than the service takes, or than what it says fits into one item of a table."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    name = "PayloadTooLargeException"


class TooManyRequestsError(ApiError):
    """A table or a service behind the API refused for capacity."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    name = "TooManyRequestsException"


def api_error_for(error: Exception) -> ApiError:
    """Return the error for the client; of an exception that nobody expected it tells nothing."""
    if isinstance(error, ApiError):
        return error
    if isinstance(error, RowInvalidError):
        return BadRequestError(str(error))
    if isinstance(error, JobNotFoundError):
        return NotFoundError("job-id: the job is gone")
    if isinstance(error, TableThrottledError):
        return TooManyRequestsError("The service is busy. Try again later.")
    if isinstance(error, ClientError):
        refusal = error.response.get("Error", {})
        return _api_error_for_aws(refusal.get("Code", ""), refusal.get("Message", ""))
    return _unexpected()


def _api_error_for_aws(code: str, message: str) -> ApiError:
    if is_throttle(code):
        return TooManyRequestsError("The service is busy. Try again later.")
    # An item has at most 400 KB
    # (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html).
    if code == "ValidationException" and "size has exceeded" in message:
        return PayloadTooLargeError("What the request describes is larger than the 400 KB that can be kept.")
    return _unexpected()


def _unexpected() -> ApiError:
    return ApiError("The service failed to answer this request. Quote the RequestID to its operator.")


# What both APIs may answer; the other errors are one API's own.
SHARED_ERRORS: tuple[type[ApiError], ...] = (
    ApiError,
    BadRequestError,
    NotFoundError,
    MethodNotAllowedError,
    ConflictError,
    PayloadTooLargeError,
    TooManyRequestsError,
)
