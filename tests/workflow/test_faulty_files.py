"""One file's fault is its own: the others go in, and a retry reads again what failed, with exact counts."""

import gzip
import json

import pytest

from audience.imports.replan import Replanner
from local.lambdas import Outcome
from tests.workflow.files import counted, people_csv

WHOLE = {
    "a.csv.gz": gzip.compress(people_csv(0, 20).encode()),
    "b.csv.gz": gzip.compress(people_csv(100, 400).encode()),
    "c.csv": people_csv(5000, 20).encode(),
}
SOUND = counted("CSV", WHOLE["a.csv.gz"], WHOLE["c.csv"])
ALL = counted("CSV", *WHOLE.values())


@pytest.fixture
def retried(customer):
    """Runs a job again to its end."""

    def retry(job):
        url = f"{customer.stack.api_url}/v1/apps/{customer.app_id}/jobs/import/{job['Id']}/retry"
        return customer.ended(customer.send("POST", url, {}))

    return retry


@pytest.fixture
def failed(customer, monkeypatch):
    """A job of one piece with three files, of which the second is cut off, with a checkpoint after some rows."""
    monkeypatch.setattr("audience.imports.checkpoint_interval.MAX_ROWS", 70)
    for name, content in WHOLE.items():
        customer.put(f"in/{name}", content[:-600] if name == "b.csv.gz" else content)
    return customer.imported(customer.url("in/"), DefineSegment=True)


def remove(customer, name):
    customer.stack.client("s3").delete_object(Bucket=customer.bucket, Key=f"{customer.folder}/in/{name}")


def is_complete(customer, job, expected=ALL, pieces=1):
    assert job["JobStatus"] == "COMPLETED", job["Failures"]
    assert (job["CompletedPieces"], job["FailedPieces"], job["TotalPieces"]) == (pieces, 0, pieces)
    assert (job["TotalProcessed"], job["TotalFailures"]) == (len(expected.good), expected.bad)
    assert customer.endpoints().keys() >= set(expected.good)
    told = customer.failure_file(job)
    assert len({(entry["Object"], entry["Line"]) for entry in told}) == len(told) == expected.bad
    segment = customer.segment(job["Definition"]["SegmentId"])
    assert segment["ImportDefinition"]["Size"] == len(expected.good)


def test_a_file_that_is_cut_off_does_not_keep_the_next_ones_from_going_in(customer, failed):
    assert (failed["JobStatus"], failed["TotalPieces"], failed["FailedPieces"]) == ("FAILED", 1, 1)
    assert failed["Failures"][0] == (
        f"piece 1 of 1 was not completed: {customer.url('in/b.csv.gz')} is not a sound gzip file: "
        "it ends in the middle"
    )
    inside = customer.endpoints()
    assert set(SOUND.good) < inside.keys() < set(ALL.good)
    assert failed["TotalProcessed"] == len(inside)
    assert failed["TotalFailures"] == len(customer.failure_file(failed))


def test_a_file_that_was_mended_is_read_again_and_its_first_reading_does_not_count(customer, failed, retried):
    customer.put("in/b.csv.gz", WHOLE["b.csv.gz"])
    remove(customer, "c.csv")  # what went in is not looked at again
    job = retried(failed)
    is_complete(customer, job)
    assert job["ReplannedFiles"] == [customer.url("in/b.csv.gz")]
    assert customer.endpoints().keys() == set(ALL.good)


def test_a_file_that_was_deleted_stays_failed_until_it_is_there_again(customer, failed, retried):
    remove(customer, "b.csv.gz")
    job = retried(failed)
    assert (job["JobStatus"], job["TotalProcessed"]) == ("FAILED", failed["TotalProcessed"])
    assert job["TotalFailures"] == failed["TotalFailures"]
    told = f"piece 1 of 1 was not completed: {customer.url('in/b.csv.gz')} is not there"
    assert job["Failures"][0] == told
    assert "ReplannedFiles" not in job
    customer.put("in/b.csv.gz", WHOLE["b.csv.gz"])
    is_complete(customer, retried(job))


def test_a_file_that_fails_again_counts_once_and_can_be_mended_after_that(customer, failed, retried):
    customer.put("in/b.csv.gz", WHOLE["b.csv.gz"][:-2000])
    again = retried(failed)
    assert (again["JobStatus"], again["FailedPieces"]) == ("FAILED", 1)
    assert len(SOUND.good) < again["TotalProcessed"] < failed["TotalProcessed"]
    assert again["TotalFailures"] == len(customer.failure_file(again))
    customer.put("in/b.csv.gz", WHOLE["b.csv.gz"])
    is_complete(customer, retried(again))


