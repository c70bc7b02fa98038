"""What a client may write of a segment, as the content of its next version."""

from dataclasses import replace

from api.models import ImportedSegmentRequest, NewSegmentRequest, read
from api.reserved_tags import OF_SEGMENTS, check_reserved_tags, chosen_id
from audience.segments.groups import parse_segment
from audience.segments.validation import SegmentInvalidError
from audience.segments.version import SegmentContent, SegmentVersion
from http_api.call import Body
from http_api.errors import BadRequestError

_CRITERIA = frozenset({"Dimensions", "SegmentGroups"})
_OTHERS = frozenset({"Name", "tags"})


def chosen_segment_id(body: Body) -> tuple[str | None, Body]:
    """Return the id that a request wants for a new segment, None where it wants none, and the rest of its body.

    Raises:
        BadRequestError: the id is none, or the tags are not what the API takes there.
    """
    request = read(NewSegmentRequest, body)
    tags = request.tags or {}
    check_reserved_tags(tags, OF_SEGMENTS)
    return chosen_id(request.id, tags), {name: value for name, value in body.items() if name != "Id"}


def new_content(body: Body, now: str) -> SegmentContent:
    """Return the content of a new dimensional segment; `now` is an ISO 8601 date.

    Raises:
        BadRequestError: a member is missing, unknown, or not what the API takes there; it is named.
    """
    try:
        written = parse_segment(body).document()
    except SegmentInvalidError as wrong:
        raise BadRequestError(str(wrong)) from wrong
    return SegmentContent(
        name=written["Name"],
        segment_type="DIMENSIONAL",
        created=now,
        modified=now,
        tags=written.get("tags"),
        dimensions=written.get("Dimensions"),
        segment_groups=written.get("SegmentGroups"),
    )


def changed_content(segment: SegmentVersion, body: Body, now: str) -> SegmentContent:
    """Return the content of the segment's next version: what the body leaves out stays.

    Raises:
        BadRequestError: as for `new_content`; or it is about who is in an imported segment, or gives it another id.
    """
    if body.get("tags") is not None:
        tags = read(ImportedSegmentRequest, {"tags": body["tags"]}).tags or {}
        check_reserved_tags(tags, OF_SEGMENTS, segment.id)
    if segment.is_imported:
        return _renamed(segment, body, now)
    kept = _OTHERS if body.keys() & _CRITERIA else _OTHERS | _CRITERIA
    shown = segment.shown()
    whole = {**{name: shown[name] for name in kept & shown.keys()}, **body}
    return replace(new_content(whole, now), created=segment.created)


def _renamed(segment: SegmentVersion, body: Body, now: str) -> SegmentContent:
    """Return the content of an imported segment under another name, or with other tags."""
    for name in body.keys() - _OTHERS:
        raise BadRequestError(f"{name}: the content of an imported segment cannot be edited")
    read(ImportedSegmentRequest, body)
    tags = body.get("tags", segment.tags)
    return replace(segment, name=body.get("Name") or segment.name, tags=tags, modified=now, job_id=None)
