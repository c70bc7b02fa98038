"""The plan of a job that is run again: kept, gone, or not to be read."""

import io

import pytest
from botocore.exceptions import ClientError

from audience.errors import PlanGoneError
from audience.jobs.piece_store import PieceStore
from audience.jobs.planning import Planner
from tests.unit.sources.fake_s3 import refusal


class Bucket:
    """The service's bucket as S3 shows it to a function that may not list all of it."""

    def __init__(self, refused, *names):
        self._refused = refused
        self._names = names

    def get_object(self, **_request):
        if self._refused:
            raise self._refused
        return {"Body": io.BytesIO(b'[{"index": 0}]')}

    def list_objects_v2(self, **request):
        return {"Contents": [{"Key": name} for name in self._names if name.startswith(request["Prefix"])]}

    def put_object(self, **_request):
        pass


@pytest.fixture
def plan_again(parts, control):
    key = parts.job()
    parts.lifecycle.advance(key, "PROCESSING", total_pieces=1)

    def plan_again(refused, *names):
        s3 = Bucket(refused, *(f"{key.work_prefix}{name}" for name in names))
        planner = Planner(s3, "bucket", parts.lifecycle, key, PieceStore(control, key.job_id))
        return planner.run({}, lambda _job: pytest.fail("planned twice"))

    return plan_again


@pytest.mark.parametrize("refused", [refusal("NoSuchKey", 404), refusal("AccessDenied", 403)])
def test_a_missing_plan_has_expired_whatever_error_s3_answers(plan_again, refused):
    with pytest.raises(PlanGoneError, match="its plan has expired"):
        plan_again(refused, "pieces.json.other")


def test_a_plan_that_may_not_be_read_has_not_expired(plan_again):
    with pytest.raises(ClientError, match="AccessDenied"):
        plan_again(refusal("AccessDenied", 403), "pieces.json")


def test_a_kept_plan_is_used_again(plan_again):
    assert plan_again(None, "pieces.json")["piece_count"] == 1


def test_a_job_whose_files_are_surveyed_first_has_no_pieces_yet(parts, control):
    key = parts.job()
    planner = Planner(Bucket(None), "bucket", parts.lifecycle, key, PieceStore(control, key.job_id))
    assert planner.run({}, lambda _job: (None, {}))["piece_count"] == 0
    assert parts.jobs.get(key).status == "INITIALIZING"
    assert planner.run({}, lambda _job: ([{"index": 0}], {}))["piece_count"] == 1
    assert parts.jobs.get(key).status == "PROCESSING"
