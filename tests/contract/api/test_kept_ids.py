"""Apps and segments under the ids that they had at Pinpoint."""

from typing import Any

import pytest

from api import import_request
from api.routes import import_jobs, paths
from audience.apps.pending_removals import add_pending_removal, begin_pass, settle_pending_removal
from audience.apps.store import AppStore
from audience.jobs.model import Job
from http_api import stores
from tests.contract.api.conftest import Answer

OLD = "0ab1c2d3e4f5061728394a5b6c7d8e9f"
BY_ID = {"Name": "Shop", "Id": OLD}
BY_TAG = {"Name": "Shop", "tags": {"segment-jobs:id": OLD}}
BOTH = "segment-jobs:id, segment-jobs:missing-segment"
BASE = {"Name": "all", "Dimensions": {}}
REQUEST = {
    "S3Url": "s3://customer/people.csv",
    "RoleArn": "arn:aws:iam::123456789012:role/r",
    "Format": "CSV",
}


@pytest.mark.parametrize("request_", [BY_ID, BY_TAG, {**BY_ID, **BY_TAG}])
def test_an_app_is_made_under_the_id_that_the_request_gives(ask, request_):
    made = ask("POST", paths.APPS, request_)
    assert (made.status, made.body["Id"]) == (201, OLD)
    assert made.body["Arn"] == f"arn:aws:mobiletargeting:us-east-1:123456789012:apps/{OLD}"
    assert made.body["tags"] == request_.get("tags", {})
    assert ask("GET", paths.APP, application_id=OLD).body == made.body


def test_an_id_that_an_app_has_is_a_conflict_that_says_which_app(ask):
    first = ask("POST", paths.APPS, BY_ID).body
    refused = ask("POST", paths.APPS, {**BY_TAG, "Name": "Other"})
    assert refused.status == 409
    assert refused.error == (
        f"ConflictException Id: there is an app '{OLD}' already, 'Shop' of {first['CreationDate']}"
    )
    assert ask("GET", paths.APP, application_id=OLD).body["Name"] == "Shop"


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"Id": "A" * 32}, f"Id: '{'A' * 32}' is not 32 lower-case hex digits"),
        ({"Id": ""}, "Id: '' is not 32 lower-case hex digits"),
        ({"tags": {"segment-jobs:id": "x"}}, "tags.segment-jobs:id: 'x' is not 32 lower-case hex digits"),
        (
            {"Id": OLD, "tags": {"segment-jobs:id": "0" * 32}},
            f"Id: '{OLD}' is given, but the tag segment-jobs:id says '{'0' * 32}'",
        ),
        (
            {"tags": {"segment-jobs:Id": OLD}},
            f"tags.segment-jobs:Id: '{OLD}' is given, but of the segment-jobs: tags only {BOTH} can be set here",
        ),
        (
            {"tags": {"segment-jobs:missing-segment": "yes"}},
            "tags.segment-jobs:missing-segment: 'yes' is not one of FAIL, CREATE",
        ),
    ],
)
def test_an_id_or_a_reserved_tag_that_cannot_be_is_refused(ask, request_, message):
    refused = ask("POST", paths.APPS, {"Name": "Shop", **request_})
    assert (refused.status, refused.error) == (400, f"BadRequestException {message}")


def test_the_id_of_a_deleted_app_can_be_used_again_when_nothing_is_left_of_it(ask, control):
    add_pending_removal(control, OLD, 0)
    refused = ask("POST", paths.APPS, BY_ID)
    assert (refused.status, "was deleted and what it had is still being removed" in refused.error) == (
        409,
        True,
    )
    assert ask("GET", paths.APP, application_id=OLD).status == 404
    settle_pending_removal(
        control, OLD, begin_pass(control, OLD, 2_000_000_000), clean=True, now=2_000_000_000
    )
    assert ask("POST", paths.APPS, BY_ID).status == 201


def test_what_a_process_knows_of_a_deleted_app_is_no_knowledge_of_the_next_one_of_its_id(
    ask, control, monkeypatch
):
    """A warm function remembers which attribute names an app has; the next app has none of them."""
    made = []
    monkeypatch.setattr(stores, "dynamodb_client", lambda: None)
    for created in ("2026-01-01T00:00:00.000Z", "2026-02-02T00:00:00.000Z"):
        AppStore(control).create(OLD, "Shop", {}, created)
        for _ in range(2):
            ask("GET", paths.SEGMENTS, application_id=OLD)
            made.append(stores.endpoints(OLD))
        AppStore(control).delete(OLD)
    first, same, second, again = made
    assert first is same
    assert second is again
    assert first is not second


