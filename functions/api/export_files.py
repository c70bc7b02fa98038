"""The files of an export job, to be downloaded by URL."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from api.paging import Listing
from api.presigned import SECONDS, download_url, url_of_another
from audience.aws.client_types import ListObjectsV2Request, S3Client
from audience.aws.errors import is_final, plain_message
from audience.errors import RoleNotAssumableError
from audience.exports.definition import ExportDefinition
from audience.exports.destination import destination_of
from audience.jobs.model import Job, JobKey
from audience.settings import AccessSettings
from audience.sources.access import CustomerAccess
from audience.sources.location import S3Location
from http_api import stores
from http_api.call import Body
from http_api.errors import BadRequestError


def files_of(key: JobKey, job: Job, listing: Listing) -> Body:
    """Return a page of the files that an export job has written so far, each with its size and a URL.

    Raises:
        BadRequestError: the job's role does not let its files be listed.
    """
    destination = destination_of(ExportDefinition.from_document(job.definition).s3_url_prefix)
    # The names of the job's files begin with its id (audience.exports.worker).
    location = S3Location(destination.bucket, f"{destination.key}{key.job_id}")
    try:
        s3 = _reader(job, location)
        found = _listed(s3, location, listing)
    except (RoleNotAssumableError, ClientError, BotoCoreError) as refused:
        if not isinstance(refused, RoleNotAssumableError) and not is_final(refused):
            raise
        raise BadRequestError(
            f"RoleArn: the job's files cannot be listed: {plain_message(refused)}"
        ) from None
    shown = found[: listing.limit]
    following = str(shown[-1]["Key"]) if len(found) > listing.limit else None
    own = location.bucket == stores.settings().bucket
    items = [
        {
            "FileName": entry["Key"].removeprefix(destination.key),
            "Size": entry["Size"],
            "Url": download_url(entry["Key"]) if own else url_of_another(s3, location.bucket, entry["Key"]),
            "ExpiresInSeconds": SECONDS,
        }
        for entry in shown
    ]
    return listing.answer(items, following)


def _reader(job: Job, location: S3Location) -> S3Client:
    access = CustomerAccess(AccessSettings.from_env(), stores.settings().bucket)
    role_arn = ExportDefinition.from_document(job.definition).role_arn
    return access.reader(role_arn, job.external_id, location)


def _listed(s3: S3Client, location: S3Location, listing: Listing) -> list[dict[str, Any]]:
    """Return one entry more than fits on the page, where there is one."""
    request: ListObjectsV2Request = {
        "Bucket": location.bucket,
        "Prefix": location.key,
        "MaxKeys": listing.limit + 1,
    }
    if listing.after is not None:
        request["StartAfter"] = listing.after
    found = s3.list_objects_v2(**request)
    return [dict(entry) for entry in found.get("Contents", [])]
