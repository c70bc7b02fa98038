"""Answers of AWS that are cut short and hold a secret: nobody sees it, neither user nor operator, nor a log."""

import io
import json
import time
from contextlib import contextmanager
from threading import current_thread
from types import SimpleNamespace
from urllib.parse import urlsplit

import botocore.endpoint
import pytest
import urllib3
from botocore.awsrequest import AWSResponse
from botocore.httpsession import URLLib3Session
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl

from audience.jobs.step import logger
from tests.workflow.faults.conftest import Body
from tests.workflow.files import people_csv

SECRET = "wJalrXUtnFEMIK7MDENG"
ROWS = people_csv(0, 30)
OFTEN = 1  # boto3 does not try again what it cannot read: the step fails


def operation_of(request):
    """What is asked for, as far as the tests tell requests apart."""
    target = request.headers.get("X-Amz-Target", b"").decode()
    action = "AssumeRole" if "Action=AssumeRole" in f"{request.body}" else ""
    at = urlsplit(request.url)
    return target or action or f"{request.method} {at.path.split('/')[1]} {'list-type' in at.query}"


def is_read(request):
    """Whether an object is asked for: its bytes are rows and lists, and nothing that AWS says."""
    return request.method == "GET" and "list-type" not in request.url


def cut_short(request, response):
    """Half of the answer, and the secret."""
    content = response.content
    half = content[: len(content) // 2] + SECRET.encode()
    headers = {name: value for name, value in response.headers.items() if name.lower() != "x-amz-crc32"}
    return AWSResponse(request.url, response.status_code, headers, Body(half))


@pytest.fixture
def log(monkeypatch):
    """Everything that the functions log."""
    stream = io.StringIO()
    monkeypatch.setattr(logger._logger, "level", 1)
    monkeypatch.setattr(logger.registered_handler, "stream", stream)
    return stream


@pytest.fixture
def cutting(stack, monkeypatch):
    """Cuts the answers of an operation of a function short, so many of them; what there was to cut is in `seen`."""
    real = URLLib3Session.send
    names = set(stack.lambdas._functions)
    at_once = SimpleNamespace(sleep=lambda _: None, time=time.time)
    monkeypatch.setattr(botocore.endpoint, "time", at_once)
    monkeypatch.setattr(retrier_decl, "time", at_once)

    @contextmanager
    def cut(which=None, times=OFTEN):
        seen, left = {}, [None] * times

        def send(session, request):
            if (function := current_thread().name) not in names:
                return real(session, request)
            at = (function, operation_of(request))
            if is_read(request):
                return real(session, request)
            seen[at] = seen.get(at, 0) + 1
            response = real(session, request)
            if at != which or not left:
                return response
            left.pop()
            return cut_short(request, response)

        monkeypatch.setattr(URLLib3Session, "send", send)
        yield seen
        monkeypatch.setattr(URLLib3Session, "send", real)

    return cut


@pytest.fixture
def shown(stack, items_of, log, capfd, monkeypatch):
    """Everything of a job that anybody can see; a map's children have in their histories what functions answer."""
    answers, invoke = [], stack.lambdas.invoke

    def invoked(*call):
        outcome = invoke(*call)
        answers.append(outcome.payload.decode())
        return outcome

    monkeypatch.setattr(stack.lambdas, "invoke", invoked)

    def show(owner, job):
        machine = stack.variables[f"{job['Type']}_STATE_MACHINE_ARN"]
        execution = f"{machine.replace(':stateMachine:', ':execution:')}:{job['Id']}"
        history = stack.client("stepfunctions").get_execution_history(executionArn=execution)["events"]
        written = capfd.readouterr()
        everything = [owner.job(job), history, items_of("CONTROL_TABLE"), answers, log.getvalue(), *written]
        return json.dumps(everything, default=str)

    return show


@pytest.mark.parametrize("kind", ["import", "export"])
def test_an_answer_to_a_step_that_is_cut_short_is_shown_nowhere(
    stack, customer, new_app, cutting, shown, kind
):
    def run(owner):
        if kind == "export":
            return owner.exported(owner.url("out/"))
        return owner.imported(owner.put("a.csv", ROWS), DefineSegment=True)

    customer.imported(customer.put("a.csv", ROWS))
    with cutting() as seen:
        run(customer)
    for which in (at for at in seen if at[0] != stack.function_name("api")):
        owner = customer if kind == "export" else new_app()
        with cutting(which):
            job = run(owner)
        assert SECRET not in shown(owner, job), which


def test_a_job_that_can_assume_no_role_says_so_without_the_keys(customer, cutting, shown, stack):
    planner = stack.function_name("plan_import")
    url = customer.put("a.csv", ROWS)
    with cutting((planner, "AssumeRole"), times=1_000) as seen:
        job = customer.imported(url)
    assert seen
    assert job["JobStatus"] == "FAILED"
    assert "given up after many tries" in job["Failures"][0]
    assert SECRET not in shown(customer, job)


def test_no_answer_and_no_log_line_of_the_api_shows_a_secret(customer, cutting, log, stack):
    api = stack.function_name("api")
    url = customer.put("a.csv", ROWS)
    request = {"S3Url": url, "RoleArn": customer.role_arn, "Format": "CSV"}
    with cutting() as seen:
        customer.create_import(url)
    for which in [at for at in seen if at[0] == api]:
        with cutting(which):
            answer = urllib3.request(
                "POST", f"{stack.api_url}/v1/apps/{customer.app_id}/jobs/import", json=request
            )
        assert SECRET not in answer.data.decode() + log.getvalue(), which
