"""Profile exports under faults: a worker that dies or runs twice, steps done again, an execution that is lost."""

import json
from random import Random

import pytest
from botocore.exceptions import ConnectionClosedError

from audience.batches.files import BatchFile
from audience.jobs.piece_runner import Watch
from tests.experience_platform.exporting import primary
from tests.workflow.faults.conftest import Once, at_once, dead
from tests.workflow.faults.wiretap import Lost, Wiretap

EVALUATE = {"evaluationInfo": {"segmentation": True}}
STEPS = ["plan_profile_export", "publish_evaluation", "finish_profile_export"]
MANY = 40


@pytest.fixture
def people(customer):
    """Endpoints, half of them in a segment; returns the segment."""
    rows = "".join(f"p{number},p{number}@example.org,EMAIL,{number % 2}\n" for number in range(MANY))
    url = customer.put("people.csv", f"Id,Address,ChannelType,Attributes.odd\n{rows}")
    assert customer.imported(url)["TotalProcessed"] == MANY
    return customer.dimensional(Attributes={"odd": {"AttributeType": "INCLUSIVE", "Values": ["1"]}})


@pytest.fixture
def instead(stack, place, monkeypatch):
    """Puts `act(call, event)` in the place of a function's invocations for this place's app."""

    def put(folder, act):
        name, invoke = stack.function_name(folder), stack.lambdas.invoke

        def invoked(called, payload):
            event = json.loads(payload)
            if called != name or event.get("application_id") != place.application_id:
                return invoke(called, payload)
            return act(lambda: invoke(called, payload), event)

        monkeypatch.setattr(stack.lambdas, "invoke", invoked)

    return put


def in_stage(stage, act):
    return lambda call, event: act(call, event) if event["stage"] == stage else call()


def dies_before(*_):
    return dead()


def dies_after(call, _event):
    call()
    return dead()


def whole(exporter, segment):
    """Exports a segment and asserts that every one of its profiles is there once; returns the job."""
    job = exporter.exported(filter={"segments": [{"segmentId": segment}]}, **EVALUATE)
    assert job["status"] == "SUCCEEDED", job
    found = [primary(row) for row in exporter.batch(*place_of(job))]
    assert sorted(found) == sorted(f"Email:p{number}@example.org" for number in range(1, MANY, 2))
    assert job["metrics"]["totalExportedProfileCounter"] == MANY // 2
    return job


def place_of(job):
    return job["destination"]["datasetId"], job["destination"]["batchId"]


@pytest.mark.parametrize("stage", ["EVALUATION", "EXPORT"])
@pytest.mark.parametrize("act", [dies_before, dies_after, at_once])
def test_a_worker_that_dies_or_runs_twice_changes_nothing(exporter, people, instead, stage, act):
    fault = Once(act)
    instead("profile_piece", in_stage(stage, fault))
    whole(exporter, people)
    assert fault.done


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_dies_after_its_work_is_done_again_and_changes_nothing(exporter, people, instead, step):
    fault = Once(dies_after)
    instead(step, fault)
    whole(exporter, people)
    assert fault.done


def test_files_of_a_worker_that_died_before_its_record_are_not_in_the_batch(exporter, people, monkeypatch):
    complete, died = BatchFile.__exit__, []

    def dies_once(self, *error):
        complete(self, *error)
        if not died:
            died.append(self)
            raise ConnectionClosedError(endpoint_url="s3")

    monkeypatch.setattr(BatchFile, "__exit__", dies_once)
    whole(exporter, people)
    assert died


def test_a_worker_that_runs_out_of_time_hands_over(exporter, people, monkeypatch):
    asked = [0]

    def short_of_time(_watch):
        asked[0] += 1
        return asked[0] % 8 != 0

    monkeypatch.setattr(Watch, "__call__", short_of_time)
    job = whole(exporter, people)
    assert len(exporter.manifest(*place_of(job))["files"]) > 1


@pytest.mark.usefixtures("people")
def test_an_execution_that_is_stopped_fails_its_job_and_leaves_no_batch(exporter, instead, stack):
    def stopped(call, event):
        machine = stack.variables["PROFILE_EXPORT_STATE_MACHINE_ARN"]
        arn = f"{machine.replace(':stateMachine:', ':execution:')}:{event['job_id']}"
        stack.client("stepfunctions").stop_execution(executionArn=arn)
        return call()

    instead("profile_piece", in_stage("EXPORT", Once(stopped)))
    job = exporter.exported()
    assert job["status"] == "FAILED"
    assert "the execution was stopped" in job["errors"][0]["msg"]
    assert exporter.names(*place_of(job)) == set()


def test_an_evaluation_that_cannot_be_made_fails_the_job_with_its_reason(exporter, people, instead):
    instead("profile_piece", in_stage("EVALUATION", lambda *_: dead("SegmentUnusableError")))
    job = exporter.exported(filter={"segments": [{"segmentId": people}]}, **EVALUATE)
    assert job["status"] == "FAILED"
    assert "the segments could not be evaluated" in job["errors"][0]["msg"]


def test_an_answer_of_aws_that_is_lost_changes_nothing(exporter, people, stack):
    functions = ("experience_platform_api", "plan_profile_export", "profile_piece", *STEPS[1:])

    def run(at):
        tap = Wiretap(stack, functions, at, Lost())
        with tap.tapping():
            whole(exporter, people)
        return tap.seen

    for at in Random(0).sample(range(run(-1)), 3):  # noqa: S311 - the same ones in every run
        run(at)
