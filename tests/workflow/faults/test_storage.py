"""Tables and buckets that refuse, stumble or change: the job slows down, or fails its piece and says why."""

import random

import pytest
from botocore.exceptions import ClientError
from urllib3.exceptions import ProtocolError

from audience.aws.upload import Upload
from audience.sources.stream import ObjectStream
from tests.workflow.files import counted, people_csv

THROTTLED = (400, {"__type": "x#ProvisionedThroughputExceededException", "message": "slow down"})


def is_complete(customer, job, content):
    expected = counted("CSV", content)
    assert job["JobStatus"] == "COMPLETED", job["Failures"]
    assert (job["TotalProcessed"], job["TotalFailures"]) == (len(expected.good), expected.bad)
    assert customer.endpoints().keys() == set(expected.good)


def test_a_throttled_table_slows_an_import_down_and_fails_nothing(customer, wire):
    dice = random.Random(7)  # noqa: S311 - not a secret
    inserts = wire("BatchExecuteStatement", lambda number: THROTTLED if number % 3 else None)
    updates = wire("UpdateItem", lambda _: THROTTLED if dice.random() < 0.3 else None)
    content = people_csv(0, 100)
    for _ in range(2):  # rows are inserted where they are new, and updated where they are not
        is_complete(customer, customer.imported(customer.put("a.csv", content)), content)
    assert inserts.told > 3
    assert updates.told > 20


def test_an_import_goes_on_after_the_table_was_out_of_service(customer, wire):
    inserts = wire("BatchExecuteStatement", lambda number: (500, {}) if number <= 3 else None)
    updates = wire("UpdateItem", lambda number: (500, {}) if 20 < number <= 26 else None)
    content = people_csv(0, 60)
    for _ in range(2):
        is_complete(customer, customer.imported(customer.put("a.csv", content)), content)
    assert (inserts.told, updates.told) == (3, 6)


def test_unprocessed_keys_of_an_export_are_asked_for_again(customer, wire):
    content = people_csv(0, 60)
    customer.imported(customer.put("a.csv", content), DefineSegment=True)
    wire("BatchGetItem", lambda number: THROTTLED if number % 2 else None)
    job = customer.exported(customer.url("out"))
    assert job["JobStatus"] == "COMPLETED", job["Failures"]
    assert customer.documents(customer.url("out")).keys() == set(counted("CSV", content).good)


def half(chunks):
    """The chunks of a body whose connection breaks in the middle."""
    first = next(chunks)
    yield first[: len(first) // 2]
    raise ProtocolError("Connection broken")


def test_a_read_that_is_cut_in_the_middle_goes_on_from_there(customer, monkeypatch):
    opened, cuts = ObjectStream._open, []

    def cut(self, position, stop):
        chunks = opened(self, position, stop)
        if stop - position > 100 and len(cuts) < 3:
            cuts.append(position)
            return half(chunks)
        return chunks

    monkeypatch.setattr(ObjectStream, "_open", cut)
    content = people_csv(0, 80)
    is_complete(customer, customer.imported(customer.put("a.csv", content)), content)
    assert len(cuts) == 3


def test_a_bucket_of_the_service_that_refuses_for_a_while_only_takes_time(customer, refused_requests):
    left = [0] * 3
    refused = refused_requests(
        "s3", "PutObject", "SlowDown", 503, lambda url: "/members/" in url and bool(left and not left.pop())
    )
    content = people_csv(0, 40)
    job = customer.imported(customer.put("a.csv", content), DefineSegment=True)
    is_complete(customer, job, content)
    assert len(refused) == 3


def test_a_role_that_is_revoked_in_the_middle_fails_the_job_and_is_named(customer, refused_requests, instead):
    revoked = []

    def revoke(call, _event):
        outcome = call()
        revoked.append(True)
        return outcome

    instead("plan_import", revoke)
    refused_requests("sts", "AssumeRole", "AccessDenied", 403, lambda _url: bool(revoked))
    job = customer.imported(customer.put("a.csv", people_csv(0, 20)), DefineSegment=True)
    assert (job["JobStatus"], job["TotalProcessed"], job["FailedPieces"]) == ("FAILED", 0, 1)
    assert "cannot be assumed" in job["Failures"][0]
    assert customer.endpoints() == {}
    assert customer.get("segments")["Item"] == []


def test_an_export_whose_destination_refuses_fails_and_says_so(customer, refused_uploads):
    customer.imported(customer.put("a.csv", people_csv(0, 10)))
    refused_uploads("AccessDenied", 403)
    job = customer.exported(customer.url("out"))
    assert job["JobStatus"] == "FAILED"
    assert "cannot be written" in job["Failures"][0]
    assert customer.keys(customer.bucket, f"{customer.folder}/out") == []


@pytest.fixture
def refused_uploads(monkeypatch):
    """Makes S3 refuse to complete what an upload has collected."""

    def put(code, status):
        answer = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}

        def refuse(*_):
            raise ClientError(answer, "PutObject")

        monkeypatch.setattr(Upload, "__exit__", refuse)

    return put
