"""The resources and methods of a REST API, read from the template, and which of them a request is for."""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from local.intrinsics import UnsupportedTemplateError
from local.template import ROOT_RESOURCE, Template

METHOD = "AWS::ApiGateway::Method"
STAGE = "AWS::ApiGateway::Stage"
REST_API = "AWS::ApiGateway::RestApi"

_INTEGRATED_FUNCTION = re.compile(r"/functions/[^/]*:function:([^/:]+)/invocations$")


@dataclass(frozen=True)
class RouteMatch:
    """The resource and the function that answer a request, with the path parameters as they were sent."""

    resource: str
    function: str
    path_parameters: dict[str, str]
    authorizer: str | None = None  # the function that is asked first


@dataclass(frozen=True)
class _Method:
    function: str
    authorizer: str | None


@dataclass(frozen=True)
class _Route:
    resource: str
    segments: tuple[str, ...]
    methods: dict[str, _Method]  # by HTTP method or ANY


class Routes:
    """Every resource of one of the stack's REST APIs that has methods."""

    def __init__(self, template: Template, api: str) -> None:
        """Keep the routes of the API of that logical id.

        Raises:
            UnsupportedTemplateError: a method that is not integrated with a Lambda function by AWS_PROXY, or an
                authorizer that is not asked for every request.
        """
        self.api = api
        methods: dict[str, dict[str, _Method]] = {}
        for logical_id in template.of_api(METHOD, api):
            properties = template.properties(logical_id)
            path = _path(template, template.resources[logical_id]["Properties"]["ResourceId"]) or "/"
            method = _Method(_function(logical_id, properties), _authorizer(template, logical_id))
            methods.setdefault(path, {})[properties["HttpMethod"]] = method
        self._routes = [_Route(path, _segments(path), methods[path]) for path in sorted(methods, key=_order)]
        [stage] = template.of_api(STAGE, api)
        self.stage = template.properties(stage)["StageName"]
        self._binary_media_types = tuple(template.properties(api).get("BinaryMediaTypes") or ())

    @property
    def functions(self) -> set[str]:
        """The names of all functions that answer requests."""
        return {method.function for route in self._routes for method in route.methods.values()}

    def is_binary(self, media_types: str) -> bool:
        """Tell whether the first media type of a `Content-Type` or an `Accept` is bytes for this API."""
        first = media_types.partition(",")[0].partition(";")[0].strip().lower()
        return any(fnmatchcase(first, kind) for kind in self._binary_media_types)

    @property
    def roots(self) -> set[str]:
        """What the paths of this API start with: it tells the APIs apart on the one port that they share."""
        return {route.segments[0] for route in self._routes}

    def match(self, method: str, path: str) -> RouteMatch | None:
        """Return the route of a method and a percent-encoded path; None where there is none."""
        segments = _segments(path)
        for route in self._routes:
            parameters = _parameters(route.segments, segments)
            if parameters is not None:
                found = route.methods.get(method) or route.methods.get("ANY")
                if found is None:
                    return None
                return RouteMatch(route.resource, found.function, parameters, found.authorizer)
        return None


def routes_of(template: Template) -> list[Routes]:
    """Read the routes of all REST APIs of the template."""
    return [Routes(template, api) for api in template.of_type(REST_API)]


def _order(path: str) -> list[tuple[bool, bool, str]]:
    """Sort literal segments before parameters, and those before what takes all the rest, as API Gateway does."""
    return [(part.endswith("+}"), part.startswith("{"), part) for part in _segments(path)]


def _segments(path: str) -> tuple[str, ...]:
    return tuple(path.strip("/").split("/"))


def _parameters(pattern: tuple[str, ...], segments: tuple[str, ...]) -> dict[str, str] | None:
    if pattern[-1].endswith("+}") and len(segments) > len(pattern):
        segments = (*segments[: len(pattern) - 1], "/".join(segments[len(pattern) - 1 :]))
    if len(pattern) != len(segments):
        return None
    parameters = {}
    for expected, given in zip(pattern, segments, strict=True):
        if expected.startswith("{") and given:
            parameters[expected[1:-1].removesuffix("+")] = given
        elif expected != given:
            return None
    return parameters


def _path(template: Template, resource: dict[str, Any]) -> str:
    """Return the path of the resource that a `Ref`, or a `Fn::GetAtt` for the root, names."""
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


def _authorizer(template: Template, method: str) -> str | None:
    """Return the authorizer function of a method; None where it has none."""
    properties = template.resources[method]["Properties"]
    if properties.get("AuthorizationType") != "CUSTOM":
        return None
    authorizer = template.properties(properties["AuthorizerId"]["Ref"])
    found = _INTEGRATED_FUNCTION.search(authorizer.get("AuthorizerUri", ""))
    every_time = authorizer.get("AuthorizerResultTtlInSeconds") == 0 and not authorizer.get("IdentitySource")
    if authorizer["Type"] != "REQUEST" or not found or not every_time:
        raise UnsupportedTemplateError(f"the authorizer of {method}: not a function that is asked every time")
    return found.group(1)
