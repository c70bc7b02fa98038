"""Tags of apps and segments, changed one resource at a time."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from api.arns import arn
from api.reserved_tags import OF_APPS, OF_SEGMENTS
from audience.apps.store import App
from audience.identifiers import now_iso
from audience.segments.store import SegmentGoneError, SegmentMovedOnError
from audience.segments.version import SegmentVersion
from http_api import stores
from http_api.call import Call
from http_api.errors import BadRequestError, NotFoundError

Tags = dict[str, str]
MAX_TAGS = 50  # https://docs.aws.amazon.com/pinpoint/latest/developerguide/tagging-resources.html
_ARN = re.compile(r"arn:[^:]+:mobiletargeting:[^:]*:[^:]*:(apps/([0-9a-f]{32})(?:/segments/([0-9a-f]{32}))?)")


class Tagged(NamedTuple):
    """An app, or one of its segments."""

    application_id: str
    segment_id: str | None

    @property
    def id(self) -> str:
        """Return the id of the app or the segment."""
        return self.segment_id or self.application_id

    @property
    def reserved(self) -> tuple[str, ...]:
        """Return the reserved tags that it can have."""
        return OF_SEGMENTS if self.segment_id else OF_APPS


def tagged(call: Call) -> Tagged:
    """Return what the ARN in a request's path names.

    Raises:
        NotFoundError: it is not the ARN of an app or a segment of this account and region.
    """
    given = call.parameter("resource-arn")
    found = _ARN.fullmatch(given)
    if found is None or given != arn(found[1]):
        raise NotFoundError(
            f"resource-arn: {given[:200]!r} is not the ARN of an app or a segment here, such as {arn('apps/<id>')!r}"
        )
    return Tagged(found[2], found[3])


def tags_of(resource: Tagged) -> Tags:
    """Return a resource's tags.

    Raises:
        NotFoundError: there is no such app or segment.
    """
    return _tags(_found(resource))


def change_tags(resource: Tagged, change: Callable[[Tags], Tags]) -> None:
    """Change a resource's tags; `change` is asked again where another request changed them meanwhile.

    Raises:
        NotFoundError: there is no such app or segment.
        BadRequestError: there would be more than 50.
    """
    changed = False
    while not changed:
        found = _found(resource)
        tags = change(_tags(found))
        if len(tags) > MAX_TAGS:
            raise BadRequestError(
                f"tags: there would be {len(tags)} tags, and {MAX_TAGS} is the most there can be"
            )
        changed = tags == _tags(found) or _change(found, tags)


def _change(found: App | SegmentVersion, tags: Tags) -> bool:
    """Change the tags, unless somebody else has since they were read; return whether they were changed."""
    if not isinstance(found, SegmentVersion):
        return stores.apps().change_tags(found, tags)
    # A version of a segment never changes, so that this makes a new one, as a new name does.
    content = replace(found, tags=tags, modified=now_iso(), job_id=None)
    with suppress(SegmentMovedOnError, SegmentGoneError):
        stores.segments().publish(found.application_id, found.id, content, after=found.version)
        return True
    return False


def _found(resource: Tagged) -> App | SegmentVersion:
    app = stores.apps().find(resource.application_id)
    if app is None:
        raise _not_found("app", resource.application_id)
    if resource.segment_id is None:
        return app
    segment = stores.segments().find(resource.application_id, resource.segment_id)
    if segment is None:
        raise _not_found("segment", resource.segment_id)
    return segment


def _tags(found: App | SegmentVersion) -> Tags:
    return found.tags or {} if isinstance(found, SegmentVersion) else found["tags"]


def _not_found(kind: str, id_: str) -> NotFoundError:
    return NotFoundError(f"resource-arn: there is no {kind} {id_!r}")
