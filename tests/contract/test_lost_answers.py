"""A write whose answer is lost is sent again by the client: it comes to the same as if it had been sent once."""

import ast
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.idempotency import IdempotencyRecords
from audience.apps.pending_removals import (
    LATE_S,
    add_pending_removal,
    begin_pass,
    list_pending_removals,
    settle_pending_removal,
)
from audience.apps.store import AppExistsError, AppStore
from audience.endpoints.leaving_names import LeavingNames
from audience.errors import PieceOvertakenError
from audience.experience_platform.export_jobs import NumberedJob, NumberedJobs
from audience.experience_platform.merge_policies import MergePolicy, MergePolicyStore
from audience.experience_platform.tenants import Tenant, TenantStore
from audience.jobs.concurrency import ConcurrencyLimit
from audience.jobs.model import JobKey
from audience.jobs.piece_store import PieceStore
from audience.jobs.pieces import Checkpoint
from audience.jobs.store import JobStore
from audience.memberships.store import History, HistoryStore
from audience.segments.store import SegmentExistsError, SegmentStore
from http_api.errors import BadRequestError
from tests.contract.job_parts import job_of
from tests.contract.segments import content

FUNCTIONS = Path(__file__).parents[2] / "functions"
POLICY = "00000000-0000-0000-0000-000000000000"


class Again:
    """A table whose writes all reach it twice; the client gets the second answer."""

    def __init__(self, table: Any, between: Callable[[], None] = lambda: None) -> None:
        self._table = table
        self._between = between

    def __getattr__(self, name: str) -> Any:
        act = getattr(self._table, name)
        if name not in {"put_item", "update_item", "delete_item"}:
            return act

        def twice(**request: Any) -> Any:
            act(**request)
            self._between()
            return act(**request)

        return twice


@pytest.fixture
def again(parts):
    return replace(parts, control=Again(parts.control))


def interval(begun):
    return begun.after(at=Checkpoint(0, 9), done=True, processed=3, failed=1, runs=[], failures=[])


def test_a_job_is_made(again):
    key = JobKey("app", "IMPORT", "j1")
    again.jobs.create(job_of(key, segment_id="s1"))
    assert again.jobs.get(key).status == "CREATED"


def test_a_change_of_status_is_made_and_announced_once(again):
    key = again.job()
    assert again.lifecycle.advance(key, "PROCESSING")
    assert again.lifecycle.advance(key, "COMPLETED")
    assert again.events.statuses == ["CREATED", "PROCESSING", "COMPLETED"]
    assert again.jobs.active.all() == []


def test_a_change_that_was_not_made_is_refused_as_ever(again):
    key = again.ended("COMPLETED")
    assert not again.lifecycle.advance(key, "PROCESSING")
    assert not again.lifecycle.advance(key, "COMPLETED")


def test_a_job_is_opened_again(again):
    key = again.ended("FAILED")
    assert again.jobs.reopen(key)
    job = again.jobs.get(key)
    assert (job.status, job.run, len(job.changes)) == ("CREATED", 2, 3)
    assert again.jobs.active.all() == [key]


def test_a_job_counts_as_running_and_is_released(again):
    limit = ConcurrencyLimit(again.control, 1)
    assert limit.acquire("j1")
    assert not limit.acquire("j2")
    limit.release("j1")
    assert limit.acquire("j2")


def test_a_piece_is_begun_failed_and_left(again):
    pieces = PieceStore(again.control, "j1")
    begun = pieces.begin(0, deadline=5)
    assert begun.attempts == 1
    assert pieces.fail(begun, "no")
    pieces.leave(0)
    assert pieces.get(0) == replace(begun, busy_until=0, status="FAILED", reason="no")


def test_the_record_of_a_piece_is_its_workers_own(again):
    pieces = PieceStore(again.control, "j1")
    after = interval(pieces.begin(0, deadline=5))
    pieces.record(after)
    assert pieces.get(0) == after


def test_the_slower_of_two_workers_that_record_the_same_interval_is_overtaken(again):
    pieces = PieceStore(again.control, "j1")
    begun = pieces.begin(0, deadline=5)
    pieces.record(interval(begun))
    with pytest.raises(PieceOvertakenError):
        pieces.record(interval(begun))


def test_a_change_is_known_though_others_came_after_it(parts):
    """The job goes on before the first try's answer is missed: the second try is refused, and was made."""
    key = parts.job()

    def goes_on():
        parts.jobs.advance(key, "COMPLETING")

    assert JobStore(Again(parts.control, between=goes_on)).advance(key, "PROCESSING")
    assert parts.status(key) == "COMPLETING"


def test_a_segment_is_made_and_changed_once(again):
    segments = SegmentStore(again.control)
    made = segments.publish("app", "s1", content("a", dimensions={"Range": 1.5}))
    changed = segments.publish("app", "s1", content("b"), after=made.version)
    assert (made.version, changed.version, segments.find("app", "s1")) == (1, 2, changed)
    assert segments.find("app", "s1", 3) is None