def test_a_planner_whose_answer_is_lost_plans_a_failed_file_again_once(customer, failed, retried, instead):
    customer.put("in/b.csv.gz", WHOLE["b.csv.gz"])
    instead("plan_import", lambda call, _event: (call(), call())[1])
    job = retried(failed)
    is_complete(customer, job)
    assert job["ReplannedFiles"] == [customer.url("in/b.csv.gz")]


def test_a_planner_that_dies_between_plan_and_records_is_followed_by_one_that_goes_on(
    customer, failed, retried, monkeypatch
):
    customer.put("in/b.csv.gz", WHOLE["b.csv.gz"])
    subtract, died = Replanner._subtract, []

    def die_once(*told):
        if not died:
            died.append(told)
            raise ConnectionError("gone")
        subtract(*told)

    monkeypatch.setattr(Replanner, "_subtract", die_once)
    job = retried(failed)
    assert died
    if job["JobStatus"] == "FAILED":  # the step did not run again for this error; its owner does
        job = retried(job)
    is_complete(customer, job)


def test_part_of_a_large_file_that_changed_is_not_mixed_with_what_it_was(
    customer, piece_bytes, retried, instead
):
    piece_bytes(1000)
    url = customer.put("in/a.csv", people_csv(0, 60))
    changed = []

    def change_before_the_last(call, event):
        if event["piece"]["index"] > 0 and not changed:
            changed.append(customer.put("in/a.csv", people_csv(0, 61)))
        return call()

    instead("import_piece", change_before_the_last)
    first = customer.imported(url)
    assert first["JobStatus"] == "FAILED"
    assert f"{url} was changed" in first["Failures"][0]
    job = retried(first)
    assert (job["JobStatus"], job["TotalProcessed"]) == ("FAILED", first["TotalProcessed"])
    assert (
        f"{url} was changed, and parts of what it was are imported: start a new import" in job["Failures"][0]
    )
    customer.put("in/a.csv", people_csv(0, 60))  # the very same bytes: the parts that are left can be read
    expected = counted("CSV", people_csv(0, 60))
    job = retried(job)
    assert (job["JobStatus"], job["TotalProcessed"]) == ("COMPLETED", len(expected.good))
    assert job["TotalFailures"] == expected.bad


def test_a_file_that_changed_under_the_job_is_read_as_it_is_now(customer, retried, instead):
    files = {name: people_csv(first, 12) for name, first in (("a.csv", 0), ("b.csv", 20), ("c.csv", 40))}
    for name, content in files.items():
        customer.put(f"in/{name}", content)
    files["b.csv"] = people_csv(60, 25)
    planned = []

    def change_after_the_first(call, _event):
        planned.append(call())
        if len(planned) == 1:
            customer.put("in/b.csv", files["b.csv"])
        return planned[-1]

    instead("plan_import", change_after_the_first)
    job = customer.imported(customer.url("in/"), DefineSegment=True)
    good = counted("CSV", files["a.csv"], files["c.csv"])
    assert (job["JobStatus"], job["TotalProcessed"], job["TotalFailures"]) == (
        "FAILED",
        len(good.good),
        good.bad,
    )
    assert job["Failures"][0].endswith(
        f"{customer.url('in/b.csv')} was changed or deleted after the job began"
    )
    is_complete(customer, retried(job), counted("CSV", *files.values()))


def test_a_piece_keeps_the_faults_of_its_files_though_its_workers_answer_is_lost(customer, instead):
    customer.put("in/b.csv.gz", WHOLE["b.csv.gz"][:-600])
    customer.put("in/c.csv", WHOLE["c.csv"])

    def lost(call, _event):
        call()
        return Outcome(json.dumps({"errorType": "Lost", "errorMessage": "lost"}).encode(), failed=True)

    instead("import_piece", lost)
    job = customer.imported(customer.url("in/"))
    assert (job["JobStatus"], job["FailedPieces"]) == ("FAILED", 1)
    (told,) = [line for line in job["Failures"] if line.startswith("piece")]
    assert told.endswith("is not a sound gzip file: it ends in the middle")
    assert customer.endpoints().keys() > set(counted("CSV", WHOLE["c.csv"]).good)
