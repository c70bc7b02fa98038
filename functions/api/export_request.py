"""What an export job is to do: a request checked against the state of things."""

from typing import Any

from api.models import ExportJobRequest
from api.roles import check_trust, checked_role
from audience.errors import PermanentError, RoleNotAssumableError
from audience.exports.destination import check_destination, destination_of
from audience.settings import AccessSettings
from audience.sources.access import CustomerAccess
from audience.sources.location import S3Location
from http_api import stores
from http_api.errors import BadRequestError, NotFoundError

Definition = dict[str, Any]


def definition_of(request: ExportJobRequest, application_id: str) -> Definition:
    """The job's Definition, once everything that can be checked without writing has been.

    Raises:
        BadRequestError: a member cannot be used; the message names it.
        NotFoundError: there is no such segment, or no such version of it.
    """
    location = _location(request, application_id)
    own = location.bucket == stores.settings().bucket
    definition = {
        "S3UrlPrefix": request.s3_url_prefix,
        "RoleArn": "" if own and request.role_arn is None else checked_role(request.role_arn),
        **_segment(request, application_id),
    }
    _ask_for_role(definition, location)
    return definition


def own_members(definition: Definition) -> dict[str, Any]:
    """What the job's record holds beside the Definition.

    An export's role is assumed with the account's id as the external id: Pinpoint's request has no member for it.
    """
    own = {"external_id": AccessSettings.from_env().account_id}
    return own | ({"segment_id": definition["SegmentId"]} if "SegmentId" in definition else {})


def _location(request: ExportJobRequest, application_id: str) -> S3Location:
    """Where to export to: in the service's own bucket, only to the app's own folder."""
    try:
        location = destination_of(request.s3_url_prefix)
    except PermanentError as wrong:
        raise BadRequestError(f"S3UrlPrefix: {wrong}") from wrong
    exports = f"exports/{application_id}/"
    if location.bucket == stores.settings().bucket and not location.key.startswith(exports):
        raise BadRequestError(f"S3UrlPrefix: {str(location)!r} is not below s3://{location.bucket}/{exports}")
    return location


def _segment(request: ExportJobRequest, application_id: str) -> Definition:
    """The segment to export; none is every endpoint of the app."""
    if request.segment_id is None:
        if request.segment_version is not None:
            raise BadRequestError(f"SegmentVersion: {request.segment_version} is given, but no SegmentId")
        return {}
    if stores.segments().find(application_id, request.segment_id, request.segment_version) is None:
        version = f"version {request.segment_version} of " if request.segment_version else ""
        raise NotFoundError(f"SegmentId: there is no {version}segment {request.segment_id!r} in this app")
    definition: Definition = {"SegmentId": request.segment_id}
    if request.segment_version is not None:
        definition["SegmentVersion"] = request.segment_version
    return definition


def _ask_for_role(definition: Definition, location: S3Location) -> None:
    """Assume the role as the job will, and see that the bucket is there; whether it may write is seen when it does."""
    settings = AccessSettings.from_env()
    access = CustomerAccess(settings, stores.settings().bucket)
    try:
        s3 = access.writer(definition["RoleArn"], settings.account_id, location)
        check_trust(access, definition["RoleArn"], settings.account_id)
        check_destination(s3, location)
    except RoleNotAssumableError as refused:
        raise BadRequestError(f"RoleArn: {refused}") from refused
    except PermanentError as unusable:
        raise BadRequestError(f"S3UrlPrefix: {unusable}") from unusable
