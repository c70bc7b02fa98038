"""A worker dies, or is doubled: the job ends as if nothing had happened."""

import pytest

from audience.jobs.store import JobStore
from tests.workflow.faults.conftest import Once, at_once, dead
from tests.workflow.files import counted, people_csv

ROWS = 120


class GoneError(Exception):
    """The worker is gone; the state machine sees the name that Lambda gives it."""


GoneError.__name__ = "Lambda.Unknown"


def dies_before(call, event):
    del call, event
    return dead()


def dies_after(call, event):
    del event
    call()
    return dead()


def runs_twice(call, event):
    del event
    call()
    return call()


def times_out(call, event):
    del call, event
    return dead("Sandbox.Timedout")


EVERY_DEATH = pytest.mark.parametrize(
    "act", [dies_before, dies_after, runs_twice, at_once, times_out], ids=lambda act: act.__name__
)


@pytest.fixture
def same_as_undisturbed(customer):
    """Runs an import and compares everything it left with an independent reading of its file."""

    def run(content):
        job = customer.imported(customer.put("a.csv", content), DefineSegment=True)
        expected = counted("CSV", content)
        assert job["JobStatus"] == "COMPLETED", job["Failures"]
        assert (job["CompletedPieces"], job["FailedPieces"]) == (job["TotalPieces"], 0)
        assert (job["TotalProcessed"], job["TotalFailures"]) == (len(expected.good), expected.bad)
        assert customer.endpoints().keys() == set(expected.good)
        lines = [entry["Line"] for entry in customer.failure_file(job)]
        assert lines == sorted(set(lines))
        assert len(lines) == expected.bad
        segment = customer.segment(job["Definition"]["SegmentId"])
        assert (segment["Version"], segment["ImportDefinition"]["Size"]) == (1, len(expected.good))
        return job

    return run


@EVERY_DEATH
@pytest.mark.parametrize("function", ["plan_import", "import_piece", "finish_import"])
def test_an_import_completes_although_workers_die(same_as_undisturbed, instead, piece_bytes, function, act):
    piece_bytes(2000)
    once = Once(act)
    instead(function, once)
    same_as_undisturbed(people_csv(0, ROWS))
    assert once.done


@pytest.mark.parametrize(
    ("operation", "at", "imports"),
    [("UpdateItem", 1, 1), ("BatchExecuteStatement", 3, 1), ("UpdateItem", 40, 2)],
)
def test_an_import_comes_through_when_the_connection_to_the_table_breaks_for_good(
    same_as_undisturbed, wire, operation, at, imports
):
    def dies(number):
        if number == at:
            raise GoneError

    counter = wire(operation, dies)
    for _ in range(imports):  # rows are inserted where they are new, and updated where they are not
        same_as_undisturbed(people_csv(0, ROWS))
    assert counter.seen > at


def test_an_import_comes_through_when_a_worker_dies_after_its_record(same_as_undisturbed, monkeypatch):
    count, died = JobStore.count, []

    def dies(self, *arguments, **members):
        if not died:
            died.append(True)
            raise GoneError
        count(self, *arguments, **members)

    monkeypatch.setattr(JobStore, "count", dies)
    same_as_undisturbed(people_csv(0, ROWS))
    assert died


@EVERY_DEATH
@pytest.mark.parametrize("function", ["plan_export", "export_piece", "finish_export"])
def test_an_export_completes_although_workers_die(customer, instead, function, act):
    content = people_csv(0, ROWS)
    customer.imported(customer.put("a.csv", content))
    once = Once(act)
    instead(function, once)
    prefix = customer.url("out")
    job = customer.exported(prefix)
    assert once.done
    assert job["JobStatus"] == "COMPLETED", job["Failures"]
    documents = customer.documents(prefix)
    assert documents == customer.endpoints()
    assert job["TotalProcessed"] == len(documents)