def test_a_version_that_a_job_published_is_its_own(again):
    segments = SegmentStore(again.control)
    own = content("a", job_id="j1")
    assert segments.publish("app", "s1", own) == segments.publish("app", "s1", own)


def test_an_app_is_made_once_under_its_id(again):
    apps = AppStore(again.control)
    made = apps.create("a1", "Shop", {}, "now")
    with pytest.raises(AppExistsError):
        apps.create("a1", "Shop", {}, "later")
    assert apps.find("a1") == made


def test_an_apps_tags_are_changed_unless_they_are_others_by_now(again):
    apps = AppStore(again.control)
    made = apps.create("a1", "Shop", {"a": "1"}, "now")
    assert apps.change_tags(made, {"a": "1", "b": "2"})
    assert not apps.change_tags(made, {"c": "3"})
    assert not apps.change_tags({**made, "Id": "a2"}, {"c": "3"})
    changed = apps.find("a1")
    assert changed["tags"] == {"a": "1", "b": "2"}
    assert apps.change_tags(changed, {})
    assert not apps.change_tags(changed, {"c": "3"})


def test_a_segment_that_is_to_be_new_is_made_once(again):
    segments = SegmentStore(again.control)
    assert segments.publish("app", "s1", content("a"), new=True).version == 1
    with pytest.raises(SegmentExistsError):
        segments.publish("app", "s1", content("b"), new=True)


def test_an_app_is_given_back_that_was_deleted(again):
    apps = AppStore(again.control)
    made = apps.create("a1", "Shop", {}, "now")
    assert apps.delete("a1") == made
    assert apps.delete("a1") is None


def test_a_pass_over_a_deleted_app_begins_and_is_settled(again):
    add_pending_removal(again.control, "a1", 0)
    first = begin_pass(again.control, "a1", 0)
    settle_pending_removal(again.control, "a1", first, clean=False, now=0)
    second = begin_pass(again.control, "a1", LATE_S)
    settle_pending_removal(again.control, "a1", second, clean=True, now=LATE_S)
    assert list_pending_removals(again.control) == []


def test_a_history_takes_the_place_of_the_one_before(again):
    histories = HistoryStore(again.control)
    first, second = (History(n, n, f"j{n}", {"key": f"k{n}", "shards": [[0, 0, 0]]}) for n in (1, 2))
    assert histories.replace("app", "s1", first, None)
    assert histories.replace("app", "s1", second, first)
    assert histories.find("app", "s1") == second
    assert not histories.replace("app", "s1", replace(second, job_id="j3"), first)


def test_an_app_is_bound_and_unbound(again):
    tenants, tenant = TenantStore(again.control), Tenant("org", "prod", "a1", ("k",))
    tenants.bind(tenant)
    assert tenants.of_app("a1") == tenant
    assert tenants.unbind("a1") == tenant
    assert tenants.of_app("a1") is None


def test_a_key_is_reserved_for_one_job(again):
    records = IdempotencyRecords(again.control, "a1", "IMPORT")
    first = records.reserve("k", "digest", remaining_ms=-1)
    second = records.reserve("k", "digest", remaining_ms=60_000)
    assert first.job_id == second.job_id
    with pytest.raises(BadRequestError):
        records.reserve("k", "another digest", remaining_ms=0)


def test_an_answer_is_kept_and_a_key_is_released_or_forgotten(again):
    records = IdempotencyRecords(again.control, "a1", "IMPORT")
    first = records.reserve("k", "digest", remaining_ms=60_000)
    records.release("k", first)
    second = records.reserve("k", "digest", remaining_ms=60_000)
    records.keep_answer("k", second, {"Id": "j1"})
    assert records.reserve("k", "digest", remaining_ms=0).answer == '{"Id":"j1"}'
    records.forget("k", second)
    assert records.reserve("k", "another digest", remaining_ms=0).job_id != first.job_id


def test_a_numbered_job_is_listed_once(again):
    numbered = NumberedJobs(again.control)
    job = NumberedJob(numbered.next_number(), 5, JobKey("a1", "PROFILE_EXPORT", "j1"))
    numbered.add("org", "prod", job)
    assert numbered.page("org", "prod", 10, None) == ([job], False)


def test_a_merge_policy_is_the_default(again):
    policies = MergePolicyStore(again.control)
    made = MergePolicy(POLICY, 1, "mine", "none", "timestampOrdered", default=True)
    policies.create("a1", made)
    assert policies.default("a1") == made


def test_a_job_is_marked_as_being_finished_and_announced(again):
    key = again.job()
    again.lifecycle.advance(key, "COMPLETING")
    assert again.jobs.mark_finishing(key, 9)
    again.jobs.mark_announced(key, 2)
    again.jobs.mark_progress(key, "members", "digest")
    job = again.jobs.get(key)
    assert (job.announced, job.progress["members"]) == (2, "digest")


