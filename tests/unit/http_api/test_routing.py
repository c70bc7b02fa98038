"""Where the resolver has its routes from, and what it makes of their answers."""

import sys
from importlib import import_module
from types import ModuleType

import pytest
from aws_lambda_powertools.event_handler import Response

from http_api.call import Call
from http_api.routing import Resolver, ResourceRouter


@pytest.mark.parametrize("status", [204, 304])
@pytest.mark.parametrize("body", [None, {"a": 1}, "text"])
def test_a_status_that_can_have_no_body_has_none_whatever_the_route_answers(status, body):
    resolver = Resolver()
    headers = {"Message": "done", "content-length": "4"}
    resolver.delete("/thing")(
        lambda: Response(status_code=status, content_type="application/json", headers=headers, body=body)
    )
    event = {"resource": "/thing", "httpMethod": "DELETE", "requestContext": {}, "headers": {}}
    assert resolver.resolve(event, None) == {
        "statusCode": status,
        "body": "",
        "isBase64Encoded": False,
        "multiValueHeaders": {"Message": ["done"]},
    }


def test_a_resource_that_takes_all_other_paths_is_matched_like_any_other():
    resolver = Resolver()
    resolver.route("/{proxy+}", ["GET", "PUT"])(lambda: {"a": 1})
    event = {"resource": "/{proxy+}", "httpMethod": "PUT", "requestContext": {}, "headers": {}}
    assert resolver.resolve(event, None)["body"] == '{"a":1}'
    assert resolver.allowed("/{proxy+}") == "GET, PUT"


def event(resource):
    return {"resource": resource, "httpMethod": "GET", "requestContext": {}, "headers": {}}


@pytest.fixture
def on_demand(monkeypatch):
    """A resolver and the two modules that it has not imported yet: `one` answers /one and /first, `two` /two."""
    modules = {"one": ("/one", "/first"), "two": ("/two",)}
    for name, resources in modules.items():
        module = ModuleType(name)
        module.router = ResourceRouter(Call)
        for resource in resources:
            module.router.get(resource)(lambda resource=resource: {"at": resource})
        monkeypatch.setitem(sys.modules, name, module)
    resolver = Resolver()
    resolver.load_on_demand(modules)
    return resolver


def test_a_module_is_taken_in_when_one_of_its_resources_is_asked_for_and_once(on_demand):
    assert on_demand._static_routes == []
    for resource in ("/first", "/one", "/first"):
        assert on_demand.resolve(event(resource), None)["body"] == f'{{"at":"{resource}"}}'
    assert [route.path for route in on_demand._static_routes] == ["/one", "/first"]


def test_the_methods_of_a_resource_are_known_before_it_was_asked_for(on_demand):
    assert (on_demand.allowed("/two"), on_demand.allowed("/none")) == ("GET", "")


def test_all_routes_are_those_of_all_modules(on_demand):
    assert [route.path for route in on_demand.routes] == ["/one", "/first", "/two"]


def test_a_module_that_cannot_be_imported_is_tried_again(on_demand, monkeypatch):
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "two", None)
        with pytest.raises(ImportError):
            on_demand.resolve(event("/two"), None)
    assert on_demand.resolve(event("/two"), None)["statusCode"] == 200


@pytest.mark.parametrize("api", ["api", "experience_platform_api"])
def test_every_resource_of_an_api_is_in_the_list_of_the_module_that_has_its_routes(api):
    routes = import_module(f"{api}.handler").ROUTES
    for module, resources in routes.items():
        assert {rule for rule, *_ in import_module(module).router._routes} == set(resources)
    paths = import_module(f"{api}.routes.paths")
    known = {*paths.PATHS, getattr(paths, "OTHERS", paths.PATHS[0])}
    assert sorted(path for resources in routes.values() for path in resources) == sorted(known)
