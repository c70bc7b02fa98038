"""The guarantees of the store of jobs."""

import pytest

from audience.errors import JobExistsError, JobNotFoundError
from audience.jobs.model import Job, JobKey
from audience.jobs.status import TERMINAL
from audience.jobs.store import JobStore
from audience.layout.control_table import segment_partition

KEY = JobKey("app", "IMPORT", "j1")
NOW = "2026-01-01T00:00:00.000Z"


@pytest.fixture
def store(control):
    return JobStore(control)


def made(store, job_id="j1", kind="IMPORT", status="CREATED", **members):
    key = JobKey("app", kind, job_id)
    store.create(Job(key, NOW, {"S3Url": "s3://b/k", "Ratio": 0.25}, status=status, **members))
    return key


def test_a_job_is_found_as_it_was_made(store):
    key = made(store, segment_id="s1")
    job = store.get(key)
    assert [change.status for change in job.changes] == ["CREATED"]
    assert job == Job(
        key,
        NOW,
        {"S3Url": "s3://b/k", "Ratio": 0.25},
        status="CREATED",
        segment_id="s1",
        run=1,
        changes=job.changes,
    )


def test_what_was_not_made_is_not_found(store):
    assert store.find(KEY) is None
    with pytest.raises(JobNotFoundError, match="no IMPORT job j1 in app app"):
        store.get(KEY)


def test_a_job_is_made_once(store):
    key = made(store)
    store.advance(key, "PROCESSING")
    with pytest.raises(JobExistsError, match="IMPORT job j1 in app app"):
        made(store)
    assert store.get(key).status == "PROCESSING"


def test_a_job_is_on_the_active_list_until_it_is_taken_off(store):
    first, second = made(store, "j1"), made(store, "j2", "EXPORT")
    assert store.active.all() == [first, second]
    store.advance(first, "FAILED")
    assert store.active.all() == [first, second]
    store.active.remove(first, run=1)
    assert store.active.all() == [second]


def test_a_status_sets_its_members_with_it(store):
    key = made(store)
    assert store.advance(key, "PROCESSING", total_pieces=3, failures=["a"])
    job = store.get(key)
    assert (job.status, job.total_pieces, job.failures) == ("PROCESSING", 3, ["a"])


@pytest.mark.parametrize("status", sorted(TERMINAL))
def test_nothing_leaves_a_terminal_status(store, status):
    key = made(store, status=status)
    for later in ("PROCESSING", "COMPLETING", "COMPLETED", "FAILING", "FAILED", "CANCELLING", "CANCELLED"):
        assert not store.advance(key, later, total_pieces=9)
    assert store.get(key).status == status
    assert store.get(key).total_pieces is None


def test_a_status_never_goes_back(store):
    key = made(store)
    assert store.advance(key, "COMPLETING")
    assert not store.advance(key, "PROCESSING")
    assert not store.advance(key, "COMPLETING")
    assert store.get(key).status == "COMPLETING"


def test_a_status_of_a_job_that_does_not_exist_is_not_set(store):
    assert not store.advance(KEY, "PROCESSING")
    assert store.find(KEY) is None


def test_counters_add_up(store):
    key = made(store)
    store.count(key, completed_pieces=1, total_processed=10)
    store.count(key, completed_pieces=1, total_processed=5)
    job = store.get(key)
    assert (job.completed_pieces, job.total_processed) == (2, 15)


def test_pages_hold_one_kind_of_one_app_newest_first(store):
    for job_id in ("j1", "j2", "j3"):
        made(store, job_id)
    made(store, "j4", "EXPORT")
    store.create(Job(JobKey("other", "IMPORT", "j5"), NOW, {}))
    first, after = store.page("app", "IMPORT", 2, None)
    rest, end = store.page("app", "IMPORT", 2, after)
    assert [[job.key.job_id for job in page] for page in (first, rest)] == [["j3", "j2"], ["j1"]]
    assert end is None


def test_the_jobs_of_a_segment_are_paged_newest_first(store):
    for job_id in ("j1", "j2", "j3"):
        made(store, job_id, segment_id="s1")
    made(store, "j4", segment_id="s2")
    first, after = store.page_of_segment("app", "s1", "IMPORT", 2, None)
    rest, end = store.page_of_segment("app", "s1", "IMPORT", 2, after)
    assert [[job.key.job_id for job in page] for page in (first, rest)] == [["j3", "j2"], ["j1"]]
    assert end is None


def test_a_link_without_a_record_makes_no_empty_page(store, control):
    made(store, "j1", segment_id="s1")
    for unborn in ("j2", "j3"):
        control.put_item(Item={"pk": segment_partition("app", "s1"), "sk": f"IMPORT#{unborn}"})
    page, after = store.page_of_segment("app", "s1", "IMPORT", 1, None)
    assert ([job.key.job_id for job in page], after) == (["j1"], None)


def test_counting_or_marking_a_removed_job_makes_no_record(store):
    store.count(KEY, completed_pieces=1)
    store.mark_announced(KEY, 3)
    assert store.find(KEY) is None


def test_the_number_of_announced_changes_never_falls(store):
    key = made(store)
    store.mark_announced(key, 3)
    store.mark_announced(key, 2)
    assert store.get(key).announced == 3
