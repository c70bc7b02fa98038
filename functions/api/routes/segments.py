"""Segments and their versions: made, read, listed, changed and removed."""

from contextlib import suppress

from api import examples
from api.arns import arn
from api.existing import existing_app
from api.objects import delete_below
from api.paging import PAGE, Listing
from api.routes import paths
from api.segment_bases import check_bases
from api.segment_request import changed_content, chosen_segment_id, new_content
from audience.identifiers import new_id, now_iso
from audience.layout.bucket import segment_prefix
from audience.segments.store import SegmentExistsError, SegmentGoneError, SegmentMovedOnError
from audience.segments.version import SegmentVersion
from http_api import stores
from http_api.call import Body, Call
from http_api.errors import ConflictError, NotFoundError
from http_api.operations import Shape, operation
from http_api.routing import ResourceRouter

router = ResourceRouter(Call)


@router.post(paths.SEGMENTS, status_code=201)
@operation(
    "CreateSegment",
    request=Shape("WriteSegmentRequest"),
    response=Shape("SegmentResponse"),
    refusals=(409,),
    example=examples.SEGMENT,
)
def create_segment() -> Body:
    """Create a dimensional segment; imported ones are made by import jobs.

    It gets the id that the request gives (`Id`, or the tag `segment-jobs:id`), or a new one.
    """
    call = router.call()
    application_id = existing_app(call)
    chosen, body = chosen_segment_id(call.body())
    segment_id, content = chosen or new_id(), new_content(body, now_iso())
    check_bases(application_id, segment_id, content.segment_groups)
    try:
        return _response(stores.segments().publish(application_id, segment_id, content, new=True))
    except SegmentExistsError:
        raise ConflictError(f"Id: there is a segment {segment_id!r} in this app already") from None


@router.get(paths.SEGMENTS)
@operation("GetSegments", response=Shape("SegmentsResponse"), query=PAGE)
def get_segments() -> Body:
    """List an app's segments, newest first, the newest version of each."""
    call = router.call()
    application_id = existing_app(call)
    listing = Listing(call, application_id)
    segments, following = stores.segments().page(application_id, listing.limit, listing.after)
    return listing.answer([_response(segment) for segment in segments], following)


@router.get(paths.SEGMENT)
@operation("GetSegment", response=Shape("SegmentResponse"))
def get_segment() -> Body:
    """Return a segment: its newest version."""
    return _response(_found_segment(router.call())[1])


@router.put(paths.SEGMENT)
@operation(
    "UpdateSegment",
    request=Shape("WriteSegmentRequest"),
    response=Shape("SegmentResponse"),
    example=examples.SEGMENT_NAME,
)
def update_segment() -> Body:
    """Make a new version; of an imported segment only the name and the tags can change."""
    call = router.call()
    while True:
        application_id, segment = _found_segment(call)
        content = changed_content(segment, call.body(), now_iso())
        # What the body leaves out was checked before.
        check_bases(application_id, segment.id, call.body().get("SegmentGroups"))
        # An import may publish meanwhile: a name that is changed then must not bring back who was in it before.
        with suppress(SegmentMovedOnError, SegmentGoneError):
            published = stores.segments().publish(application_id, segment.id, content, after=segment.version)
            return _response(published)


@router.delete(paths.SEGMENT)
@operation("DeleteSegment", response=Shape("SegmentResponse"))
def delete_segment() -> Body:
    """Delete a segment with all versions and who was in them; return the newest version."""
    application_id, segment = _found_segment(router.call())
    stores.segments().delete(application_id, segment.id)
    delete_below(segment_prefix(application_id, segment.id))
    return _response(segment)


@router.get(paths.SEGMENT_VERSIONS)
@operation("GetSegmentVersions", response=Shape("SegmentsResponse"), query=PAGE)
def get_segment_versions() -> Body:
    """List a segment's versions, newest first."""
    call = router.call()
    application_id, segment = _found_segment(call)
    listing = Listing(call, application_id, segment.id)
    versions, following = stores.segments().page_of_versions(
        application_id, segment.id, listing.limit, listing.after
    )
    return listing.answer([_response(version) for version in versions], following)


@router.get(paths.SEGMENT_VERSION)
@operation("GetSegmentVersion", response=Shape("SegmentResponse"))
def get_segment_version() -> Body:
    """Return one version of a segment."""
    call = router.call()
    application_id, segment = _found_segment(call)
    wanted = call.parameter("version")
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 10 else 0  # noqa: PLR2004
    version = stores.segments().find(application_id, segment.id, number)
    if version is None:
        raise NotFoundError(f"version: there is no version {wanted[:100]!r} of this segment")
    return _response(version)


def _found_segment(call: Call) -> tuple[str, SegmentVersion]:
    application_id, segment_id = existing_app(call), call.id("segment-id")
    segment = stores.segments().find(application_id, segment_id)
    if segment is None:
        raise NotFoundError(f"segment-id: there is no segment {segment_id!r} in this app")
    return application_id, segment


def _response(segment: SegmentVersion) -> Body:
    return {**segment.shown(), "Arn": arn(f"apps/{segment.application_id}/segments/{segment.id}")}
