"""The handbook, the pages on uninstalling and on security: what they name is what the template has."""

import json
import re

import pytest
import yaml
from moto.events.models import EventPattern

from audience.jobs.lifecycle import entry_of
from audience.jobs.model import Job, JobKey, StatusChange
from audience.jobs.status import TERMINAL
from audience.layout.bucket import OF_AN_APP, TEMPORARY
from infra.names import ROOT
from infra.storage import ACCESS_LOG_DAYS, TEMPORARY_DAYS
from infra.synth import build
from tests.infra.contexts import LOCAL
from tests.test_docs import first_column


@pytest.fixture(scope="module")
def resources(tmp_path_factory):
    assembly = build(tmp_path_factory.mktemp("cdk.out"), LOCAL).synth()
    return assembly.stacks[0].template["Resources"]


def of_type(resources, kind):
    return [name for name, one in resources.items() if one["Type"] == kind]


def test_the_handbook_explains_every_alarm_and_no_other(resources):
    alarms = {name.removeprefix("Monitoring")[:-8] for name in of_type(resources, "AWS::CloudWatch::Alarm")}
    assert set(first_column("docs/operate.md", "alarm")) == alarms


def test_every_resource_that_stays_is_named(resources):
    kept = [name for name, one in resources.items() if one.get("DeletionPolicy") == "Retain"]
    text = (ROOT / "docs" / "uninstall.md").read_text()
    told = re.findall(r"\| `(\w+)` \|", text)
    assert sorted(name[:-8] for name in kept) == sorted(told)


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms as their arguments."""


_Loader.add_multi_constructor("!", lambda loader, _, node: loader.construct_scalar(node))


@pytest.fixture(scope="module")
def rule():
    text = (ROOT / "docs" / "job-ended.yaml").read_text()
    return yaml.load(text, _Loader)["Resources"]["Rule"]["Properties"]  # noqa: S506 - a SafeLoader


def event(old, new):
    changes = (StatusChange(old, "2026-11-28T10:00:00.000Z"), StatusChange(new, "2026-11-28T10:01:00.000Z"))
    job = Job(JobKey("app", "IMPORT", "job"), "2026-11-28T10:00:00.000Z", {}, changes=changes)
    entry = entry_of(job, 1)
    detail = json.loads(entry["Detail"])
    return {"source": entry["Source"], "detail-type": entry["DetailType"], "detail": detail}


def test_the_rule_mails_the_end_of_a_job_and_nothing_else(rule):
    pattern = EventPattern.load(json.dumps(rule["EventPattern"]))
    assert {status for status in TERMINAL if pattern.matches_event(event("PROCESSING", status))} == TERMINAL
    assert not pattern.matches_event(event("CREATED", "PROCESSING"))
    assert set(rule["EventPattern"]["detail"]["NewStatus"]) == TERMINAL


def test_the_mail_quotes_members_that_events_have(rule):
    transformer = rule["Targets"][0]["InputTransformer"]
    detail = event("PROCESSING", "COMPLETED")["detail"]
    paths = transformer["InputPathsMap"]
    assert {path.removeprefix("$.detail.") for path in paths.values()} <= detail.keys()
    assert set(re.findall(r"<(\w+)>", transformer["InputTemplate"])) == paths.keys()
    assert json.loads(transformer["InputTemplate"])  # EventBridge takes a string in quotation marks


def test_the_page_on_jobs_shows_the_pattern_of_that_rule(rule):
    (shown,) = re.findall(r"```json\n(.+?)```", (ROOT / "docs" / "jobs.md").read_text(), re.DOTALL)
    assert json.loads(shown) == rule["EventPattern"]


def test_the_page_on_security_names_every_prefix_and_how_long_it_is_kept():
    text = (ROOT / "SECURITY.md").read_text()
    stays = next(line for line in text.splitlines() if "`segments/`" in line)
    passes = next(line for line in text.splitlines() if "`executions/`" in line)
    assert set(re.findall(r"`(\w+/)`", stays)) == set(OF_AN_APP) - set(TEMPORARY)
    assert set(re.findall(r"`(\w+/)`", passes)) == set(TEMPORARY)
    assert f"{TEMPORARY_DAYS} days" in passes
    assert f"access logs | keys of objects and who read them | {ACCESS_LOG_DAYS} days" in text
