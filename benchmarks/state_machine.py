"""Run an import of 10,000 pieces through its real state machine, with functions that answer at once.

The file in statemachines/ runs in the laptop's interpreter. What is counted is what AWS limits and charges: the bytes
of each state's input (256 KiB at most), the events of the job's own history (25,000 at most) and of a piece's, and the
state transitions, of all children too. https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
"""

import io
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import boto3
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager
from moto.stepfunctions.parser.asl.utils import boto_client

from benchmarks.measure import cpu_seconds, report
from benchmarks.null_aws import APP, JOB
from local.account import ACCOUNT, REGION, process_variables
from local.engine import aws_server, ended_executions_passed_to
from local.ports import listen, url

PIECES = 10_000
SURVEYED = 1_000  # items of a survey before that
CONCURRENCY = (
    2  # children at a time: it changes nothing that is counted, and the interpreter is fastest with few
)
BUCKET = "bucket"
LIST, SURVEY_LIST = "work/pieces.json", "work/survey.json"
MACHINE = Path("statemachines/import_job.asl.json")
ROLE = f"arn:aws:iam::{ACCOUNT}:role/bench"


@dataclass
class Seen:
    """What the interpreter published: events, transitions and the largest input by state."""

    own: EventManager | None = None  # of the job's own history; all children have another one
    events: Counter[str] = field(default_factory=Counter)
    transitions: Counter[str] = field(default_factory=Counter)
    largest: Counter[str] = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock)

    def note(self, manager: EventManager, details: dict[str, Any] | None) -> None:
        """Count an event."""
        entered = (details or {}).get("stateEnteredEventDetails")
        with self.lock:
            self.own = self.own or manager
            self.events["the job's" if manager is self.own else "all children's"] += 1
            if entered:
                name = entered["name"]
                self.transitions[name] += 1
                self.largest[name] = max(self.largest[name], len(entered.get("input", "").encode()))


@contextmanager
def events_seen_by(seen: Seen) -> Iterator[None]:
    """Count every event of every execution, those of the map's children too."""
    publish = EventManager.add_event

    def add_event(self: EventManager, *arguments: Any, **options: Any) -> int:
        seen.note(self, options.get("event_details"))
        return publish(self, *arguments, **options)

    with patch.object(EventManager, "add_event", add_event):
        yield


class InstantFunctions:
    """Lambda's client for the interpreter: functions of an import job that do nothing."""

    def __init__(self) -> None:
        """Begin with nothing invoked."""
        self.invocations: Counter[str] = Counter()

    def invoke(self, *, FunctionName: str, **_request: Any) -> dict[str, Any]:  # noqa: N803  (AWS's name)
        """Return what the function of a job with so many pieces would."""
        name = FunctionName.rpartition(":")[2]
        self.invocations[name] += 1
        return {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(ANSWERS[name]).encode())}


SOURCE = {
    "key": "imports/2026/11/28/customers-of-the-whole-world.csv",
    "etag": '"9a0364b9e99bb480dd25e1f0284c8555"',
    "size": 10**12,
    "start": 123 * 10**9,
    "end": 124 * 10**9,
    "line": 500_000_001,
}
PLANNED = {
    "application_id": APP,
    "job_id": JOB,
    "pieces_bucket": BUCKET,
    "pieces_key": LIST,
    "piece_count": PIECES,
    "max_concurrency": CONCURRENCY,
}
ANSWERS: dict[str, dict[str, Any]] = {
    "PlanImport": {**PLANNED, "survey": "5" * 16, "survey_key": SURVEY_LIST, "survey_count": SURVEYED},
    "SurveyRange": {"done": True},
    "ComposePieces": PLANNED,
    "ImportPiece": {"done": True},
    "FinishImport": {"status": "COMPLETED", "done": True},
}


def definition() -> str:
    """Return the state machine as it is deployed."""
    text = MACHINE.read_text()
    text = re.sub(r"\$\{(\w+)FunctionArn\}", rf"arn:aws:lambda:{REGION}:{ACCOUNT}:function:\1", text)
    return text.replace("${Bucket}", BUCKET)


def pieces() -> bytes:
    """Return a list of pieces as the plan writes it: a range of a large file each."""
    return json.dumps([{"index": index, "sources": [SOURCE]} for index in range(PIECES)]).encode()


def run(text: str) -> str:
    """Run a job to its end, and return the status of its execution."""
    s3, machines = boto3.client("s3"), boto3.client("stepfunctions")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key=LIST, Body=pieces())
    surveyed = [{"index": index, "ranges": [SOURCE]} for index in range(SURVEYED)]
    s3.put_object(Bucket=BUCKET, Key=SURVEY_LIST, Body=json.dumps(surveyed).encode())
    machine = machines.create_state_machine(name="Import", definition=text, roleArn=ROLE)["stateMachineArn"]
    ended = Event()
    with ended_executions_passed_to(lambda _execution: ended.set()):
        body = json.dumps({"application_id": APP, "job_id": JOB})
        started = machines.start_execution(stateMachineArn=machine, name=JOB, input=body)
        ended.wait()
    status: str = machines.describe_execution(executionArn=started["executionArn"])["status"]
    return status


def on_engine(work: Callable[[], str], functions: InstantFunctions) -> str:
    """Do work while the laptop's AWS runs; the interpreter calls the functions without a server in between."""
    with ExitStack() as running:
        listener = running.enter_context(listen(0, "AWS_PORT"))
        os.environ.update(process_variables(url(listener), url(listener)))
        running.enter_context(aws_server(listener, url(listener)))

        def client(*, service_name: str, **options: Any) -> Any:
            return functions if service_name == "lambda" else boto3.client(service_name, **options)  # type: ignore[call-overload]

        running.enter_context(patch.object(boto_client, "boto3", SimpleNamespace(client=client)))
        return work()


def main() -> None:
    """Run the job, and tell what AWS would have counted."""
    sys.setrecursionlimit(10 * PIECES)  # the interpreter's workers go from piece to piece by recursion
    text = definition()
    seen, functions = Seen(), InstantFunctions()
    begun, cpu = time.perf_counter(), cpu_seconds()
    with events_seen_by(seen):
        status = on_engine(lambda: run(text), functions)
    if status != "SUCCEEDED" or functions.invocations["ImportPiece"] != PIECES:
        raise SystemExit(f"the execution {status}, with {functions.invocations}")
    counted = seen.transitions.values()
    of_pieces = sum(count for count in counted if count >= PIECES) / PIECES
    # AWS charges an execution's start as a transition too: https://aws.amazon.com/step-functions/pricing, its example.
    children = PIECES + functions.invocations["SurveyRange"]
    found = {
        "state transitions": float(seen.transitions.total() + children + 1),
        "state transitions a piece": of_pieces + 1,
        "state transitions of the job itself": float(sum(count for count in counted if count == 1) + 1),
        "bytes of the largest input of a state": float(max(seen.largest.values())),
        "events of the job's own history": float(seen.events["the job's"]),
        "events of a child's history": seen.events["all children's"] / children,
    }
    report(
        "state_machine",
        f"an import of {PIECES:,} pieces, with {functions.invocations['SurveyRange']:,} items surveyed before",
        found,
        "state transitions",
        unit="",
        seconds=round(time.perf_counter() - begun, 1),
        cpu=round(cpu_seconds() - cpu, 1),
        bytes_of_input=dict(seen.largest),
        transitions=dict(seen.transitions),
    )


if __name__ == "__main__":
    main()
