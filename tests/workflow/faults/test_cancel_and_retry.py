"""A job is cancelled, or run again for what failed."""

import gzip
import json
from threading import Event

import pytest
import urllib3

from local.lambdas import Outcome
from tests.workflow.files import counted, people_csv


@pytest.fixture
def held(instead):
    """Holds a function's invocations from the second piece on; `begun` tells of them, `go_on` frees them."""

    def hold(function):
        begun, go_on = Event(), Event()

        def wait(call, event):
            if event["piece"]["index"] > 0:
                begun.set()
                assert go_on.wait(30)
            return call()

        instead(function, wait)
        return begun, go_on

    return hold


def test_a_cancelled_import_is_cancelling_until_no_worker_runs_and_counts_what_was_done(
    customer, piece_bytes, held, ask
):
    piece_bytes(1000)
    begun, go_on = held("import_piece")
    made = customer.create_import(customer.put("a.csv", people_csv(0, 80)), DefineSegment=True)
    assert begun.wait(30)
    status, answer = ask("DELETE", f"jobs/import/{made['Id']}")
    assert (status, answer["JobStatus"]) == (202, "CANCELLING")
    assert customer.job(made)["JobStatus"] == "CANCELLING"
    go_on.set()
    job = customer.ended(made)
    assert job["JobStatus"] == "CANCELLED"
    done = (job["CompletedPieces"], job["FailedPieces"], job["NotAttemptedPieces"])
    assert sum(done) == job["TotalPieces"]
    assert done[2] > 0
    assert len(customer.endpoints()) == job["TotalProcessed"]
    assert customer.get("segments")["Item"] == []


def test_a_cancelled_export_ends_cancelled(customer, held, ask, monkeypatch):
    monkeypatch.setattr("audience.exports.plan.ROWS_A_PIECE", 10)
    # The plan estimates by the first shard: p123 is in it, nobody before is.
    customer.imported(customer.put("a.csv", people_csv(0, 130)))
    begun, go_on = held("export_piece")
    made = customer.create_export(customer.url("out"))
    assert begun.wait(30)
    assert ask("DELETE", f"jobs/export/{made['Id']}")[0] == 202
    go_on.set()
    job = customer.ended(made)
    assert (job["JobStatus"], job["FailedPieces"]) == ("CANCELLED", 0)
    assert sum(len(lines) for lines in customer.files(customer.url("out")).values()) == job["TotalProcessed"]


@pytest.mark.parametrize("action", [("DELETE", ""), ("POST", "/retry")], ids=["cancel", "retry"])
def test_a_completed_job_can_be_neither_cancelled_nor_run_again(customer, ask, action):
    method, below = action
    job = customer.imported(customer.put("a.csv", people_csv(0, 5)))
    status, answer = ask(method, f"jobs/import/{job['Id']}{below}")
    assert status == 409
    assert "COMPLETED" in answer["Message"]
    assert customer.job(job) == job


def test_a_failed_import_is_run_again_for_the_failed_piece_alone(customer, piece_bytes, instead, ask):
    piece_bytes(10)
    files = [gzip.compress(people_csv(first, 12).encode()) for first in (0, 20, 40)]
    for name, content in zip("abc", files, strict=True):
        customer.put(f"in/{name}.csv.gz", content)
    seen, revoked = [], Event()

    def refuse_the_second(call, event):
        seen.append(event["piece"]["index"])
        if event["piece"]["index"] == 1 and not revoked.is_set():
            error = {"errorType": "SourceChangedError", "errorMessage": "in/b.csv.gz was changed"}
            return Outcome(json.dumps(error).encode(), failed=True)
        return call()

    instead("import_piece", refuse_the_second)
    failed = customer.imported(customer.url("in/"), DefineSegment=True)
    assert (failed["JobStatus"], failed["FailedPieces"]) == ("FAILED", 1)
    assert "in/b.csv.gz was changed" in failed["Failures"][0]
    revoked.set()
    seen.clear()
    status, _ = ask("POST", f"jobs/import/{failed['Id']}/retry")
    assert status == 202
    job = customer.ended(failed)
    expected = counted("CSV", *files)
    assert seen == [1]
    assert (job["JobStatus"], job["CompletedPieces"], job["FailedPieces"]) == ("COMPLETED", 3, 0)
    assert (job["TotalProcessed"], job["TotalFailures"]) == (len(expected.good), expected.bad)
    told = [entry["Object"] for entry in customer.failure_file(job)]
    assert told == sorted(told)
    assert len(told) == expected.bad
    assert customer.segment(job["Definition"]["SegmentId"])["ImportDefinition"]["Size"] == len(expected.good)


def test_a_cancelled_import_goes_on_where_it_stopped(customer, piece_bytes, held, ask):
    piece_bytes(1000)
    begun, go_on = held("import_piece")
    content = people_csv(0, 80)
    made = customer.create_import(customer.put("a.csv", content), DefineSegment=True)
    assert begun.wait(30)
    ask("DELETE", f"jobs/import/{made['Id']}")
    go_on.set()
    assert customer.ended(made)["JobStatus"] == "CANCELLED"
    assert ask("POST", f"jobs/import/{made['Id']}/retry")[0] == 202
    job = customer.ended(made)
    expected = counted("CSV", content)
    assert (job["JobStatus"], job["TotalProcessed"]) == ("COMPLETED", len(expected.good))
    assert job["TotalFailures"] == expected.bad
    assert "NotAttemptedPieces" not in job
    assert customer.endpoints().keys() == set(expected.good)


def test_a_job_whose_plan_has_expired_fails_again_and_says_why(stack, customer, instead, ask):

    def refuse(_call, _event):
        error = {"errorType": "SourceChangedError", "errorMessage": "a.csv was changed"}
        return Outcome(json.dumps(error).encode(), failed=True)

    instead("import_piece", refuse)
    failed = customer.imported(customer.put("a.csv", people_csv(0, 12)))
    bucket = stack.variables["BUCKET"]
    for name in customer.keys(bucket, f"work/{customer.app_id}/{failed['Id']}/"):
        stack.client("s3").delete_object(Bucket=bucket, Key=name)
    assert ask("POST", f"jobs/import/{failed['Id']}/retry")[0] == 202
    job = customer.ended(failed)
    assert (job["JobStatus"], job["TotalProcessed"]) == ("FAILED", 0)
    assert "too old to be run again" in job["Failures"][0]


def test_a_dry_run_counts_the_same_and_writes_nothing(stack, customer):
    content = people_csv(0, 40)
    request = {
        "S3Url": customer.put("a.csv", content),
        "RoleArn": customer.role_arn,
        "Format": "CSV",
        "DryRun": True,
    }
    url = f"{stack.api_url}/v1/apps/{customer.app_id}/jobs/import"
    answer = urllib3.request("POST", url, json=request, retries=False)
    assert answer.status == 201, answer.data
    job = customer.ended(json.loads(answer.data))
    expected = counted("CSV", content)
    assert (job["JobStatus"], job["TotalProcessed"]) == ("COMPLETED", len(expected.good))
    assert job["TotalFailures"] == expected.bad == len(customer.failure_file(job))
    assert customer.endpoints() == {}
    again = customer.imported(request["S3Url"])
    assert again["Failures"] == job["Failures"]
