"""Unfinished uploads that killed workers left in the customer's bucket, unseen but paid for."""

from collections.abc import Callable

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from audience.aws.client_types import S3Client
from audience.aws.errors import plain_message
from audience.errors import RoleNotAssumableError
from audience.jobs.model import JobKey
from audience.jobs.pieces import PieceRecord
from audience.sources.location import S3Location

logger = Logger(child=True)


def abort_abandoned(
    s3_for: Callable[[S3Location], S3Client],
    destination: S3Location,
    key: JobKey,
    pieces: Callable[[], list[PieceRecord]],
) -> int:
    """Abort the job's unfinished uploads that no piece claims, where the role allows it.

    Args:
        s3_for: makes an S3 client that may list unfinished uploads, and abort those below a location.
        destination: the folder of the job's files.
        key: the job; none of its workers may be at work any more.
        pieces: reads the piece records. They are read after the uploads: a claim is there before it is missed.

    Returns:
        How many were aborted. What fails is left to the bucket's own rule for unfinished uploads.
    """
    # The names of the job's files begin with its id (audience.exports.worker).
    below = S3Location(destination.bucket, f"{destination.key}{key.job_id}")
    aborted = 0
    try:
        s3 = s3_for(below)
        pages = s3.get_paginator("list_multipart_uploads").paginate(Bucket=below.bucket, Prefix=below.key)
        found = [upload for page in pages for upload in page.get("Uploads", [])]
        claimed = {piece.pending["upload_id"] for piece in pieces() if piece.pending} if found else set()
        for upload in found:
            if upload["Key"].startswith(below.key) and upload["UploadId"] not in claimed:
                s3.abort_multipart_upload(Bucket=below.bucket, Key=upload["Key"], UploadId=upload["UploadId"])
                aborted += 1
    except (ClientError, BotoCoreError, RoleNotAssumableError) as refused:
        logger.info("unfinished uploads left", reason=plain_message(refused), aborted=aborted)
    return aborted
