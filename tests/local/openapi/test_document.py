"""`make openapi`: a valid document of everything that the API answers, and of nothing else."""

import json
import re
import subprocess
import sys

import jsonschema
import pytest
from openapi_spec_validator import validate

from api.handler import resolver
from api.openapi.pinpoint import api_description
from api.routes.paths import PATHS
from http_api.openapi.document import openapi_document
from infra.names import ROOT
from infra.rest_api import STAGE
from infra.version import VERSION
from tests.api.test_model import OPERATIONS

DOCUMENT = openapi_document(api_description(VERSION))
METHODS = [
    (path, method.upper(), operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]
EVERY_METHOD = pytest.mark.parametrize(
    ("path", "method", "operation"), METHODS, ids=[operation["operationId"] for *_, operation in METHODS]
)


def test_the_document_is_valid_openapi():
    validate(DOCUMENT)


def test_the_document_has_exactly_the_paths_and_methods_of_the_resolver():
    described = {(path, method) for path, method, _ in METHODS}
    assert described == {(path, method) for path in PATHS for method in resolver.allowed(path).split(", ")}
    assert tuple(DOCUMENT["paths"]) == PATHS


def test_operations_have_the_contracts_names_and_each_name_is_there_once():
    names = [operation["operationId"] for *_, operation in METHODS]
    assert set(OPERATIONS) <= set(names)
    assert len(names) == len(set(names))


@EVERY_METHOD
def test_a_method_has_its_path_parameters_its_success_and_its_refusals(path, method, operation):
    inside = [one["name"] for one in operation["parameters"] if one["in"] == "path"]
    assert inside == re.findall(r"{([^}]+)}", path)
    [route] = [route for route in resolver.routes if (route.path, route.method) == (path, method)]
    good = [status for status in operation["responses"] if status < "400"]
    assert good == [str(route.status_code)]
    assert {"400", "403", "405", "413", "429", "500"} <= operation["responses"].keys()
    assert ("404" in operation["responses"]) == bool(inside and method != "OPTIONS")


@EVERY_METHOD
def test_only_options_needs_no_signature_and_it_and_204_give_no_body(path, method, operation):
    del path
    [(status, answer)] = [
        (status, answer) for status, answer in operation["responses"].items() if status < "400"
    ]
    assert (operation.get("security") == []) == (method == "OPTIONS")
    assert ("content" not in answer) == (method == "OPTIONS" or status == "204")


@EVERY_METHOD
def test_every_post_and_put_has_a_request_schema(path, method, operation):
    no_body = {"RetryImportJob", "RetryExportJob"}
    expected = method in {"POST", "PUT"} and operation["operationId"] not in no_body
    assert ("requestBody" in operation) == expected, path


WITH_BODIES = [operation for *_, operation in METHODS if "requestBody" in operation]


@pytest.mark.parametrize("operation", WITH_BODIES, ids=[each["operationId"] for each in WITH_BODIES])
def test_every_request_has_an_example_that_is_one(operation):
    content = operation["requestBody"]["content"]["application/json"]
    jsonschema.validate(content["example"], {**content["schema"], "components": DOCUMENT["components"]})


def test_the_servers_are_a_deployment_and_a_laptop():
    deployed, laptop = (server["url"] for server in DOCUMENT["servers"])
    assert deployed.endswith(f"/{STAGE}")
    assert laptop == "http://localhost:8080"


def test_jobs_are_made_once_for_an_idempotency_key():
    taking = [
        operation["operationId"]
        for *_, operation in METHODS
        if any(one["in"] == "header" for one in operation["parameters"])
    ]
    assert sorted(taking) == ["CreateExportJob", "CreateImportJob"]


def test_an_error_has_the_contracts_members_and_header():
    for response in DOCUMENT["components"]["responses"].values():
        assert response["headers"]["x-amzn-ErrorType"]["required"]
    error = DOCUMENT["components"]["schemas"]["Error"]
    jsonschema.validate({"Message": "no", "RequestID": "1"}, error)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"message": "no"}, error)


def test_the_document_is_printed_as_json_and_an_unknown_api_is_refused():
    def printed(**variables):
        return subprocess.run(
            [sys.executable, "-m", "local.openapi"],
            cwd=ROOT,
            env={"PYTHONPATH": ".:functions", **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    assert json.loads(printed().stdout) == DOCUMENT
    refused = printed(DOOR="none")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "not one of pinpoint, experience-platform" in refused.stderr
