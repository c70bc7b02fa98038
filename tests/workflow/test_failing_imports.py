"""A job always ends, and one that fails says why, with counts that are right."""

import gzip
import json

import pytest
from botocore.exceptions import ClientError

from local.lambdas import Outcome
from tests.workflow.files import counted, people_csv


@pytest.fixture
def three_files(customer, piece_bytes):
    """Three files, each a piece, for gzip is never cut; returns the first and the last, which no test touches."""
    piece_bytes(10)
    files = [gzip.compress(people_csv(first, 12).encode()) for first in (0, 20, 40)]
    for name, content in zip("abc", files, strict=True):
        customer.put(f"in/{name}.csv.gz", content)
    return files[0], files[2]


def overwrite(customer):
    customer.put("in/b.csv.gz", gzip.compress(people_csv(90, 3).encode()))


def delete(customer):
    customer.stack.client("s3").delete_object(Bucket=customer.bucket, Key=f"{customer.folder}/in/b.csv.gz")


def after(instead, function, act):
    """Run `act` once the function has answered."""

    def then(call, _event):
        outcome = call()
        act()
        return outcome

    instead(function, then)


@pytest.mark.parametrize("change", [overwrite, delete])
def test_a_file_that_changes_under_the_job_fails_its_piece_and_the_job(
    customer, instead, three_files, change
):
    after(instead, "plan_import", lambda: change(customer))
    job = customer.imported(customer.url("in/"), DefineSegment=True)
    expected = counted("CSV", *three_files)
    assert (job["JobStatus"], job["TotalPieces"]) == ("FAILED", 3)
    assert (job["CompletedPieces"], job["FailedPieces"]) == (2, 1)
    assert (job["TotalProcessed"], job["TotalFailures"]) == (len(expected.good), expected.bad)
    assert job["Failures"][0] == (
        f"piece 2 of 3 was not completed: {customer.url('in/b.csv.gz')} was changed or deleted "
        "after the job began"
    )
    assert all("'PIGEON'" in told for told in job["Failures"][1:])
    assert customer.endpoints().keys() == set(expected.good)
    assert job["CompletionDate"] > job["CreationDate"]


def test_a_failed_job_publishes_no_segment(customer, instead, three_files):
    after(instead, "plan_import", lambda: delete(customer))
    assert three_files
    job = customer.imported(customer.url("in/"), DefineSegment=True)
    with pytest.raises(ClientError, match="NotFoundException"):
        customer.pinpoint.get_segment(ApplicationId=customer.app_id, SegmentId=job["Definition"]["SegmentId"])


@pytest.mark.parametrize("broken", ["cut off", "damaged"])
def test_a_broken_gzip_file_fails_its_piece_and_the_others_go_in(customer, three_files, broken):
    whole = gzip.compress(people_csv(60, 30).encode())
    damaged = whole[:60] + bytes(60) + whole[120:]
    customer.put("in/d.csv.gz", whole[:-40] if broken == "cut off" else damaged)
    files = (*three_files, people_csv(20, 12))
    job = customer.imported(customer.url("in/"))
    expected = counted("CSV", *files)
    assert (job["JobStatus"], job["CompletedPieces"], job["FailedPieces"]) == ("FAILED", 3, 1)
    assert customer.endpoints().keys() >= set(expected.good)
    assert job["TotalProcessed"] >= len(customer.endpoints())
    assert job["TotalFailures"] == len(customer.failure_file(job)) >= expected.bad
    assert job["Failures"][0].startswith(
        f"piece 4 of 4 was not completed: {customer.url('in/d.csv.gz')} is not a sound gzip file: "
    )


def test_rows_before_the_end_of_a_gzip_file_that_is_cut_off_go_in_and_are_counted(customer):
    text = people_csv(0, 3000)
    job = customer.imported(customer.put("a.csv.gz", gzip.compress(text.encode())[:-1000]))
    expected = counted("CSV", text)
    read = job["TotalProcessed"] + job["TotalFailures"]
    assert (job["JobStatus"], job["FailedPieces"]) == ("FAILED", 1)
    assert 1000 < read < 3000
    assert customer.endpoints().keys() == set(expected.good[: job["TotalProcessed"]])
    assert len(customer.failure_file(job)) == job["TotalFailures"] > 0


@pytest.mark.parametrize("vanished", ["file", "bucket"])
def test_a_plan_that_cannot_be_made_fails_the_job_with_its_reason(customer, instead, vanished):
    s3 = customer.stack.client("s3")
    bucket = f"vanishing-{customer.app_id}"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="a.csv", Body=people_csv(0, 3))

    def vanish(call, _event):
        s3.delete_object(Bucket=bucket, Key="a.csv")
        if vanished == "bucket":
            s3.delete_bucket(Bucket=bucket)
        return call()

    instead("plan_import", vanish)
    job = customer.imported(f"s3://{bucket}/a.csv")
    assert (job["JobStatus"], job["TotalProcessed"], job["FailedPieces"]) == ("FAILED", 0, 0)
    [told] = job["Failures"]
    reason = "matches no CSV file" if vanished == "file" else "cannot be listed"
    assert told.startswith(f"s3://{bucket}/a.csv {reason}")
    assert told.endswith("(SourceUnreadableError)")


def test_a_plan_that_was_made_is_kept_though_its_answer_was_lost(customer, instead, three_files):
    answers = []

    def lose_the_first(call, _event):
        answers.append(call())
        if len(answers) > 1:
            return answers[-1]
        customer.put("in/late.csv", people_csv(90, 3))
        lost = {"errorType": "TransientError", "errorMessage": "lost"}
        return Outcome(json.dumps(lost).encode(), failed=True)

    instead("plan_import", lose_the_first)
    job = customer.imported(customer.url("in/"))
    assert (len(answers), job["JobStatus"], job["TotalPieces"]) == (2, "COMPLETED", 3)
    assert (job["CompletedPieces"], job["FailedPieces"]) == (3, 0)
    assert customer.endpoints().keys() >= set(counted("CSV", *three_files).good)
