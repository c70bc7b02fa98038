"""`make demo`: the walk through the service on this machine, with real files, shown step by step."""

import logging
import sys

import boto3
import requests

from local.issuer import TOKEN_PATHS
from local.stack import LocalStack
from walk.customer import Customer
from walk.main_walk import walk
from walk.place import OwnBucket, Place, Platform
from walk.show import Checks, console, step

OWN = OwnBucket("your-bucket", "arn:aws:iam::123456789012:role/segment-jobs/SegmentJobsAccess")
CLIENT = "demo-client"
# So that a file of 150 KB is cut, several workers run at once, and there is some progress to be seen.
SMALL_PIECES = {"pieceBytes": "16384", "pieceRows": "1"}
QUIET = {"POWERTOOLS_LOG_LEVEL": "CRITICAL", "POWERTOOLS_METRICS_DISABLED": "true"}


def run(stack: LocalStack) -> int:
    """Walk through the service; return the exit code, 0 only where every count is what the files hold."""
    platform = Platform(stack.api_url, _token(stack), CLIENT)
    place = Place(stack.api_url, boto3.Session(), OWN, platform, stack.aws_url)
    place.s3().create_bucket(Bucket=OWN.name)
    checks = Checks()
    walk(Customer(place, "Demo", checks), service_bucket=stack.variables["BUCKET"])
    console.rule()
    return 1 if checks.failed else 0


def _token(stack: LocalStack) -> str:
    form = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": "any"}
    answer = requests.post(f"{stack.issuer_url}{TOKEN_PATHS[-1]}", data=form, timeout=30)
    return str(answer.json()["access_token"])


def main() -> int:
    """Start the stack, walk through the service, stop the stack."""
    logging.disable(logging.WARNING)
    step("Start the local stack: the synthesised template, the handlers, the state machines")
    with LocalStack(context=SMALL_PIECES, overrides=QUIET) as stack:
        console.print(f"  API {stack.api_url}   AWS {stack.aws_url}   issuer {stack.issuer_url}")
        code = run(stack)
    console.print(
        "[green]Every count is what the files hold.[/]" if code == 0 else "[red]Some counts are wrong.[/]"
    )
    return code


if __name__ == "__main__":
    sys.exit(main())
