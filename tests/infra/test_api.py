"""The REST API: the resources that the function answers, who may call them, and refusals in our shape."""

import json
import re

from api.routes.paths import PATHS
from tests.infra.reading import Template, text

METHOD, RESOURCE, RESPONSE = (
    f"AWS::ApiGateway::{kind}" for kind in ("Method", "Resource", "GatewayResponse")
)


def path_of(template: Template, resource_id: str) -> str:
    resource = template.of_type(RESOURCE)[resource_id]
    parent = resource["ParentId"]
    above = path_of(template, parent["Ref"]) if "Ref" in parent else ""
    return f"{above}/{resource['PathPart']}"


def methods(template: Template) -> dict[tuple[str, str], str]:
    """Authorization by path and method."""
    return {
        (path_of(template, one["ResourceId"]["Ref"]), one["HttpMethod"]): one["AuthorizationType"]
        for one in template.of_type(METHOD).values()
    }


def test_every_path_of_the_function_takes_any_signed_request_and_open_options(template: Template) -> None:
    signed = {(path, "ANY"): "AWS_IAM" for path in PATHS}
    assert methods(template) == signed | {(path, "OPTIONS"): "NONE" for path in PATHS}


def test_every_method_goes_to_the_api_function_as_a_proxy(template: Template) -> None:
    integrations = [one["Integration"] for one in template.of_type(METHOD).values()]
    assert {one["Type"] for one in integrations} == {"AWS_PROXY"}
    assert {one["IntegrationHttpMethod"] for one in integrations} == {"POST"}
    (uri,) = {text(one["Uri"]) for one in integrations}
    assert re.search(r"functions/<FunctionsApi\w+\.Arn>/invocations$", uri)


def test_one_permission_lets_the_api_invoke_its_function(template: Template) -> None:
    permissions = template.of_type("AWS::Lambda::Permission").values()
    granted = [one for one in permissions if one["Principal"] == "apigateway.amazonaws.com"]
    assert len(granted) == 1
    assert text(granted[0]["FunctionName"]).startswith("<FunctionsApi")


def test_bodies_are_text(template: Template) -> None:
    (api,) = template.of_type("AWS::ApiGateway::RestApi").values()
    assert "BinaryMediaTypes" not in api
    assert api["EndpointConfiguration"]["Types"] == ["REGIONAL"]


def test_the_stage_is_throttled_traced_and_keeps_request_data_out_of_its_logs(template: Template) -> None:
    (stage,) = template.of_type("AWS::ApiGateway::Stage").values()
    (settings,) = stage["MethodSettings"]
    assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == (500, 1000)
    assert (settings["LoggingLevel"], settings["DataTraceEnabled"]) == ("OFF", False)
    assert stage["TracingEnabled"]
    logged = json.loads(stage["AccessLogSetting"]["Format"])
    assert logged["resource"] == "$context.resourcePath"
    assert not {"$context.path", "$context.identity.sourceIp"} & set(logged.values())


REFUSALS = {
    "ACCESS_DENIED": ("403", "ForbiddenException"),
    "INVALID_SIGNATURE": ("403", "ForbiddenException"),
    "EXPIRED_TOKEN": ("403", "ForbiddenException"),
    "MISSING_AUTHENTICATION_TOKEN": ("403", "ForbiddenException"),
    "UNAUTHORIZED": ("403", "ForbiddenException"),
    "WAF_FILTERED": ("403", "ForbiddenException"),
    "RESOURCE_NOT_FOUND": ("404", "NotFoundException"),
    "REQUEST_TOO_LARGE": ("413", "PayloadTooLargeException"),
    "THROTTLED": ("429", "TooManyRequestsException"),
    "QUOTA_EXCEEDED": ("429", "TooManyRequestsException"),
    "INTEGRATION_FAILURE": ("500", "InternalServerErrorException"),
    "INTEGRATION_TIMEOUT": ("500", "InternalServerErrorException"),
    "DEFAULT_4XX": ("400", "BadRequestException"),
    "DEFAULT_5XX": ("500", "InternalServerErrorException"),
}


def test_what_the_gateway_refuses_has_the_names_and_codes_of_the_services_errors(template: Template) -> None:
    header = "gatewayresponse.header.x-amzn-ErrorType"
    found = {
        one["ResponseType"]: (one["StatusCode"], one["ResponseParameters"][header].strip("'"))
        for one in template.of_type(RESPONSE).values()
    }
    assert found == REFUSALS


def test_what_the_gateway_refuses_has_the_body_of_the_services_errors(template: Template) -> None:
    for response in template.of_type(RESPONSE).values():
        # $context.error.messageString is quoted where API Gateway puts it in.
        filled = response["ResponseTemplates"]["application/json"].replace(
            "$context.error.messageString", '"Rate exceeded"'
        )
        body = json.loads(filled)
        assert set(body) == {"Message", "RequestID"}
        assert body["RequestID"] == "$context.requestId"
        assert body["Message"]


def test_the_url_is_an_output_of_the_stack(template: Template) -> None:
    url = text(template.body["Outputs"]["ApiUrl"]["Value"])
    assert re.fullmatch(r"https://<\w+>\.execute-api\.<AWS::Region>\.<AWS::URLSuffix>/<\w+>/", url)
