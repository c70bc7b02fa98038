"""The guarantees of an app's removal: all of it goes, nothing of another app, in as many passes as it takes."""

import itertools
from collections import Counter

import pytest

from audience.apps.pending_removals import (
    LATE_S,
    add_pending_removal,
    begin_pass,
    is_being_removed,
    list_pending_removals,
    settle_pending_removal,
)
from audience.apps.removal import remove_some
from audience.apps.store import AppStore
from audience.experience_platform.export_jobs import NumberedJob, NumberedJobs
from audience.experience_platform.tenants import Tenant, TenantStore
from audience.identifiers import new_id
from audience.jobs.model import JobKey
from audience.jobs.piece_store import PieceStore
from audience.jobs.store import JobStore
from audience.layout import bucket as bucket_layout
from audience.layout.control_table import (
    OF_A_JOB,
    OF_A_REMOVAL,
    OF_A_SEGMENT,
    OF_AN_APP,
    REMOVED_JOB,
    SEGMENT_VERSION,
)
from audience.layout.endpoints_table import endpoint_key, events_partition, marker_key, user_key
from audience.segments.store import SegmentStore
from tests.contract.job_parts import job_of
from tests.contract.segments import content

NOW = 2_000_000_000.0


@pytest.fixture
def endpoints(new_table):
    return new_table()


@pytest.fixture
def bucket(stack):
    return stack.variables["BUCKET"]


@pytest.fixture
def s3(stack):
    return stack.client("s3")


def fill(control, endpoints, s3, bucket):
    """An app that has some of everything; returns its id."""
    app_id = new_id()
    AppStore(control).create(app_id, "app", {}, "2026-01-01T00:00:00.000Z")
    for number in range(150):
        key = (endpoint_key if number % 2 else user_key)(app_id, f"name {number}")
        endpoints.put_item(Item={name: value["S"] for name, value in key.items()})
    put_events(endpoints, app_id)
    for kind in ("IMPORT", "EXPORT"):
        key = JobKey(app_id, kind, new_id())
        JobStore(control).create(job_of(key, segment_id="unborn"))
        PieceStore(control, key.job_id).begin(0, deadline=0)
    key = JobKey(app_id, "PROFILE_EXPORT", new_id())
    listed = {"organisation": "org", "sandbox": app_id, "number": 1}
    JobStore(control).create(job_of(key, **listed))
    NumberedJobs(control).add("org", app_id, NumberedJob(1, 0, key))
    for _ in range(2):
        SegmentStore(control).publish(app_id, "s1", content())
    TenantStore(control).bind(Tenant("org", app_id, app_id, ("crm",)))
    for folder in ("work", "jobs", "segments", "uploads", "exports"):
        s3.put_object(Bucket=bucket, Key=f"{folder}/{app_id}/j/file", Body=b"x")
    return app_id


def put_events(endpoints, app_id):
    """Two events of each of three endpoints that are nothing else."""
    for endpoint_id in ("one", "two", "three"):
        marker = marker_key(app_id, endpoint_id)
        endpoints.put_item(Item={name: value["S"] for name, value in marker.items()})
        for event_id in ("1", "2"):
            endpoints.put_item(Item={"pk": events_partition(app_id, endpoint_id), "sk": event_id})


def of_a_removal(item):
    return any(kind.values_of(item) for kind in OF_A_REMOVAL)


def items_of(table, app_id):
    """What there is of the app, but for what lists it and its jobs as being removed."""
    return [item for item in table.scan()["Items"] if app_id in str(item) and not of_a_removal(item)]


def objects_of(s3, bucket, app_id):
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    found = (entry["Key"] for page in pages for entry in page.get("Contents", []))
    return [key for key in found if app_id in key]


def test_everything_of_an_app_is_removed_and_nothing_of_another(control, endpoints, s3, bucket):
    gone, kept = (fill(control, endpoints, s3, bucket) for _ in range(2))
    before = Counter(str(item) for table in (control, endpoints) for item in items_of(table, kept))
    remove_some(control, endpoints, s3, bucket, gone, lambda: True, NOW)
    assert items_of(control, gone) == items_of(endpoints, gone) == objects_of(s3, bucket, gone) == []
    after = Counter(str(item) for table in (control, endpoints) for item in items_of(table, kept))
    assert after == before
    assert len(objects_of(s3, bucket, kept)) == 5
    others = [item for item in control.scan()["Items"] if kept not in str(item) and not of_a_removal(item)]
    assert len(others) == 2  # the pieces of its jobs


