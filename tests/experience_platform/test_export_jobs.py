"""Export jobs over HTTP: what the answers hold, field by field, paging, refusals, cancelling."""

import re
import uuid
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.exceptions import ClientError

from audience.jobs.executions import Executions
from audience.jobs.store import JobStore
from local.lambdas import Outcome
from tests.experience_platform.exporting import JOBS

EXAMPLE = {  # the example of Adobe's guide, but for what it refers to
    "fields": "identities.id,personalEmail.address",
    "mergePolicy": {"id": "timestampOrdered-none-mp", "version": 1},
    "filter": {
        "segmentQualificationTime": {"startTime": "2018-01-01T00:00:00Z", "endTime": "2018-02-01T00:00:00Z"},
        "fromIngestTimestamp": "2018-01-01T00:00:00Z",
        "emptyProfiles": True,
    },
    "additionalFields": {
        "eventList": {
            "fields": "string",
            "filter": {
                "fromIngestTimestamp": "2018-01-01T00:00:00Z",
                "toIngestTimestamp": "2020-01-01T00:00:00Z",
            },
        }
    },
    "schema": {"name": "_xdm.context.profile"},
    "evaluationInfo": {"segmentation": True},
}


LONG = "\U0001f600" * 255  # longer than a key of the table
DEEP = ".x" * 5000


def valid(exporter, **members):
    return {"destination": {"datasetId": exporter.dataset()}, "schema": EXAMPLE["schema"], **members}


def told(answer):
    """The messages of a refused request."""
    assert answer.status_code == 400
    body = answer.json()
    assert {"requestId", "errors", "type", "title", "status"} <= set(body)
    return " | ".join(finding["message"] for finding in body["errors"]["400"])


def test_the_guides_example_is_answered_with_its_own_members_and_those_of_a_new_job(ask, exporter, place):
    body = {**EXAMPLE, "destination": {"datasetId": exporter.dataset(), "segmentPerBatch": False}}
    answer = ask("POST", JOBS, body)
    job = answer.json()
    assert answer.status_code == 200
    assert answer.headers["X-Location"] == f"{JOBS}/{job['id']}"
    assert {name: job[name] for name in EXAMPLE} == EXAMPLE
    assert type(job["id"]) is int
    assert (job["jobType"], job["status"], job["profileInstanceId"]) == ("BATCH", "NEW", "ups")
    assert job["imsOrgId"] == place.organisation
    assert set(job["destination"]) == {"datasetId", "segmentPerBatch", "batchId"}
    assert re.fullmatch("[0-9a-f]{32}", job["destination"]["batchId"])
    assert job["metrics"] == {"totalTime": {"startTimeInMs": job["creationTime"]}}
    assert uuid.UUID(job["computeGatewayJobId"]["exportJob"])
    assert type(job["creationTime"]) is int
    assert job["updateTime"] >= job["creationTime"]
    assert job["requestId"]
    assert "errors" not in job
    exporter.ended(job)


def test_a_finished_job_tells_its_times_and_counts(exporter, pinpoint, place):
    pinpoint.update_endpoint(
        ApplicationId=place.application_id,
        EndpointId="1",
        EndpointRequest={"Address": "a@example.org", "ChannelType": "EMAIL"},
    )
    job = exporter.exported()
    metrics = job["metrics"]
    for span in (metrics["totalTime"], metrics["profileExportTime"]):
        assert span["totalTimeInMs"] == span["endTimeInMs"] - span["startTimeInMs"] >= 0
    assert metrics["totalTime"]["startTimeInMs"] == job["creationTime"]
    assert metrics["totalExportedProfileCounter"] == 1
    assert metrics["exportedProfileByNamespaceCounter"] == {"Email": 1}
    assert job["mergePolicy"] == {"id": "timestampOrdered-pdg-mp", "version": 1}


def test_each_segment_has_its_batch_from_the_start_where_asked_for(exporter, customer):
    segments = [customer.dimensional() for _ in range(2)]
    listed = [{"segmentId": segments[0], "segmentNs": "UPS"}, {"segmentId": segments[1], "status": "exited"}]
    job = exporter.create(by_segment=True, filter={"segments": listed})
    assert "batchId" not in job["destination"]
    batches = job["destination"]["batches"]
    assert [(each["segmentId"], each["segmentNs"], each["status"]) for each in batches] == [
        (segments[0], "UPS", ["realized"]),
        (segments[1], "ups", ["exited"]),
    ]
    assert len({each["batchId"] for each in batches}) == 2
    exporter.ended(job)


