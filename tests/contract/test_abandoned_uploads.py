"""Uploads of an export that ended: those that nobody claims are taken back, the others stay."""

from dataclasses import replace

import pytest

from audience.exports.abandoned import abort_abandoned
from audience.jobs.model import JobKey
from audience.jobs.piece_store import PieceStore
from audience.sources.location import S3Location
from tests.unit.aws.storage import empty_bucket
from tests.unit.sources.fake_s3 import refusal

KEY = JobKey("app", "EXPORT", "1" * 32)


@pytest.fixture
def storage():
    with empty_bucket() as made:
        yield made


def upload(storage, key):
    return storage.s3.create_multipart_upload(Bucket=storage.bucket, Key=key)["UploadId"]


def abort(storage, control, s3_for=None):
    pieces = PieceStore(control, KEY.job_id)
    at = S3Location(storage.bucket, "out/")
    return abort_abandoned(s3_for or (lambda _below: storage.s3), at, KEY, pieces.all)


def test_uploads_of_the_job_that_no_piece_claims_are_aborted(storage, control):
    claimed = f"out/{KEY.job_id}-0000-0000.json.gz"
    pending = {"key": claimed, "upload_id": upload(storage, claimed), "parts": [], "rows": 1, "done": True}
    pieces = PieceStore(control, KEY.job_id)
    pieces.record(replace(pieces.begin(0, 0), pending=pending, intervals=1))
    upload(storage, claimed)
    upload(storage, f"out/{KEY.job_id}-0001-0000.json.gz")
    upload(storage, f"out/{'2' * 32}-0000-0000.json.gz")
    assert abort(storage, control) == 2
    assert sorted(storage.uploads()) == [claimed, f"out/{'2' * 32}-0000-0000.json.gz"]


def test_a_role_that_does_not_allow_it_is_no_error(storage, control):
    upload(storage, f"out/{KEY.job_id}-0000-0000.json.gz")

    def refuse(_below):
        raise refusal("AccessDenied", 403)

    assert abort(storage, control, refuse) == 0
    assert len(storage.uploads()) == 1
