"""Clients other than boto3's, and how clients sign for API Gateway."""

import json
import os
import subprocess
import sys
from pathlib import Path

import boto3
from botocore.awsrequest import AWSPreparedRequest

# What a user registers so that boto3 signs for API Gateway's authorizer instead of for Pinpoint.
EXECUTE_API = {"signing_name": "execute-api"}


def test_the_aws_command_line_client_is_answered(stack, app_id):
    aws = Path(sys.executable).with_name("aws")
    done = subprocess.run(
        [aws, "pinpoint", "get-app", "--application-id", app_id, "--endpoint-url", stack.api_url],
        env={**os.environ, "AWS_PAGER": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["ApplicationResponse"]["Id"] == app_id


def test_the_command_line_client_shows_an_error_with_its_name_and_message(stack):
    aws = Path(sys.executable).with_name("aws")
    done = subprocess.run(
        [aws, "pinpoint", "get-app", "--application-id", "x", "--endpoint-url", stack.api_url],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "(NotFoundException)" in done.stderr
    assert "there is nothing of the id 'x'" in done.stderr


def test_the_javascript_client_is_answered(stack):
    program = Path(__file__).with_name("pinpoint_client.mjs")
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
    done = subprocess.run(
        ["node", program],
        env={**os.environ, **keys, "URL": stack.api_url},
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    endpoint = told["endpoint"]
    assert (endpoint["Id"], endpoint["Attributes"]) == ("a b", {"Interests": ["ski"]})
    assert told["refused"][0] == "NotFoundException"
    assert "nobody" in told["refused"][1]


def test_boto3_signs_for_api_gateway_when_it_is_told_to(stack):
    client = boto3.client("pinpoint", endpoint_url=stack.api_url)
    sent: list[AWSPreparedRequest] = []
    client.meta.events.register(
        "before-sign.pinpoint",
        lambda request, **_: request.context.setdefault("signing", {}).update(EXECUTE_API),
    )
    client.meta.events.register("before-send.pinpoint", lambda request, **_: sent.append(request))
    assert "Item" in client.get_apps()["ApplicationsResponse"]
    assert b"/us-east-1/execute-api/aws4_request" in sent[0].headers["Authorization"]