@pytest.mark.parametrize("path", [JOBS, f"{JOBS}/"])
def test_pages_of_jobs_go_from_the_newest_to_the_oldest(ask, exporter, path):
    dataset = exporter.dataset()
    made = [exporter.create(dataset)["id"] for _ in range(5)]
    assert made == sorted(made)
    seen, query = [], {"limit": "2"}
    while True:
        answer = ask("GET", path, query=query).json()
        assert answer["page"]["sortField"] == "createdTime"
        assert (answer["page"]["sort"], answer["page"]["pageSize"]) == ("desc", 2)
        seen.append([job["id"] for job in answer["records"]])
        following = answer["link"]["next"]
        if following == "":
            break
        last = answer["records"][-1]
        query = {name: values[0] for name, values in parse_qs(urlsplit(following).query).items()}
        assert query == {"limit": "2", "offset": f"{last['creationTime']}_{last['id']}"}
    assert seen == [made[:2:-1], made[2:0:-1], made[:1]]


def test_pages_are_of_one_status_where_asked_for(ask, exporter):
    dataset = exporter.dataset()
    ended = [exporter.ended(exporter.create(dataset))["id"] for _ in range(3)]
    answer = ask("GET", JOBS, query={"status": "SUCCEEDED", "limit": 2}).json()
    assert [job["id"] for job in answer["records"]] == ended[:0:-1]
    assert "status=SUCCEEDED" in answer["link"]["next"]
    for status in ("NEW", "FAILED"):
        answer = ask("GET", JOBS, query={"status": status}).json()
        assert (answer["records"], answer["link"]["next"]) == ([], "")


def test_a_limit_above_the_most_is_clamped(ask):
    assert ask("GET", JOBS, query={"limit": 100_000}).json()["page"]["pageSize"] == 100


@pytest.mark.parametrize(
    "query",
    [{"limit": "0"}, {"limit": "-1"}, {"limit": "x"}, {"offset": "x"}, {"offset": "1"}, {"status": "new"}],
)
def test_a_page_that_cannot_be_is_refused(ask, query):
    ((name, value),) = query.items()
    message = told(ask("GET", JOBS, query=query))
    assert message.startswith(f"{name}: {value!r} is not")


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"destination": None}, "destination"),
        ({"destination": {}}, "destination.datasetId: is required"),
        ({"destination": {"datasetId": "0" * 24}}, "destination.datasetId: there is no dataset '000"),
        ({"schema": {}}, "schema.name: is required"),
        ({"schema": {"name": "x"}}, "schema.name: 'x' is not one of _xdm.context.profile"),
        ({"filter": {"segments": [{}]}}, "filter.segments.0.segmentId: is required"),
        (
            {"filter": {"segments": [{"segmentId": "x"}]}},
            "filter.segments.0.segmentId: there is no segment 'x'",
        ),
        ({"filter": {"segments": [{"segmentId": "x", "segmentNs": "AAM"}]}}, "segmentNs: 'AAM' is not ups"),
        (
            {"filter": {"segments": [{"segmentId": "x", "status": ["left"]}]}},
            "status.0: 'left' is not one of",
        ),
        (
            {"filter": {"fromIngestTimestamp": "2018-01-01"}},
            "fromIngestTimestamp: '2018-01-01' is not an RFC 3339",
        ),
        ({"filter": {"fromIngestTimestamp": "2018-13-01T00:00:00Z"}}, "fromIngestTimestamp"),
        (
            {
                "filter": {
                    "segmentQualificationTime": {
                        "startTime": "2019-01-01T00:00:00+02:00",
                        "endTime": "2018-01-01T00:00:00Z",
                    }
                }
            },
            "segmentQualificationTime: startTime is after endTime",
        ),
        ({"mergePolicy": {"id": "nobody's"}}, "mergePolicy.id: there is no merge policy"),
        ({"mergePolicy": {"id": "timestampOrdered-none-mp", "version": 2}}, "of version 2"),
        ({"mergePolicy": {"id": LONG}}, "mergePolicy.id: there is no merge policy"),
        ({"destination": {"datasetId": LONG}}, "destination.datasetId: there is no dataset"),
        (
            {"filter": {"segments": [{"segmentId": LONG}]}},
            "filter.segments.0.segmentId: there is no segment",
        ),
        ({"fields": f"person{DEEP}"}, "is not a list of paths of at most 100 steps"),
        (
            {"additionalFields": {"eventList": {"fields": DEEP}}},
            "is not a list of paths of at most 100 steps",
        ),
        ({"fields": "nothing.like.it"}, "fields: 'nothing.like.it' names no field of a profile"),
        (
            {"evaluationInfo": {"segmentation": "yes"}},
            "evaluationInfo.segmentation: 'yes' is not true or false",
        ),
    ],
)
def test_a_request_that_cannot_be_right_is_refused_and_makes_no_job(ask, exporter, members, message):
    assert message in told(ask("POST", JOBS, valid(exporter, **members)))
    assert ask("GET", JOBS).json()["records"] == []


