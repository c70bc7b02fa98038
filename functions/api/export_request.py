"""The Definition of a new export job: its request, checked against what is there."""

from api.models import ExportJobRequest
from api.roles import check_trust, checked_role
from audience.errors import PermanentError, RoleNotAssumableError
from audience.exports.definition import ExportDefinition
from audience.exports.destination import check_destination, destination_of
from audience.layout.bucket import EXPORTS, of_app
from audience.settings import AccessSettings
from audience.sources.access import CustomerAccess
from audience.sources.location import S3Location
from http_api import stores
from http_api.errors import BadRequestError, NotFoundError


def export_definition(request: ExportJobRequest, application_id: str) -> ExportDefinition:
    """Return the job's Definition, once everything that can be checked without writing has been.

    Raises:
        BadRequestError: a member cannot be used; the message names it.
        NotFoundError: there is no such segment, or no such version of it.
    """
    location = _location(request, application_id)
    own = location.bucket == stores.settings().bucket
    role_arn = "" if own and request.role_arn is None else checked_role(request.role_arn)
    _check_segment(request, application_id)
    definition = ExportDefinition(
        request.s3_url_prefix, role_arn, request.segment_id, request.segment_version
    )
    _ask_for_role(definition, location)
    return definition


def external_id() -> str:
    """Return the external id that an export's role is assumed with: the account's id.

    Pinpoint's request has no member for it.
    """
    return AccessSettings.from_env().account_id


def _location(request: ExportJobRequest, application_id: str) -> S3Location:
    """Return where to export to: in the service's own bucket, only to the app's own folder."""
    try:
        location = destination_of(request.s3_url_prefix)
    except PermanentError as wrong:
        raise BadRequestError(f"S3UrlPrefix: {wrong}") from wrong
    exports = of_app(EXPORTS, application_id)
    if location.bucket == stores.settings().bucket and not location.key.startswith(exports):
        raise BadRequestError(f"S3UrlPrefix: {str(location)!r} is not below s3://{location.bucket}/{exports}")
    return location


def _check_segment(request: ExportJobRequest, application_id: str) -> None:
    """Check that the segment to export is there; without one, every endpoint of the app is exported."""
    if request.segment_id is None:
        if request.segment_version is not None:
            raise BadRequestError(f"SegmentVersion: {request.segment_version} is given, but no SegmentId")
    elif stores.segments().find(application_id, request.segment_id, request.segment_version) is None:
        version = f"version {request.segment_version} of " if request.segment_version else ""
        raise NotFoundError(f"SegmentId: there is no {version}segment {request.segment_id!r} in this app")


def _ask_for_role(definition: ExportDefinition, location: S3Location) -> None:
    """Assume the role as the job will, and check that the bucket is there; writing is not tried."""
    settings = AccessSettings.from_env()
    access = CustomerAccess(settings, stores.settings().bucket)
    try:
        s3 = access.writer(definition.role_arn, settings.account_id, location)
        check_trust(access, definition.role_arn, settings.account_id)
        check_destination(s3, location)
    except RoleNotAssumableError as refused:
        raise BadRequestError(f"RoleArn: {refused}") from refused
    except PermanentError as unusable:
        raise BadRequestError(f"S3UrlPrefix: {unusable}") from unusable
