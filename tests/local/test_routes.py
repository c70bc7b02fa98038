"""The routes are those of the template's resources and methods."""

from typing import Any

import pytest

from local.intrinsics import UnsupportedTemplateError
from local.routes import Routes
from local.template import Template


def test_a_path_matches_by_its_own_method_or_by_any(template: Template) -> None:
    routes = Routes(template, "Api1")
    assert routes.match("GET", "/apps") is not None
    assert routes.match("DELETE", "/apps/a/jobs") is not None
    assert routes.match("DELETE", "/apps") is None


def test_a_literal_segment_wins_over_a_parameter(template: Template) -> None:
    match = Routes(template, "Api1").match("GET", "/apps/a/jobs")
    assert match is not None
    assert (match.resource, match.path_parameters) == ("/apps/{application-id}/jobs", {"application-id": "a"})


@pytest.mark.parametrize("path", ["/", "/nothing", "/apps//jobs", "/apps/a", "/apps/a/jobs/b"])
def test_an_unknown_path_matches_no_route(template: Template, path: str) -> None:
    assert Routes(template, "Api1").match("GET", path) is None


def test_a_routes_function_is_that_of_its_integration(template: Template) -> None:
    assert Routes(template, "Api1").functions == {"Stack-AnswerFunction1"}


def test_refuses_integrations_that_are_no_lambda_proxy(document: dict[str, Any]) -> None:
    document["Resources"]["GetApps"]["Properties"]["Integration"] = {"Type": "MOCK"}
    with pytest.raises(UnsupportedTemplateError, match="GetApps"):
        Routes(Template(document, "Stack"), "Api1")


def test_a_greedy_parameter_takes_what_no_other_route_does(document: dict[str, Any]) -> None:
    resources = document["Resources"]
    resources["Others"] = {
        "Type": "AWS::ApiGateway::Resource",
        "Properties": {"ParentId": {"Fn::GetAtt": ["Api1", "RootResourceId"]}, "PathPart": "{proxy+}"},
    }
    get = resources["GetApps"]
    for name, place in (
        ("AnyOther", {"Ref": "Others"}),
        ("Root", {"Fn::GetAtt": ["Api1", "RootResourceId"]}),
    ):
        resources[name] = {**get, "Properties": {**get["Properties"], "ResourceId": place}}
    routes = Routes(Template(document, "Stack"), "Api1")

    def found(path: str) -> tuple[str, dict[str, str]] | None:
        match = routes.match("GET", path)
        return match and (match.resource, match.path_parameters)

    assert found("/apps") == ("/apps", {})
    assert found("/apps/a/jobs/b%2Fc") == ("/{proxy+}", {"proxy": "apps/a/jobs/b%2Fc"})
    assert found("/nothing") == ("/{proxy+}", {"proxy": "nothing"})
    assert found("/") == ("/", {})
