"""A worker whose time is nearly up hands the rest of its piece to another."""

import gzip

import pytest

from audience.imports import checkpoint_interval
from audience.segments import members
from audience.sharded import gathering
from local.lambdas import Context
from tests.workflow.files import counted, people_csv

ROWS_A_WORKER = 13


@pytest.fixture(autouse=True)
def _time_is_short(monkeypatch):
    """Each invocation sees its time run out after it has asked for it some times."""

    def remaining(context):
        context.asked = getattr(context, "asked", 0) + 1
        return 900_000 if context.asked < ROWS_A_WORKER else 0

    monkeypatch.setattr(Context, "get_remaining_time_in_millis", remaining)
    monkeypatch.setattr(checkpoint_interval, "STRETCH", 1)  # it asks once for rows that are read together


@pytest.fixture
def workers(instead):
    """Notes each invocation of a function; returns the list of notes."""

    def of(function):
        seen = []

        def note(call, event):
            seen.append(event["piece"]["index"] if "piece" in event else event["job_id"])
            return call()

        instead(function, note)
        return seen

    return of


@pytest.mark.parametrize("packing", ["plain", "gzip"])
def test_an_import_goes_on_where_the_worker_before_stopped(customer, workers, packing):
    seen = workers("import_piece")
    text = people_csv(0, 60).encode()
    content = gzip.compress(text) if packing == "gzip" else text
    job = customer.imported(customer.put("a.csv", content), DefineSegment=True)
    expected = counted("CSV", content)
    assert (job["JobStatus"], job["TotalPieces"]) == ("COMPLETED", 1)
    assert len(seen) > 4
    assert (job["TotalProcessed"], job["TotalFailures"]) == (len(expected.good), expected.bad)
    assert customer.endpoints().keys() == set(expected.good)
    told = [int(line.split(" line ")[1].split(":")[0]) for line in job["Failures"]]
    assert told == sorted(told)
    segment = customer.segment(job["Definition"]["SegmentId"])
    assert segment["ImportDefinition"]["Size"] == len(expected.good)


def test_a_finish_step_goes_on_where_the_one_before_stopped(customer, workers, monkeypatch):
    for module in (gathering, members):
        monkeypatch.setattr(module, "FAN_IN", 2)
    seen = workers("finish_import")
    content = people_csv(0, 60)
    job = customer.imported(customer.put("a.csv", content), DefineSegment=True)
    expected = counted("CSV", content.encode())
    assert (job["JobStatus"], job["CompletedPieces"], job["FailedPieces"]) == ("COMPLETED", 1, 0)
    assert (job["TotalProcessed"], job["TotalFailures"]) == (len(expected.good), expected.bad)
    assert len(job["Failures"]) == len(customer.failure_file(job)) == expected.bad
    assert len(seen) > 5
    segment = customer.segment(job["Definition"]["SegmentId"])
    assert (segment["Version"], segment["ImportDefinition"]["Size"]) == (1, len(expected.good))
    out = customer.exported(customer.url("out"), SegmentId=segment["Id"])
    assert out["JobStatus"] == "COMPLETED"
    assert customer.documents(customer.url("out/")).keys() == set(expected.good)


def test_an_export_goes_on_in_another_file(customer, workers):
    content = people_csv(0, 40)
    customer.imported(customer.put("a.csv", content))
    seen = workers("export_piece")
    job = customer.exported(customer.url("out"))
    expected = counted("CSV", content)
    assert (job["JobStatus"], job["TotalProcessed"]) == ("COMPLETED", len(expected.good))
    files = customer.files(customer.url("out/"))
    assert len(seen) == len(files) > 2
    assert customer.documents(customer.url("out/")).keys() == set(expected.good)