@pytest.mark.parametrize("more", [{"Id": OLD}, {"tags": {"segment-jobs:id": OLD}}])
def test_a_segment_is_made_once_under_the_id_that_the_request_gives(ask, app_id, more):
    made = ask("POST", paths.SEGMENTS, {**BASE, **more}, application_id=app_id)
    assert (made.status, made.body["Id"], made.body["Version"]) == (201, OLD, 1)
    refused = ask("POST", paths.SEGMENTS, {**BASE, **more}, application_id=app_id)
    assert refused.error == f"ConflictException Id: there is a segment '{OLD}' in this app already"
    assert ask("GET", paths.SEGMENT, application_id=app_id, segment_id=OLD).body == made.body


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"Id": "x"}, "Id: 'x' is not 32 lower-case hex digits"),
        ({"tags": {"segment-jobs:id": "x"}}, "tags.segment-jobs:id: 'x' is not 32 lower-case hex digits"),
        ({"tags": {"segment-jobs:missing-segment": "CREATE"}}, "only segment-jobs:id can be set here"),
    ],
)
def test_a_segments_id_that_cannot_be_is_refused(ask, app_id, more, message):
    refused = ask("POST", paths.SEGMENTS, {**BASE, **more}, application_id=app_id)
    assert (refused.status, message in refused.error) == (400, True)


def test_a_segment_keeps_its_id_whatever_its_tags_are_changed_to(ask, app_id):
    ask("POST", paths.SEGMENTS, {**BASE, "Id": OLD}, application_id=app_id)
    where = {"application_id": app_id, "segment_id": OLD}
    other = ask("PUT", paths.SEGMENT, {"tags": {"segment-jobs:id": "0" * 32}}, **where)
    assert other.error == (
        f"BadRequestException tags.segment-jobs:id: '{'0' * 32}' is not '{OLD}', "
        "the id that this resource was made with"
    )
    assert ask("PUT", paths.SEGMENT, {"tags": {"segment-jobs:id": OLD}}, **where).status == 200


@pytest.fixture
def import_(ask, monkeypatch) -> Any:
    """Asks for an import job of that request; the answer's body is the job."""
    monkeypatch.setattr(import_request, "_look_at", lambda *_: None)
    monkeypatch.setattr(import_jobs, "create_job", _shown)

    def import_(app_id: str, **members: Any) -> Answer:
        answer: Answer = ask("POST", paths.IMPORT_JOBS, {**REQUEST, **members}, application_id=app_id)
        return answer

    return import_


def _shown(job: Job) -> dict[str, Any]:
    return {"segment": job.segment_id, "refreshes": job.refreshes, "Definition": job.definition}


def test_a_segment_that_is_not_there_is_a_404_that_says_how_the_job_can_make_it(app_id, import_):
    for more in ({}, {"MissingSegment": "FAIL"}):
        refused = import_(app_id, SegmentId=OLD, **more)
        assert refused.error == (
            f"NotFoundException SegmentId: there is no segment '{OLD}' in this app; to have the job make it, send "
            '"MissingSegment": "CREATE", or set the app\'s tag segment-jobs:missing-segment to CREATE'
        )


def test_a_job_makes_a_segment_that_is_not_there_where_the_request_says_so(app_id, import_):
    made = import_(app_id, SegmentId=OLD, MissingSegment="CREATE").body
    assert (made["segment"], made["refreshes"]) == (OLD, False)
    assert made["Definition"]["SegmentId"] == OLD
    assert made["Definition"]["SegmentName"] == "people"
    assert made["Definition"]["MissingSegment"] == "CREATE"


def test_a_job_makes_a_segment_that_is_not_there_where_the_app_says_so(ask, import_):
    tags = {"segment-jobs:missing-segment": "CREATE"}
    app_id = ask("POST", paths.APPS, {"Name": "app", "tags": tags}).body["Id"]
    made = import_(app_id, SegmentId=OLD, SegmentName="People").body
    assert (made["segment"], made["refreshes"]) == (OLD, False)
    assert import_(app_id, SegmentId=OLD, MissingSegment="FAIL").status == 404
    assert "SegmentId" not in import_(app_id, SegmentId=OLD, DryRun=True).body["Definition"]


@pytest.mark.parametrize(
    ("members", "message"),
    [
        (
            {"SegmentId": "Shop"},
            "SegmentId: 'Shop' is not 32 lower-case hex digits, as the id of a segment has to be",
        ),
        ({}, "MissingSegment: 'CREATE' is given, but SegmentId is not"),
        ({"SegmentId": OLD, "MissingSegment": "MAKE"}, "MissingSegment: 'MAKE' is not one of FAIL, CREATE"),
    ],
)
def test_a_segment_that_cannot_be_made_is_refused(app_id, import_, members, message):
    refused = import_(app_id, **{"MissingSegment": "CREATE", **members})
    assert (refused.status, refused.error) == (400, f"BadRequestException {message}")


def test_a_dimensional_segment_is_never_imported_into(ask, app_id, import_):
    ask("POST", paths.SEGMENTS, {**BASE, "Id": OLD}, application_id=app_id)
    assert "is not an imported segment" in import_(app_id, SegmentId=OLD, MissingSegment="CREATE").error