def test_a_batch_for_each_segment_needs_segments(ask, exporter):
    body = valid(exporter, destination={"datasetId": exporter.dataset(), "segmentPerBatch": True})
    assert "segmentPerBatch: true needs filter.segments" in told(ask("POST", JOBS, body))


@pytest.mark.parametrize("number", ["999999999", "0", "-1", "x", "1.0"])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_an_unknown_job_is_not_found(ask, method, number):
    answer = ask(method, f"{JOBS}/{number}")
    assert (answer.status_code, type(answer.json())) == (404, dict)


def test_a_job_is_not_found_from_another_sandbox(ask, exporter, other_place):
    job = exporter.create()
    answer = ask("GET", f"{JOBS}/{job['id']}", x_sandbox_name=other_place.sandbox)
    assert answer.status_code == 404
    assert ask("GET", JOBS, x_sandbox_name=other_place.sandbox).json()["records"] == []


def test_a_cancelled_job_ends_cancelled_and_leaves_no_batch(ask, exporter, stack, monkeypatch):
    name, invoke = stack.function_name("profile_piece"), stack.lambdas.invoke
    answers = []

    def invoked(called, payload):
        if called == name:
            (job,) = ask("GET", JOBS).json()["records"]
            answers.append(ask("DELETE", f"{JOBS}/{job['id']}"))
        return invoke(called, payload)

    monkeypatch.setattr(stack.lambdas, "invoke", invoked)
    job = exporter.exported()
    assert (answers[0].status_code, answers[0].content) == (204, b"")
    assert answers[0].headers["Message"] == "Export job has been marked for cancelling"
    assert job["status"] == "CANCELLED"
    assert exporter.names(job["destination"]["datasetId"], job["destination"]["batchId"]) == set()


def test_a_job_that_has_ended_cannot_be_cancelled(ask, exporter):
    job = exporter.exported()
    answer = ask("DELETE", f"{JOBS}/{job['id']}")
    assert (answer.status_code, type(answer.json())) == (409, dict)


def test_a_failed_job_tells_why_and_leaves_no_batch(exporter, stack, monkeypatch):
    name, invoke = stack.function_name("profile_piece"), stack.lambdas.invoke
    failure = Outcome(b'{"errorType": "PermanentError", "errorMessage": "the disk is full"}', failed=True)
    monkeypatch.setattr(
        stack.lambdas,
        "invoke",
        lambda called, payload: failure if called == name else invoke(called, payload),
    )
    job = exporter.exported()
    assert job["status"] == "FAILED"
    assert "the disk is full" in job["errors"][0]["msg"]
    assert set(job["errors"][0]) == {"code", "msg", "callStack"}
    assert exporter.names(job["destination"]["datasetId"], job["destination"]["batchId"]) == set()


def test_a_create_that_could_not_record_its_job_has_had_no_effect(ask, exporter, monkeypatch):
    body = valid(exporter)

    def refused(*_):
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "PutItem")

    with monkeypatch.context() as patched:
        patched.setattr(JobStore, "create", refused)
        assert ask("POST", JOBS, body).status_code == 429
    assert ask("GET", JOBS).json()["records"] == []
    assert ask("POST", JOBS, body).status_code == 200


def test_a_job_whose_execution_could_not_be_started_is_there_and_is_swept_up_later(
    ask, exporter, monkeypatch
):
    def refused(*_):
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "StartExecution")

    with monkeypatch.context() as patched:
        patched.setattr(Executions, "start", refused)
        job = exporter.create()
    assert ask("GET", f"{JOBS}/{job['id']}").json()["status"] == "NEW"