def test_names_leave_an_app_stay_or_are_freed(again):
    again.control.put_item(Item={"pk": "APP#a1", "sk": "ATTRIBUTE_NAMES", "names": {"x", "y", "z"}})
    names = LeavingNames(again.control, "a1")
    names.mark(["x", "y", "unknown"], "j1")
    names.mark(["y", "z"], "j2")
    names.free("j1")
    assert names.names() == {"y", "z"}
    names.keep("j2")
    names.free("j2")
    assert names.names() == {"y", "z"}


def test_every_conditional_write_is_among_these():
    """A function that writes under a condition is named here, with the test above that loses its answer."""
    assert (
        set(conditional_writes())
        == {
            "api/idempotency.py:_put_or_find": test_a_key_is_reserved_for_one_job,
            "api/idempotency.py:_take_over": test_a_key_is_reserved_for_one_job,
            "api/idempotency.py:_change": test_an_answer_is_kept_and_a_key_is_released_or_forgotten,
            "api/idempotency.py:forget": test_an_answer_is_kept_and_a_key_is_released_or_forgotten,
            "audience/apps/pending_removals.py:begin_pass": test_a_pass_over_a_deleted_app_begins_and_is_settled,
            "audience/apps/pending_removals.py:settle_pending_removal": (
                test_a_pass_over_a_deleted_app_begins_and_is_settled
            ),
            "audience/apps/store.py:create": test_an_app_is_made_once_under_its_id,
            "audience/apps/store.py:change_tags": test_an_apps_tags_are_changed_unless_they_are_others_by_now,
            "audience/endpoints/leaving_names.py:_change": test_names_leave_an_app_stay_or_are_freed,
            "audience/jobs/active.py:add": test_a_job_is_made,
            "audience/jobs/active.py:remove": test_a_change_of_status_is_made_and_announced_once,
            "audience/jobs/store.py:mark_finishing": test_a_job_is_marked_as_being_finished_and_announced,
            "audience/jobs/store.py:mark_announced": test_a_job_is_marked_as_being_finished_and_announced,
            "audience/jobs/store.py:mark_progress": test_a_job_is_marked_as_being_finished_and_announced,
            "audience/jobs/store.py:count": None,  # an addition to live counters, which the finish step recomputes
            "audience/jobs/piece_store.py:leave": test_a_piece_is_begun_failed_and_left,
            "audience/jobs/piece_store.py:_put": test_the_record_of_a_piece_is_its_workers_own,
            "audience/jobs/concurrency.py:acquire": test_a_job_counts_as_running_and_is_released,
            "audience/jobs/store.py:create": test_a_job_is_made,
            "audience/jobs/store.py:advance": test_a_change_of_status_is_made_and_announced_once,
            "audience/jobs/store.py:reopen": test_a_job_is_opened_again,
            "audience/memberships/store.py:replace": test_a_history_takes_the_place_of_the_one_before,
            # What the stores call; who calls it is listed.
            "audience/aws/control_table.py:put_if": None,
            "audience/aws/control_table.py:update_if": None,
            "audience/aws/control_table.py:delete_if": None,
            "audience/experience_platform/tenants.py:bind": test_an_app_is_bound_and_unbound,
            "audience/experience_platform/tenants.py:unbind": test_an_app_is_bound_and_unbound,
            "audience/segments/store.py:_store": test_a_segment_is_made_and_changed_once,
            "audience/segments/store.py:_make_newest": test_a_segment_is_made_and_changed_once,
        }.keys()
        | IN_THE_ROW_LOOP
    )


# Their answers are lost in tests/contract/endpoints/test_lost_answers.py, and in test_removal_worker.py.
IN_THE_ROW_LOOP = {
    "audience/attribute_removals/worker.py:_update",
    "audience/endpoints/expressions.py:_add_conditions",
    "audience/endpoints/deletions.py:_begin",
    "audience/endpoints/deletions.py:_end",
    "audience/endpoints/deletions.py:_delete_of_user",
    "audience/endpoints/held_attributes.py:_release",
    "audience/endpoints/attribute_names.py:_add",
    "audience/endpoints/users.py:_join",
    "audience/endpoints/users.py:add_missing",
    "audience/endpoints/users.py:leave",
    "audience/endpoints/users.py:set_attributes",
    "audience/endpoints/user_joins.py:update",
    "audience/events/store.py:_put",
}


def conditional_writes():
    for file in sorted(FUNCTIONS.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and CONDITIONAL & set(_words(node)):
                yield f"{file.relative_to(FUNCTIONS)}:{node.name}"


# The control table's methods, and the request's member for those who write without it.
CONDITIONAL = {"ConditionExpression", "put_if", "update_if", "delete_if"}


def _words(function):
    for inner in ast.walk(function):
        if isinstance(inner, ast.keyword) and inner.arg:
            yield inner.arg
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value
        elif isinstance(inner, ast.Attribute):
            yield inner.attr
