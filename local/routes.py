"""The API's resources and methods, read from the template, and which of them a request is for."""

import re
from dataclasses import dataclass
from typing import Any

from local.intrinsics import UnsupportedTemplateError
from local.template import ROOT_RESOURCE, Template

METHOD = "AWS::ApiGateway::Method"
STAGE = "AWS::ApiGateway::Stage"
REST_API = "AWS::ApiGateway::RestApi"

_INTEGRATED_FUNCTION = re.compile(r"/functions/[^/]*:function:([^/:]+)/invocations$")


@dataclass(frozen=True)
class Match:
    """The resource and the function that answer a request, with the path parameters as they were sent."""

    resource: str
    function: str
    path_parameters: dict[str, str]


@dataclass(frozen=True)
class _Route:
    resource: str
    segments: tuple[str, ...]
    functions: dict[str, str]  # by HTTP method or ANY


class Routes:
    """Every resource of the stack's REST API that has methods."""

    def __init__(self, template: Template) -> None:
        """Read the API of the template.

        Raises:
            UnsupportedTemplateError: a method that is not integrated with a Lambda function by AWS_PROXY.
        """
        functions: dict[str, dict[str, str]] = {}
        for logical_id in template.of_type(METHOD):
            properties = template.properties(logical_id)
            path = _path(template, template.resources[logical_id]["Properties"]["ResourceId"])
            functions.setdefault(path, {})[properties["HttpMethod"]] = _function(logical_id, properties)
        # Literal segments win over parameters, as in API Gateway: "{" sorts after letters and digits.
        self._routes = [_Route(path, _segments(path), functions[path]) for path in sorted(functions)]
        self.stage = _only_property(template, STAGE, "StageName")
        self.binary_media_types = tuple(_only_property(template, REST_API, "BinaryMediaTypes") or ())

    @property
    def functions(self) -> set[str]:
        """The names of all functions that answer requests."""
        return {name for route in self._routes for name in route.functions.values()}

    def match(self, method: str, path: str) -> Match | None:
        """What answers the method on the path, which is percent-encoded still; None where nothing does."""
        segments = _segments(path)
        for route in self._routes:
            parameters = _parameters(route.segments, segments)
            if parameters is not None:
                function = route.functions.get(method) or route.functions.get("ANY")
                return Match(route.resource, function, parameters) if function else None
        return None


def _segments(path: str) -> tuple[str, ...]:
    return tuple(path.strip("/").split("/"))


def _parameters(pattern: tuple[str, ...], segments: tuple[str, ...]) -> dict[str, str] | None:
    if len(pattern) != len(segments):
        return None
    parameters = {}
    for expected, given in zip(pattern, segments, strict=True):
        if expected.startswith("{") and given:
            parameters[expected[1:-1]] = given
        elif expected != given:
            return None
    return parameters


def _path(template: Template, resource: dict[str, Any]) -> str:
    """The path of the resource that a `Ref`, or the root that a `Fn::GetAtt`, stands for."""
    if template.resolve(resource) == ROOT_RESOURCE:
        return ""
    properties = template.resources[resource["Ref"]]["Properties"]
    return f"{_path(template, properties['ParentId'])}/{properties['PathPart']}"


def _function(logical_id: str, properties: dict[str, Any]) -> str:
    integration = properties["Integration"]
    found = _INTEGRATED_FUNCTION.search(integration.get("Uri", ""))
    if integration["Type"] != "AWS_PROXY" or not found:
        raise UnsupportedTemplateError(f"the integration of {logical_id}: not a Lambda proxy")
    return found.group(1)


def _only_property(template: Template, kind: str, name: str) -> Any:
    [logical_id] = template.of_type(kind)
    return template.properties(logical_id).get(name)