def one_of_each_kind(app_id):
    """An item of each kind that belongs to an app, all of one job and one segment."""
    names = {"organisation": "org", "sandbox": app_id, "number": 1}
    attributes = {"JobStatus": "CREATED", "org": "org", "application_id": app_id, "api_keys": [], **names}
    job_id = f"job-of-{app_id}"
    values = {
        "application_id": app_id,
        "kind": "PROFILE_EXPORT",
        "job_id": job_id,
        "owner": job_id,
        "index": 0,
        "digest": "d1",
        "key": "order#7",
        "segment_id": "s1",
        "version": 1,
        "dataset_id": "d1",
        "policy_id": "p1",
        **names,
    }
    return [{**kind.key(**values), **attributes} for kind in (*OF_AN_APP, *OF_A_SEGMENT, *OF_A_JOB)]


def test_items_of_every_kind_in_the_layout_are_removed_with_their_app(control, endpoints, s3, bucket):
    gone, kept = one_of_each_kind(new_id()), one_of_each_kind(new_id())
    for item in [*gone, *kept]:
        control.put_item(Item=item)
    app_id = gone[0]["application_id"]
    remove_some(control, endpoints, s3, bucket, app_id, lambda: True, NOW)
    left = {item["pk"] + item["sk"] for item in control.scan()["Items"] if not of_a_removal(item)}
    assert left == {item["pk"] + item["sk"] for item in kept}


def test_objects_below_every_prefix_in_the_layout_are_removed_with_their_app(control, endpoints, s3, bucket):
    gone, kept = new_id(), new_id()
    for app_id in (gone, kept):
        for prefix in bucket_layout.OF_AN_APP:
            s3.put_object(Bucket=bucket, Key=f"{bucket_layout.of_app(prefix, app_id)}file", Body=b"x")
    remove_some(control, endpoints, s3, bucket, gone, lambda: True, NOW)
    assert objects_of(s3, bucket, gone) == []
    assert len(objects_of(s3, bucket, kept)) == len(bucket_layout.OF_AN_APP)


def test_a_pass_that_finds_nothing_says_so(control, endpoints, s3, bucket):
    app_id = fill(control, endpoints, s3, bucket)
    assert not remove_some(control, endpoints, s3, bucket, app_id, lambda: True, NOW)
    assert remove_some(control, endpoints, s3, bucket, app_id, lambda: True, NOW)


def test_what_a_late_worker_writes_is_removed_by_the_next_pass(control, endpoints, s3, bucket):
    app_id = fill(control, endpoints, s3, bucket)
    remove_some(control, endpoints, s3, bucket, app_id, lambda: True, NOW)
    s3.put_object(Bucket=bucket, Key=f"work/{app_id}/late", Body=b"x")
    assert not remove_some(control, endpoints, s3, bucket, app_id, lambda: True, NOW)
    assert objects_of(s3, bucket, app_id) == []


def test_the_events_of_an_endpoint_are_removed_before_their_marker(control, endpoints, s3, bucket):
    app_id = new_id()
    put_events(endpoints, app_id)
    done = False
    while not done:
        done = remove_some(control, endpoints, s3, bucket, app_id, lambda: False, NOW)
        left = items_of(endpoints, app_id)
        marked = {item["sk"].removeprefix("S#") for item in left if item["sk"].startswith("S#")}
        owners = {events_partition(app_id, endpoint_id) for endpoint_id in marked}
        assert {item["pk"] for item in left if "#EVENTS#" in item["pk"]} <= owners


