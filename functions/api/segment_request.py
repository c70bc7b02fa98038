"""What a client may write of a segment, as the content of its next version."""

from api.call import Body
from api.errors import BadRequestError
from api.models import ImportedSegmentRequest, read
from audience.segments.groups import parse_segment
from audience.segments.store import Segment
from audience.segments.validation import SegmentInvalidError

# A version gets its own of these.
_OF_A_VERSION = frozenset({"Id", "ApplicationId", "Version", "LastModifiedDate", "job_id"})
_CONTENT = frozenset({"Dimensions", "SegmentGroups"})


def written(body: Body) -> Segment:
    """The content of a dimensional segment.

    Raises:
        BadRequestError: a member is missing, unknown, or not what the API takes there; it is named.
    """
    try:
        return {**parse_segment(body).document(), "SegmentType": "DIMENSIONAL"}
    except SegmentInvalidError as wrong:
        raise BadRequestError(str(wrong)) from wrong


def changed(segment: Segment, body: Body) -> Segment:
    """The content of the segment's next version: what the body leaves out stays.

    Raises:
        BadRequestError: as for `written`; or it is about who is in an imported segment.
    """
    kept = {name: value for name, value in segment.items() if name not in _OF_A_VERSION}
    if segment["SegmentType"] == "DIMENSIONAL":
        left = {"Name", "tags"} if body.keys() & _CONTENT else {"Name", "tags"} | _CONTENT
        whole = {**{name: kept[name] for name in left & kept.keys()}, **body}
        return {**written(whole), "CreationDate": segment["CreationDate"]}
    for name in body.keys() - {"Name", "tags"}:
        raise BadRequestError(f"{name}: the content of an imported segment cannot be edited")
    read(ImportedSegmentRequest, body)
    return {**kept, **body}
