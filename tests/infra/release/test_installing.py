"""A release is installed by the commands that its page shows."""

import re
import shlex
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3

from infra.functions import FUNCTIONS
from infra.names import ROOT
from infra.release.installing import commands
from infra.release.writing import TEMPLATE
from infra.version import VERSION
from tests.infra.test_checks import engine


def shown() -> list[list[str]]:
    """The AWS CLI's commands in the page, without its name."""
    (block,) = re.findall(r"```sh\n(.+?)```", (ROOT / "docs" / "install.md").read_text(), re.DOTALL)
    lines = block.replace("\\\n", " ").replace("VERSION", VERSION).splitlines()
    return [shlex.split(line)[1:] for line in lines if line.startswith("aws ")]


def test_a_release_is_installed_by_the_commands_of_its_page():
    made = commands(Path(), "SegmentJobs", "my-bucket", "segment-jobs/", {"MaxConcurrency": "40"})
    assert made == shown()[:2]


@contextmanager
def unwatched() -> Iterator[None]:
    """moto warns of each type that it does not make, such as alarms and gateway responses."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Tried to parse")
        yield


def remove_rules(prefix: str) -> None:
    """moto's bus has them too when a local stack in this process announces a job, and knows no function as a target."""
    events = boto3.client("events", region_name="us-east-1")
    for rule in events.list_rules(NamePrefix=prefix)["Rules"]:
        targets = events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
        events.remove_targets(Rule=rule["Name"], Ids=[target["Id"] for target in targets])
        events.delete_rule(Name=rule["Name"])


def test_moto_makes_the_stack_of_the_template_in_its_bucket(dist: Path) -> None:
    with engine(), unwatched():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="releases")
        for file in dist.iterdir():
            s3.upload_file(str(file), "releases", f"jobs/{file.name}")
        cloudformation = boto3.client("cloudformation", region_name="us-east-1")
        given = {"AssetsBucket": "releases", "AssetsPrefix": "jobs/", "MaxConcurrency": "8"}
        cloudformation.create_stack(
            StackName="Installed",
            TemplateURL=f"https://s3.amazonaws.com/releases/jobs/{TEMPLATE}",
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()],
        )
        (stack,) = cloudformation.describe_stacks(StackName="Installed")["Stacks"]
        awslambda = boto3.client("lambda", region_name="us-east-1")
        functions = [
            one
            for one in awslambda.list_functions()["Functions"]
            if one["FunctionName"].startswith("Installed-")
        ]
        remove_rules("Installed-")
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert {output["OutputKey"] for output in stack["Outputs"]} >= {"ApiUrl", "BucketName", "Version"}
    assert len(functions) == len(FUNCTIONS)
    variables = [one["Environment"]["Variables"] for one in functions]
    assert {str(one["MAX_CONCURRENCY"]) for one in variables if "MAX_CONCURRENCY" in one} == {"8"}
