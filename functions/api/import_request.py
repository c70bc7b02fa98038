"""The Definition of a new import job: its request, checked against what is there, with defaults filled in."""

import re
from pathlib import PurePosixPath

from api.column_rules import column_rules
from api.models import ImportJobRequest
from api.reserved_tags import MISSING_SEGMENT
from api.roles import check_trust, checked_external_id, checked_role
from audience.aws.client_types import S3Client
from audience.errors import PermanentError, RoleNotAssumableError
from audience.identifiers import HEX_ID, new_id
from audience.imports.definition import ImportDefinition
from audience.layout.bucket import UPLOADS, of_app
from audience.segments.version import SegmentVersion
from audience.settings import AccessSettings, UploadSettings
from audience.sources.access import CustomerAccess
from audience.sources.listing import objects_at
from audience.sources.location import S3Location
from audience.sources.precheck import check_source_files
from http_api import stores
from http_api.errors import BadRequestError, NotFoundError


def import_definition(request: ImportJobRequest, application_id: str) -> tuple[ImportDefinition, bool]:
    """Return the job's Definition, once everything that can be checked has been.

    Returns:
        The Definition, and whether the segment that it names is there already.

    Raises:
        BadRequestError: a member cannot be used; the message names it.
        NotFoundError: there is no such segment.
    """
    location = _location(request, application_id)
    own = location.bucket == stores.settings().bucket
    # What was uploaded needs no role, and clients expect to find the member.
    role_arn = "" if own and request.role_arn is None else checked_role(request.role_arn)
    external_id = checked_external_id(request.external_id)
    register, define = _outcome(request)
    refreshed = _refreshed(request, application_id)
    segment_id, segment_name = _segment(request, location, refreshed) if define else (None, None)
    definition = ImportDefinition(
        request.s3_url,
        role_arn,
        external_id,
        request.format,
        register,
        define,
        segment_id,
        segment_name,
        dry_run=bool(request.dry_run),
        dataset_id=_dataset(request, application_id, register=register),
        missing_segment=request.missing_segment,
        rules=column_rules(request),
    )
    _look_at(location, definition)
    return definition, refreshed is not None


def _location(request: ImportJobRequest, application_id: str) -> S3Location:
    """Return where to import from: of the service's own bucket, only what was uploaded for this app."""
    try:
        location = S3Location.parse(request.s3_url)
    except PermanentError as wrong:
        raise BadRequestError(f"S3Url: {wrong}") from wrong
    uploads = of_app(UPLOADS, application_id)
    if location.bucket == stores.settings().bucket and not location.key.startswith(uploads):
        raise BadRequestError(f"S3Url: {str(location)!r} is not below s3://{location.bucket}/{uploads}")
    return location


def _outcome(request: ImportJobRequest) -> tuple[bool, bool]:
    """Return whether the rows are registered as endpoints, and whether they make a segment."""
    register = request.register_endpoints is not False
    define = request.define_segment if request.define_segment is not None else request.segment_id is not None
    if not register and not define:
        raise BadRequestError("RegisterEndpoints, DefineSegment: both are false, so there is nothing to do")
    if request.segment_id is not None and not define:
        raise BadRequestError(f"SegmentId: {request.segment_id!r} is given, but DefineSegment is false")
    if request.missing_segment is not None and request.segment_id is None:
        raise BadRequestError(f"MissingSegment: {request.missing_segment!r} is given, but SegmentId is not")
    return register, define


def _dataset(request: ImportJobRequest, application_id: str, *, register: bool) -> str | None:
    """Return the dataset that the endpoints are to belong to, as merge policies know it."""
    if request.dataset_id is None:
        return None
    if not register:
        raise BadRequestError(
            f"DatasetId: {request.dataset_id!r} is given, but RegisterEndpoints is false: "
            "a dataset holds registered endpoints"
        )
    if stores.datasets().find(application_id, request.dataset_id) is None:
        raise NotFoundError(f"DatasetId: there is no dataset {request.dataset_id!r} in this app")
    return request.dataset_id


def _segment(
    request: ImportJobRequest, location: S3Location, refreshed: SegmentVersion | None
) -> tuple[str | None, str]:
    """Return the id and the name of the segment that the job makes a version of.

    A dry run makes no new segment, so that it has no id.
    """
    if refreshed is not None:
        return refreshed.id, request.segment_name or refreshed.name
    name = request.segment_name or default_segment_name(location)
    return None if request.dry_run else request.segment_id or new_id(), name


def _refreshed(request: ImportJobRequest, application_id: str) -> SegmentVersion | None:
    """Return the segment that the request names; None where it names none, or one that the job is to make."""
    if request.segment_id is None:
        return None
    segment = stores.segments().find(application_id, request.segment_id)
    if segment is None:
        _check_may_be_made(request, application_id)
    elif not segment.is_imported:
        raise BadRequestError(f"SegmentId: {request.segment_id!r} is not an imported segment")
    return segment


def _check_may_be_made(request: ImportJobRequest, application_id: str) -> None:
    """Check that a segment that is not there is to be made by the job.

    Without being asked to, no job makes one: a typo in an id would leave the segment that was meant as it is, and feed
    another one that nobody looks at.
    """
    app = stores.apps().find(application_id)
    wanted = request.missing_segment or (app or {"tags": {}})["tags"].get(MISSING_SEGMENT)
    if wanted != "CREATE":
        raise NotFoundError(
            f"SegmentId: there is no segment {request.segment_id!r} in this app; to have the job make it, send "
            f'"MissingSegment": "CREATE", or set the app\'s tag {MISSING_SEGMENT} to CREATE'
        )
    if not re.fullmatch(HEX_ID, request.segment_id or ""):
        raise BadRequestError(
            f"SegmentId: {request.segment_id!r} is not 32 lower-case hex digits, as the id of a segment has to be"
        )


def default_segment_name(location: S3Location) -> str:
    """Return the file's name without `.gz` and one more extension, the last folder's name, or the bucket's."""
    name = PurePosixPath(location.key).name
    if location.key.endswith("/"):
        return name or location.bucket
    return PurePosixPath(name.removesuffix(".gz")).stem or location.bucket


def _look_at(location: S3Location, definition: ImportDefinition) -> None:
    """Read the first record as the job will, through the same role."""
    access = CustomerAccess(AccessSettings.from_env(), stores.settings().bucket)
    try:
        s3 = access.reader(definition.role_arn, definition.external_id, location)
        if location.bucket == stores.settings().bucket:
            _check_uploads(s3, location, definition)
        check_trust(access, definition.role_arn, definition.external_id)
        check_source_files(s3, location, definition.format, definition.rules)
    except RoleNotAssumableError as refused:
        raise BadRequestError(f"RoleArn: {refused}") from refused
    except PermanentError as unreadable:
        raise BadRequestError(f"S3Url: {unreadable}") from unreadable


def _check_uploads(s3: S3Client, location: S3Location, definition: ImportDefinition) -> None:
    """Check the sizes of uploaded files.

    A URL to put a file to has no limit of its own where the client did not tell the file's size.
    """
    most = UploadSettings.from_env().max_upload_bytes
    for found in objects_at(s3, location, definition.format):
        if found.wanted and found.size > most:
            raise BadRequestError(
                f"S3Url: {S3Location(location.bucket, found.key)} has {found.size} bytes, and an upload may have at "
                f"most {most}; import a larger file from a bucket of yours"
            )
