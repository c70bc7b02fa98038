"""The template's rules call their targets for ended executions and on schedule."""

import json
import queue
from collections.abc import Callable
from typing import Any

import pytest
from moto.stepfunctions.parser.backend.execution import Execution
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from local.account import ACCOUNT, REGION
from local.engine import ended_executions_passed_to
from local.events import Rules, execution_ended, interval_seconds
from local.intrinsics import UnsupportedTemplateError
from local.lambdas import Lambdas
from local.template import Template

PASSING = {"StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "Result": {"done": True}, "End": True}}}
FAILING = {
    "StartAt": "Fail",
    "States": {"Fail": {"Type": "Fail", "Error": "ImportFailed", "Cause": "no file"}},
}
ENDLESS = {
    "StartAt": "Turn",
    "States": {
        "Turn": {"Type": "Wait", "Seconds": 60, "Next": "Rest"},
        "Rest": {"Type": "Succeed"},
    },
}
TIMING_OUT = {**ENDLESS, "TimeoutSeconds": 1}


class Recorder(Lambdas):
    """Notes the invocations that nobody waits for."""

    def __init__(self) -> None:
        super().__init__([])
        self.invocations: list[tuple[str, Any]] = []

    def invoke_later(self, name: str, payload: bytes) -> None:
        self.invocations.append((name, json.loads(payload)))


def ended(
    definition: dict[str, Any], act: Callable[[StepFunctionsParserBackend, str], Any] | None = None
) -> Any:
    """The event of an execution of that state machine, run by moto's interpreter."""
    executions: queue.Queue[Execution] = queue.Queue()
    backend = StepFunctionsParserBackend(REGION, ACCOUNT)
    machine = backend.create_state_machine(
        "Stack-Machine1", json.dumps(definition), f"arn:aws:iam::{ACCOUNT}:role/any"
    )
    with ended_executions_passed_to(executions.put):
        execution = backend.start_execution(machine.arn, "job-1", '{"job_id": "1"}')
        if act:
            act(backend, execution.execution_arn)
        while (over := executions.get(timeout=20)).execution_arn != execution.execution_arn:
            """The stack of the session may have executions of its own."""
        return execution_ended(over)


def test_an_execution_that_ends_gives_an_event_in_eventbridges_shape() -> None:
    event = ended(PASSING)
    arn = f"arn:aws:states:{REGION}:{ACCOUNT}:execution:Stack-Machine1:job-1"
    assert event["source"] == "aws.states"
    assert event["detail-type"] == "Step Functions Execution Status Change"
    assert event["resources"] == [arn]
    detail = event["detail"]
    assert detail["executionArn"] == arn
    assert detail["stateMachineArn"] == f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:Stack-Machine1"
    assert (detail["name"], detail["status"]) == ("job-1", "SUCCEEDED")
    assert (json.loads(detail["input"]), json.loads(detail["output"])) == ({"job_id": "1"}, {"done": True})
    assert detail["startDate"] <= detail["stopDate"]


def test_the_event_of_a_failed_execution_has_its_error_and_cause() -> None:
    detail = ended(FAILING)["detail"]
    assert (detail["status"], detail["error"], detail["cause"]) == ("FAILED", "ImportFailed", "no file")
    assert (detail["output"], detail["outputDetails"]) == (None, None)


def test_an_execution_that_times_out_gives_an_event() -> None:
    assert ended(TIMING_OUT)["detail"]["status"] == "TIMED_OUT"


def test_a_stopped_execution_gives_an_event() -> None:
    def stop(backend: StepFunctionsParserBackend, arn: str) -> None:
        while not backend.get_execution_history(arn)["events"]:
            """The interpreter's thread is about to start."""
        backend.stop_execution(arn)

    assert ended(ENDLESS, stop)["detail"]["status"] == "ABORTED"


def event_with(status: str, machine: str) -> dict[str, Any]:
    arn = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{machine}"
    return {"source": "aws.states", "detail": {"status": status, "stateMachineArn": arn}}


def test_a_rule_calls_its_target_with_the_events_that_match_its_pattern(template: Template) -> None:
    recorder = Recorder()
    rules = Rules(template, recorder)
    matching = event_with("FAILED", "Stack-Machine1")
    for event in (matching, event_with("SUCCEEDED", "Stack-Machine1"), event_with("FAILED", "Other")):
        rules.publish(event)
    assert recorder.invocations == [("Stack-AnswerFunction1", matching)]


def test_a_scheduled_rule_calls_its_target_with_its_constant_input(
    template: Template, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.events.interval_seconds", lambda _: 0)
    called: queue.Queue[tuple[str, Any]] = queue.Queue()
    recorder = Recorder()
    monkeypatch.setattr(
        recorder, "invoke_later", lambda name, payload: called.put((name, json.loads(payload)))
    )
    rules = Rules(template, recorder)
    rules.start()
    try:
        assert called.get(timeout=20) == ("Stack-AnswerFunction1", {"reconcile_all": True})
    finally:
        rules.stop()


def test_a_rate_is_read_as_seconds() -> None:
    assert interval_seconds("rate(5 minutes)") == 300
    assert interval_seconds("rate(1 hour)") == 3600
    with pytest.raises(UnsupportedTemplateError, match="cron"):
        interval_seconds("cron(0 12 * * ? *)")


def test_rule_targets_with_unsupported_properties_are_refused(document: dict[str, Any]) -> None:
    targets = document["Resources"]["EndedRule"]["Properties"]["Targets"]
    targets[0]["InputTransformer"] = {"InputTemplate": '"x"'}
    with pytest.raises(UnsupportedTemplateError, match="InputTransformer"):
        Rules(Template(document, "Stack"), Recorder())