def test_a_removal_stops_when_its_time_is_up_and_the_next_one_continues(control, endpoints, s3, bucket):
    app_id = fill(control, endpoints, s3, bucket)
    left = [len(items_of(endpoints, app_id))]
    for _ in range(3):
        assert not remove_some(control, endpoints, s3, bucket, app_id, lambda: False, NOW)
        left.append(len(items_of(endpoints, app_id)))
    assert all(later < earlier for earlier, later in itertools.pairwise(left))
    while not remove_some(control, endpoints, s3, bucket, app_id, lambda: False, NOW):
        pass
    assert items_of(control, app_id) == items_of(endpoints, app_id) == objects_of(s3, bucket, app_id) == []


def test_a_removal_that_died_before_the_app_was_deleted_deletes_it(control, endpoints, s3, bucket):
    app_id = fill(control, endpoints, s3, bucket)
    add_pending_removal(control, app_id, NOW)
    remove_some(control, endpoints, s3, bucket, app_id, lambda: True, NOW)
    assert AppStore(control).find(app_id) is None


def test_pieces_and_segment_versions_written_after_their_job_was_removed_are_found(
    control, endpoints, s3, bucket
):
    app_id = new_id()
    key = JobKey(app_id, "IMPORT", new_id())
    JobStore(control).create(job_of(key, status="PROCESSING", segment_id="unborn"))
    remove_some(control, endpoints, s3, bucket, app_id, lambda: True, NOW)
    PieceStore(control, key.job_id).begin(0, deadline=0)
    version = SEGMENT_VERSION.key(application_id=app_id, segment_id="unborn", version=1)
    control.put_item(Item=version)  # its head was never written: the finish step died
    JobStore(control).active.keep(key, 2)
    assert not remove_some(control, endpoints, s3, bucket, app_id, lambda: True, NOW)
    left = [item["pk"] for item in control.scan()["Items"]]
    assert left == [REMOVED_JOB.partition(application_id=app_id)]
    add_pending_removal(control, app_id, NOW - LATE_S)
    settle_pending_removal(control, app_id, begin_pass(control, app_id, NOW), clean=True, now=NOW)
    assert control.scan()["Items"] == []


def test_jobs_that_ended_long_ago_are_not_recorded_as_removed(control, endpoints, s3, bucket):
    app_id = new_id()
    for at in ("2001-01-01T00:00:00.000Z", "2033-05-18T03:20:00.000Z"):  # the second one is just before NOW
        key = JobKey(app_id, "EXPORT", new_id())
        JobStore(control).create(job_of(key, status="COMPLETED", completed=at))
    remove_some(control, endpoints, s3, bucket, app_id, lambda: True, NOW)
    assert [item["sk"] for item in control.scan()["Items"]] == [key.job_id]


def test_an_app_is_listed_until_nothing_was_found_for_longer_than_a_worker_lives(control):
    add_pending_removal(control, "a1", NOW)
    add_pending_removal(control, "a2", NOW)
    for clean, later in ((True, 1), (False, 1000), (True, 1000 + LATE_S - 1)):
        pass_id = begin_pass(control, "a1", NOW + later)
        settle_pending_removal(control, "a1", pass_id, clean=clean, now=NOW + later)
    assert list_pending_removals(control) == ["a1", "a2"]
    later = NOW + 1000 + LATE_S
    settle_pending_removal(control, "a1", begin_pass(control, "a1", later), clean=True, now=later)
    assert list_pending_removals(control) == ["a2"]
    assert (is_being_removed(control, "a1"), is_being_removed(control, "a2")) == (False, True)


def test_no_pass_begins_while_another_may_be_going_on_or_after_the_removal_has_ended(control):
    """A pass over an app that was listed some minutes ago would remove what has its id by now."""
    add_pending_removal(control, "a1", NOW - LATE_S)
    first = begin_pass(control, "a1", NOW)
    assert first
    assert begin_pass(control, "a1", NOW + LATE_S - 1) is None
    second = begin_pass(control, "a1", NOW + LATE_S)  # the first one has died
    settle_pending_removal(control, "a1", first, clean=True, now=NOW)
    assert list_pending_removals(control) == ["a1"]
    settle_pending_removal(control, "a1", second, clean=True, now=NOW + LATE_S)
    assert begin_pass(control, "a1", NOW + 3 * LATE_S) is None
    settle_pending_removal(control, "a1", second, clean=False, now=NOW + LATE_S)
    assert list_pending_removals(control) == []
