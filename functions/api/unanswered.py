"""What Pinpoint's API had and this service does not: where it lives now, and what of here comes nearest.

That SMS, voice, push, one-time passwords and phone numbers go on is AWS' own word: see the notice above
https://docs.aws.amazon.com/pinpoint/latest/userguide/migrate.html.
"""

from http import HTTPStatus

from api.pinpoint_operations import OPERATIONS
from http_api.errors import ApiError, NotFoundError

_AT_AMAZON = (
    "it goes on at Amazon (AWS End User Messaging) under the same client name: call it with a client without this "
    "endpoint URL"
)
_ENDED = "it ended with Amazon Pinpoint on 2026-10-30"
_SENDING = "CreateSegment says who is meant, and CreateExportJob writes their endpoints for whatever sends"
_NOTHING = ""

# Where it lives now and what comes nearest, by what the path has after the app.
_RESOURCES: dict[str, tuple[str, str]] = {
    "messages": (_AT_AMAZON, "GetEndpoint, GetUserEndpoints and export jobs give the addresses to send to"),
    "users-messages": (
        _AT_AMAZON,
        "GetUserEndpoints gives a user's addresses, and SendMessages takes them there",
    ),
    "otp": (_AT_AMAZON, _NOTHING),
    "verify-otp": (_AT_AMAZON, _NOTHING),
    "phone": (_AT_AMAZON, _NOTHING),
    "channels": (_AT_AMAZON, "endpoints keep their ChannelType and Address whatever channels there are"),
    "channels/email": ("Amazon SES sends email", "endpoints keep their ChannelType and Address all the same"),
    "templates": (
        "templates belong to sending, which is Amazon's: ask there, with a client without this endpoint URL",
        _NOTHING,
    ),
    "campaigns": (_ENDED, _SENDING),
    "journeys": (_ENDED, _SENDING),
    "endpoints": (_ENDED, "GetEndpoint gives the endpoint"),  # its in-app messages
    "eventstream": (
        _ENDED,
        "PutEvents keeps events, and EventBridge is told of each change of a job's status",
    ),
    "kpis": (_ENDED, "GetImportJob and GetExportJob have the counts of jobs"),
    "recommenders": (_ENDED, _NOTHING),
}
# What an app never has here. Tools that assess accounts, and Terraform, take NotFoundException for "none".
_NEVER_THERE = ("channels", "eventstream")


class UnansweredError(ApiError):
    """An operation of Pinpoint's API that this service does not have.

    Clients try other errors from 500 on again, and some take a 404 for the end of the app.
    """

    status = HTTPStatus.NOT_IMPLEMENTED
    name = "NotImplementedException"


def operation_at(method: str, path: str) -> str | None:
    """Return the name of Pinpoint's operation of a method and a path; None where it had none."""
    steps = path.strip("/").split("/")
    return next((name for key, name in OPERATIONS.items() if _is_at(key, method, steps)), None)


def refusal(method: str, path: str) -> ApiError:
    """Return what a request is answered that no resource of this service is for.

    Args:
        method: the request's.
        path: the request's, without a stage.
    """
    name = operation_at(method, path)
    if name is None:
        return NotFoundError(
            f"There is no such resource: {method} {path[:200]!r} is no operation of this API."
        )
    resource = resource_of(path)
    if resource.partition("/")[0] in _NEVER_THERE and method in {"GET", "DELETE"}:
        return NotFoundError(
            f"{name}: this app has none. Segment Jobs keeps no channels and no event streams."
        )
    where, nearest = _RESOURCES.get(resource) or _RESOURCES[resource.partition("/")[0]]
    nearest = f"What comes nearest here: {nearest}." if nearest else "Nothing here comes near it."
    return UnansweredError(f"{name} is not answered here: {where}. {nearest}")


def resource_of(path: str) -> str:
    """Return what a path of the API has after the app: `campaigns`, or `channels/email` as there are several."""
    steps = path.strip("/").split("/")[1:]
    if steps[0] == "apps":
        steps = steps[2:]
    return "/".join(steps[: 2 if steps[0] == "channels" else 1])


def _is_at(key: str, method: str, steps: list[str]) -> bool:
    its_method, _, path = key.partition(" ")
    pattern = path.strip("/").split("/")
    if its_method != method or len(pattern) != len(steps):
        return False
    return all(mine in {"{}", yours} and yours for mine, yours in zip(pattern, steps, strict=True))
