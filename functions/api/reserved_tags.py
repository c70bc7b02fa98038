"""Tags by which stock clients say what Pinpoint's API has no member for: the id of a new app or segment, and more.

They are kept, shown and counted like all other tags: Terraform compares the tags that it sent with those that it finds.
"""

import re
from collections.abc import Mapping

from audience.identifiers import HEX_ID
from http_api.errors import BadRequestError

PREFIX = "segment-jobs:"
ID = f"{PREFIX}id"
MISSING_SEGMENT = f"{PREFIX}missing-segment"
MISSING_SEGMENT_VALUES = ("FAIL", "CREATE")

OF_APPS = (ID, MISSING_SEGMENT)
OF_SEGMENTS = (ID,)


def check_reserved_tags(tags: Mapping[str, str], reserved: tuple[str, ...], id_: str | None = None) -> None:
    """Check the tags that begin with `segment-jobs:`.

    Args:
        tags: what a request sets.
        reserved: which of them the resource can have.
        id_: the resource's id, which never changes; None where it is about to be made.

    Raises:
        BadRequestError: one of them is unknown, has another value than it can have, or is another id.
    """
    for name, value in tags.items():
        if not name.startswith(PREFIX):
            continue
        member = f"tags.{name[:100]}: {value[:100]!r}"
        if name not in reserved:
            raise BadRequestError(
                f"{member} is given, but of the {PREFIX} tags only {', '.join(reserved)} can be set here"
            )
        if name == MISSING_SEGMENT and value not in MISSING_SEGMENT_VALUES:
            raise BadRequestError(f"{member} is not one of {', '.join(MISSING_SEGMENT_VALUES)}")
        if name == ID and not re.fullmatch(HEX_ID, value):
            raise BadRequestError(f"{member} is not 32 lower-case hex digits")
        if name == ID and id_ not in {None, value}:
            raise BadRequestError(f"{member} is not {id_!r}, the id that this resource was made with")


def chosen_id(given: str | None, tags: Mapping[str, str]) -> str | None:
    """Return the id that a request wants for what it makes; None where it leaves that to the service.

    Args:
        given: the request's member `Id`.
        tags: the request's tags, which have been checked.

    Raises:
        BadRequestError: there are two, and they differ.
    """
    tag = tags.get(ID)
    if given is not None and tag not in {None, given}:
        raise BadRequestError(f"Id: {given!r} is given, but the tag {ID} says {tag!r}")
    return given or tag
