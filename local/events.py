"""The EventBridge of the laptop: the template's rules, for ends of executions and for schedules.

moto's interpreter publishes no event when an execution ends, and its rules cannot call functions.
"""

import json
import logging
import re
import uuid
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Any

from moto.events.models import EventPattern
from moto.stepfunctions.parser.backend.execution import Execution

from local.account import ACCOUNT, REGION
from local.intrinsics import UnsupportedTemplateError
from local.lambdas import Lambdas
from local.template import Template

logger = logging.getLogger(__name__)

RULE = "AWS::Events::Rule"

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
_TARGET_PROPERTIES = {"Arn", "Id", "Input", "DeadLetterConfig", "RetryPolicy"}


class Rules:
    """The stack's rules, whose targets are functions."""

    def __init__(self, template: Template, lambdas: Lambdas) -> None:
        """Keep the template's rules and the functions that they call.

        Raises:
            UnsupportedTemplateError: a target or a schedule of a kind that is not implemented here.
        """
        self._lambdas = lambdas
        self._stopped = Event()
        self._rules = [template.properties(logical_id) for logical_id in template.of_type(RULE)]
        for rule in self._rules:
            _check(rule)

    def publish(self, event: dict[str, Any]) -> None:
        """Invoke the targets of every rule whose pattern the event matches, without waiting for them."""
        for rule in self._rules:
            pattern = rule.get("EventPattern")
            if pattern and EventPattern.load(json.dumps(pattern)).matches_event(event):  # type: ignore[arg-type]
                self._invoke_targets(rule, event)

    def start(self) -> None:
        """Start the clocks of the scheduled rules; the first call comes one interval from now."""
        for rule in self._rules:
            if "ScheduleExpression" in rule:
                Thread(target=self._tick, args=(rule,), daemon=True).start()

    def stop(self) -> None:
        """Stop the clocks."""
        self._stopped.set()

    def _tick(self, rule: dict[str, Any]) -> None:
        while not self._stopped.wait(interval_seconds(rule["ScheduleExpression"])):
            self._invoke_targets(rule, _event("Scheduled Event", "aws.events", [], {}))

    def _invoke_targets(self, rule: dict[str, Any], event: dict[str, Any]) -> None:
        for target in rule["Targets"]:
            payload = target.get("Input") or json.dumps(event)
            self._lambdas.invoke_later(target["Arn"].rsplit(":", 1)[1], payload.encode())


def interval_seconds(schedule: str) -> int:
    """Return the seconds between two calls of a `rate(...)` schedule.

    Raises:
        UnsupportedTemplateError: another kind of schedule.
    """
    rate = _RATE.fullmatch(schedule)
    if not rate:
        raise UnsupportedTemplateError(f"the schedule {schedule}")
    return int(rate.group(1)) * _SECONDS[rate.group(2)]


def execution_ended(execution: Execution) -> dict[str, Any]:
    """Build the event of an execution that has ended.

    Its shape: https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
    """
    description = execution.to_describe_output()
    detail = {
        "executionArn": description["executionArn"],
        "stateMachineArn": description["stateMachineArn"],
        "stateMachineVersionArn": None,
        "stateMachineAliasArn": None,
        "name": description["name"],
        "status": execution.status,
        "startDate": _milliseconds(description["startDate"]),
        "stopDate": _milliseconds(description["stopDate"]),
        "input": description["input"],
        "inputDetails": {"included": True},
        "output": description.get("output"),
        "outputDetails": {"included": True} if "output" in description else None,
        "error": description.get("error"),
        "cause": description.get("cause"),
    }
    return _event(
        "Step Functions Execution Status Change", "aws.states", [description["executionArn"]], detail
    )


def _check(rule: dict[str, Any]) -> None:
    for target in rule["Targets"]:
        unknown = set(target) - _TARGET_PROPERTIES
        if unknown or ":function:" not in target["Arn"]:
            raise UnsupportedTemplateError(f"the rule target {target}")
    if "ScheduleExpression" in rule:
        interval_seconds(rule["ScheduleExpression"])


def _event(kind: str, source: str, resources: list[str], detail: dict[str, Any]) -> dict[str, Any]:
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": kind,
        "source": source,
        "account": ACCOUNT,
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": resources,
        "detail": detail,
    }


def _milliseconds(moment: datetime | None) -> int | None:
    return int(moment.timestamp() * 1000) if moment else None
