"""A second deployment over the first, with data in it and a job that waits; and the end of the stack."""

from collections.abc import Callable, Mapping

import boto3
from botocore.exceptions import ClientError

from infra.names import STACK_NAME
from rehearsal.rare_paths import held
from walk.customer import Customer
from walk.files import upload
from walk.samples import json_sample
from walk.show import step

ROWS = 1000


def deploy_over(
    customer: Customer, segment_id: str, expected: set[str], deploy: Callable[[], object]
) -> None:
    """Deploy again while one import runs and another waits; see that both end and nothing is lost.

    Args:
        customer: whose app has data.
        segment_id: a segment that was exported before.
        expected: the endpoints that were in it.
        deploy: deploys with other settings.
    """
    step("A second deployment over the first, while an import runs and another waits")
    checks = customer.checks
    running, waiting = json_sample(200_000, ROWS), json_sample(300_000, 500)
    with held("import_piece"):
        first = customer.start_import(**customer.files.put(running.files), Format="JSON")
        second = customer.start_import(**customer.files.put(waiting.files), Format="JSON")
        checks.same("the second import", customer.import_job(second)["JobStatus"], "PENDING_JOB")
        deploy()
        status = customer.import_job(second)["JobStatus"]
        checks.same("the second import after the deployment", status, "PENDING_JOB")
    customer.ended_import(first, running)
    customer.ended_import(second, waiting)
    found = customer.export("after", len(expected), SegmentId=segment_id)
    checks.same("endpoints of the first deployment that are lost", len(expected - found), 0)


def leave_data(customer: Customer) -> None:
    """Make an app with an endpoint and an upload, which the end of the stack must not take."""
    kept = Customer(customer.place, "Stays", customer.checks)
    ada = {"Address": "ada@example.com", "ChannelType": "EMAIL"}
    kept.pinpoint.update_endpoint(ApplicationId=kept.app, EndpointId="ada", EndpointRequest=ada)
    upload(customer.place, kept.app, "kept.csv", b"Id\n")


def see_what_stays(customer: Customer, outputs: Mapping[str, str]) -> None:
    """See, once the stack is deleted, that its tables and bucket are there, and its functions are not."""
    checks = customer.checks
    dynamodb, s3 = boto3.client("dynamodb"), boto3.client("s3")
    for name in ("ControlTableName", "EndpointsTableName"):
        items = dynamodb.scan(TableName=outputs[name], Select="COUNT", Limit=100)["Count"]
        checks.holds(f"{name} stays, with its items", items, "it is empty")
    objects = s3.list_objects_v2(Bucket=outputs["BucketName"], MaxKeys=1)["KeyCount"]
    checks.holds("BucketName stays, with its objects", objects, "it is empty")
    functions = boto3.client("lambda").list_functions()["Functions"]
    left = [
        function["FunctionName"] for function in functions if function["FunctionName"].startswith(STACK_NAME)
    ]
    checks.same("functions that are left", left, [])
    checks.same("the API afterwards", customer.place.call("GET", "/v1/apps").ok, False)


def stack_is_gone() -> bool:
    """Tell whether CloudFormation knows the stack no more."""
    try:
        [stack] = boto3.client("cloudformation").describe_stacks(StackName=STACK_NAME)["Stacks"]
    except ClientError:
        return True
    return str(stack["StackStatus"]) == "DELETE_COMPLETE"
