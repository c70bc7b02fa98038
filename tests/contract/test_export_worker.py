"""The work on one piece of an export: whoever is at it, the file and the record say the same."""

import gzip
import json
from dataclasses import replace
from unittest.mock import patch

import pytest
from botocore.exceptions import ClientError

from audience.exports.worker import ExportWorker
from audience.jobs.model import JobKey
from audience.jobs.piece_store import PieceStore
from audience.jobs.store import JobStore
from audience.sources.location import S3Location
from tests.contract.job_parts import job_of
from tests.unit.aws.storage import empty_bucket

KEY = JobKey("app", "EXPORT", "0" * 32)
NAMES = [f"e{number}" for number in range(6)]
PIECE = {"index": 0, "shards": [0]}


@pytest.fixture
def storage():
    with empty_bucket() as made:
        yield made


@pytest.fixture
def pieces(control):
    return PieceStore(control, KEY.job_id)


@pytest.fixture
def worker(control, pieces, storage):
    jobs = JobStore(control)
    jobs.create(job_of(KEY))

    def documents(_shard, after):
        yield from ({"Id": name} for name in NAMES if name > after)

    return ExportWorker(KEY, jobs, pieces, storage.s3, S3Location(storage.bucket, "out/"), documents)


def rows(storage):
    lines = [line for name in storage.names() for line in gzip.decompress(storage.get(name)).splitlines()]
    return [json.loads(line)["Id"] for line in lines]


def times(count, then=lambda: None):
    """May go on so many times; before it says no it does something."""
    asked = [0]

    def may_go_on():
        asked[0] += 1
        if asked[0] == count:
            then()
        return asked[0] < count

    return may_go_on


def test_the_rows_of_a_piece_are_written_once_however_often_it_is_handed_over(worker, storage, pieces):
    while not worker.run(PIECE, times(3), 0):
        pass
    assert sorted(rows(storage)) == NAMES
    assert (pieces.get(0).status, pieces.get(0).processed) == ("DONE", len(NAMES))
    assert len(storage.names()) > 1


@pytest.mark.parametrize("stop", [2, 4, 7])
def test_two_workers_on_one_piece_leave_one_file_in_the_bucket(worker, storage, pieces, stop):
    def other():
        assert worker.run(PIECE, lambda: True, 0)

    worker.run(PIECE, times(stop, other), 0)
    assert rows(storage) == NAMES
    assert (pieces.get(0).status, pieces.get(0).processed) == ("DONE", len(NAMES))
    assert storage.uploads() == []


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_file_whose_worker_died_when_it_was_claimed_is_completed_by_the_next(
    worker, storage, pieces, moment
):
    complete = storage.s3.complete_multipart_upload

    def dies(**request):
        if moment == "after":
            complete(**request)
        raise ConnectionError

    with patch.object(storage.s3, "complete_multipart_upload", dies), pytest.raises(ConnectionError):
        worker.run(PIECE, lambda: True, 0)
    assert (pieces.get(0).status, pieces.get(0).processed) == ("RUNNING", 0)
    assert worker.run(PIECE, lambda: True, 0)
    assert rows(storage) == NAMES
    assert pieces.get(0).processed == len(NAMES)


def test_a_claimed_file_is_completed_though_the_job_is_cancelled_meanwhile(worker, storage, pieces):
    assert not worker.run(PIECE, times(3), 0)
    assert rows(storage) == NAMES[: pieces.get(0).processed]


def test_a_piece_without_endpoints_writes_no_file_however_often_it_is_tried(worker, storage, pieces):
    pieces.begin(0, 0)
    with patch.object(ExportWorker, "_from", lambda *_: iter(())):
        assert worker.run(PIECE, lambda: True, 0)
    assert storage.names() == []
    assert pieces.get(0).status == "DONE"


def test_a_file_that_may_not_be_written_is_claimed_by_no_piece(worker, storage, pieces):
    refused = ClientError(
        {"Error": {"Code": "AccessDenied"}, "ResponseMetadata": {"HTTPStatusCode": 403}},
        "CreateMultipartUpload",
    )
    with (
        patch.object(storage.s3, "create_multipart_upload", side_effect=refused),
        pytest.raises(Exception, match="cannot be written"),
    ):
        worker.run(PIECE, lambda: True, 0)
    assert pieces.get(0).pending is None


NO_SUCH_UPLOAD = ClientError(
    {"Error": {"Code": "NoSuchUpload"}, "ResponseMetadata": {"HTTPStatusCode": 404}},
    "CompleteMultipartUpload",
)


def test_a_claimed_file_whose_upload_was_aborted_is_written_again(worker, storage, pieces):
    """S3 says NoSuchUpload (moto: 500) of an upload that was aborted, as of one that was completed."""
    complete, done = storage.s3.complete_multipart_upload, []

    def aborted_first(**request):
        if done:
            return complete(**request)
        done.append(
            storage.s3.abort_multipart_upload(**{k: v for k, v in request.items() if k != "MultipartUpload"})
        )
        raise NO_SUCH_UPLOAD

    with patch.object(storage.s3, "complete_multipart_upload", aborted_first):
        assert worker.run(PIECE, lambda: True, 0)
    assert rows(storage) == NAMES
    assert (pieces.get(0).status, pieces.get(0).processed) == ("DONE", len(NAMES))


@pytest.mark.parametrize("listable", [True, False])
def test_a_completed_file_whose_record_is_missing_is_there_once(worker, storage, pieces, listable):
    complete = storage.s3.complete_multipart_upload

    def completed_already(**request):
        complete(**request)
        raise NO_SUCH_UPLOAD

    denied = ClientError(
        {"Error": {"Code": "AccessDenied"}, "ResponseMetadata": {"HTTPStatusCode": 403}}, "ListObjectsV2"
    )
    listing = storage.s3.list_objects_v2 if listable else lambda **_: (_ for _ in ()).throw(denied)
    gone = [completed_already] if listable else [completed_already, complete]

    def in_turn(**request):
        return (gone.pop(0) if len(gone) > 1 else gone[0])(**request)

    with (
        patch.object(storage.s3, "complete_multipart_upload", in_turn),
        patch.object(storage.s3, "list_objects_v2", listing),
    ):
        assert worker.run(PIECE, lambda: True, 0)
    assert rows(storage) == NAMES
    assert (pieces.get(0).status, pieces.get(0).processed) == ("DONE", len(NAMES))


@pytest.mark.parametrize("lost", range(1, 5))
def test_a_worker_whose_records_answer_is_lost_keeps_its_file(worker, control, storage, pieces, lost):
    writes = [0]

    class LosesOne:
        def __getattr__(self, name):
            return getattr(control, name)

        def put_item(self, **request):
            writes[0] += 1
            if writes[0] == lost:
                control.put_item(**request)
            return control.put_item(**request)

    unlucky = replace(worker, pieces=PieceStore(LosesOne(), KEY.job_id))
    assert unlucky.run(PIECE, lambda: True, 0)
    assert rows(storage) == NAMES
    assert (pieces.get(0).status, pieces.get(0).processed) == ("DONE", len(NAMES))
    assert storage.uploads() == []
