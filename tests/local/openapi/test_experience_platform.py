"""`make openapi DOOR=experience-platform`: a valid document of everything that the dialect answers, and no more."""

import json
import re
import subprocess
import sys

import jsonschema
import pytest
from openapi_spec_validator import validate

from experience_platform_api.errors import (
    ContentTypeError,
    InvalidRequestError,
    MissingHeaderError,
    error_body,
)
from experience_platform_api.handler import resolver
from experience_platform_api.routes.paths import PATHS
from http_api.errors import ConflictError
from http_api.openapi.document import openapi_document
from infra.names import ROOT
from infra.version import VERSION
from local.openapi.experience_platform import api_description

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


def test_each_operation_has_a_name_of_its_own():
    names = [operation["operationId"] for *_, operation in METHODS]
    assert len(names) == len(set(names))


@EVERY_METHOD
def test_a_method_has_its_path_parameters_its_success_and_its_refusals(path, method, operation):
    inside = [one["name"] for one in operation["parameters"] if one["in"] == "path"]
    assert inside == re.findall(r"{([^}]+)}", path)
    [route] = [route for route in resolver.routes if (route.path, route.method) == (path, method)]
    good = [status for status in operation["responses"] if status < "400"]
    assert good == [str(route.status_code)]
    assert {"400", "401", "403", "405", "413", "429", "500", "503"} <= operation["responses"].keys()
    assert ("404" in operation["responses"]) == bool(inside and method != "OPTIONS")
    assert ("409" in operation["responses"]) == (method == "DELETE")


@EVERY_METHOD
def test_only_options_is_open_and_only_it_and_delete_give_no_body(path, method, operation):
    del path
    [answer] = [answer for status, answer in operation["responses"].items() if status < "400"]
    assert (operation.get("security") == []) == (method == "OPTIONS")
    assert ("content" not in answer) == (method in {"OPTIONS", "DELETE"})
    assert ("requestBody" in operation) == (method == "POST")


def test_a_call_carries_the_token_and_all_three_headers():
    [needed] = DOCUMENT["security"]
    schemes = DOCUMENT["components"]["securitySchemes"]
    assert needed.keys() == schemes.keys()
    named = {scheme.get("name", scheme.get("scheme")) for scheme in schemes.values()}
    assert named == {"bearer", "x-api-key", "x-gw-ims-org-id", "x-sandbox-name"}


@pytest.mark.parametrize(
    "error",
    [MissingHeaderError(), ContentTypeError(), InvalidRequestError("a", "b"), ConflictError("no")],
    ids=lambda error: type(error).__name__,
)
def test_each_shape_of_an_error_is_described(error):
    jsonschema.validate(error_body(error, "request-1"), DOCUMENT["components"]["schemas"]["Error"])


def test_the_document_is_printed_as_json():
    printed = subprocess.run(
        [sys.executable, "-m", "local.openapi"],
        cwd=ROOT,
        env={"PYTHONPATH": ".:functions", "DOOR": "experience-platform"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(printed.stdout) == DOCUMENT
