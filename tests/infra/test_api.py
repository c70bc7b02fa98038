"""The REST APIs: the resources that their functions answer, who may call them; refusals in Pinpoint's shape."""

import json
import re
from importlib import import_module

import pytest

from api.routes.paths import OTHERS, PATHS
from experience_platform_api.routes.paths import PATHS as EXPERIENCE_PLATFORM_PATHS
from http_api.call import MAX_BODY_BYTES
from http_api.cors import cors_headers
from tests.infra.contexts import CHOSEN
from tests.infra.reading import Template, text

RESOURCE = "AWS::ApiGateway::Resource"
APIS = {"Api": (*PATHS, OTHERS), "ExperiencePlatformApi": EXPERIENCE_PLATFORM_PATHS}
AUTHORIZATION = {"Api": "AWS_IAM", "ExperiencePlatformApi": "CUSTOM"}


def path_of(template: Template, place: dict) -> str:
    """The path of the resource that a `Ref`, or a `Fn::GetAtt` for the root, names."""
    if "Ref" not in place:
        return ""
    resource = template.of_type(RESOURCE)[place["Ref"]]
    return f"{path_of(template, resource['ParentId'])}/{resource['PathPart']}"


def methods(template: Template, api: str) -> dict[tuple[str, str], str]:
    """Authorization by path and method."""
    return {
        (path_of(template, one["ResourceId"]) or "/", one["HttpMethod"]): one["AuthorizationType"]
        for one in template.of_api("Method", api)
    }


@pytest.mark.parametrize(("api", "paths"), APIS.items())
def test_each_path_has_an_authorized_any_method_and_an_open_options_method(
    template: Template, api: str, paths: tuple[str, ...]
) -> None:
    closed = {(path, "ANY"): AUTHORIZATION[api] for path in paths}
    assert methods(template, api) == closed | {(path, "OPTIONS"): "NONE" for path in paths}


@pytest.mark.parametrize("api", APIS)
def test_each_method_is_a_proxy_integration_with_the_function_of_its_api(
    template: Template, api: str
) -> None:
    integrations = [one["Integration"] for one in template.of_api("Method", api)]
    assert {one["Type"] for one in integrations} == {"AWS_PROXY"}
    assert {one["IntegrationHttpMethod"] for one in integrations} == {"POST"}
    (uri,) = {text(one["Uri"]) for one in integrations}
    assert re.search(rf"functions/<Functions{api}\w{{8}}\.Arn>/invocations$", uri)


def test_each_api_may_invoke_its_function_through_one_permission(template: Template) -> None:
    permissions = template.of_type("AWS::Lambda::Permission").values()
    granted = [one for one in permissions if one["Principal"] == "apigateway.amazonaws.com"]
    names = sorted(text(one["FunctionName"])[1:-13] for one in granted)
    assert names == ["FunctionsApi", "FunctionsAuthorizeCall", "FunctionsExperiencePlatformApi"]
    assert all("RestApi" in text(one["SourceArn"]) for one in granted)


@pytest.mark.parametrize("api", APIS)
def test_bodies_are_text_but_for_the_clients_zip_and_the_apis_are_regional(
    template: Template, api: str
) -> None:
    (found,) = (
        one
        for name, one in template.of_type("AWS::ApiGateway::RestApi").items()
        if name.startswith(f"{api}RestApi")
    )
    assert found.get("BinaryMediaTypes") == (["application/zip"] if api == "Api" else None)
    assert found["EndpointConfiguration"]["Types"] == ["REGIONAL"]


@pytest.mark.parametrize("api", APIS)
def test_the_stage_is_throttled_traced_and_keeps_request_data_out_of_its_logs(
    template: Template, api: str
) -> None:
    (stage,) = template.of_api("Stage", api)
    (settings,) = stage["MethodSettings"]
    assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == (500, 1000)
    assert (settings["LoggingLevel"], settings["DataTraceEnabled"]) == ("OFF", False)
    assert stage["TracingEnabled"]
    logged = json.loads(stage["AccessLogSetting"]["Format"])
    assert logged["resource"] == "$context.resourcePath"
    assert not {"$context.path", "$context.identity.sourceIp"} & set(logged.values())


def test_both_stages_depend_on_the_accounts_role_for_logs(template: Template) -> None:
    (account,) = template.of_type("AWS::ApiGateway::Account")
    resources = template.body["Resources"].values()
    stages = [one for one in resources if one["Type"] == "AWS::ApiGateway::Stage"]
    assert len(stages) == 2
    assert all(account in one["DependsOn"] for one in stages)


def test_a_deployment_may_leave_the_accounts_role_for_logs_alone(chosen: Template) -> None:
    assert chosen.of_type("AWS::ApiGateway::Account") == {}
    assert len(chosen.of_type("AWS::ApiGateway::Stage")) == 2


def rest_api(template: Template, api: str) -> dict:
    found = template.of_type("AWS::ApiGateway::RestApi").items()
    (one,) = (properties for name, properties in found if name.startswith(f"{api}RestApi"))
    return one


def test_iam_alone_says_who_may_call_unless_other_accounts_are_trusted(
    template: Template, chosen: Template
) -> None:
    assert all("Policy" not in rest_api(template, api) for api in APIS)
    assert "Policy" not in rest_api(chosen, "ExperiencePlatformApi")


def test_trusted_accounts_may_call_and_options_stays_open(chosen: Template) -> None:
    accounts, anybody = rest_api(chosen, "Api")["Policy"]["Statement"]
    assert {text(arn) for arn in accounts["Principal"]["AWS"]} == {
        f"arn:<AWS::Partition>:iam::{account}:root" for account in CHOSEN["trustedAccounts"]
    }
    assert (anybody["Principal"], anybody["Resource"]) == ("*", "execute-api:/*/OPTIONS/*")
    assert accounts["Resource"] == "execute-api:/*"
    for statement in (accounts, anybody):
        assert (statement["Effect"], statement["Action"]) == ("Allow", "execute-api:Invoke")


def test_trusting_accounts_deploys_the_api_anew(template: Template, chosen: Template) -> None:
    def deployment(one: Template) -> str:
        found = one.of_type("AWS::ApiGateway::Deployment")
        return next(name for name in found if name.startswith("ApiRestApi"))

    assert deployment(template) != deployment(chosen)


def test_the_arn_for_callers_policies_is_an_output(template: Template) -> None:
    arn = text(template.body["Outputs"]["ApiArn"]["Value"])
    api = r"arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<\w+>"
    assert re.fullmatch(rf"{api}/prod/\*/\*", arn)


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


def test_gateway_responses_have_the_error_names_and_status_codes_of_the_service(template: Template) -> None:
    header = "gatewayresponse.header.x-amzn-ErrorType"
    found = {
        one["ResponseType"]: (one["StatusCode"], one["ResponseParameters"][header].strip("'"))
        for one in template.of_api("GatewayResponse", "Api")
    }
    assert found == REFUSALS


def test_gateway_responses_have_the_error_body_of_the_service(template: Template) -> None:
    for response in template.of_api("GatewayResponse", "Api"):
        # $context.error.messageString is quoted where API Gateway puts it in.
        filled = response["ResponseTemplates"]["application/json"].replace(
            "$context.error.messageString", '"Rate exceeded"'
        )
        body = json.loads(filled)
        assert set(body) == {"Message", "RequestID"}
        assert body["RequestID"] == "$context.requestId"
        assert body["Message"]


@pytest.mark.parametrize(
    ("api", "handler"), [("Api", "api"), ("ExperiencePlatformApi", "experience_platform_api")]
)
def test_browsers_may_read_what_the_gateway_refuses_like_any_other_answer(
    template: Template, api: str, handler: str
) -> None:
    exposed = import_module(f"{handler}.routes.paths").SEEN_BY_BROWSERS
    for response in template.of_api("GatewayResponse", api):
        for name, value in cors_headers(exposed).items():
            assert response["ResponseParameters"][f"gatewayresponse.header.{name}"] == f"'{value}'"


def test_a_request_that_is_too_large_is_told_what_the_service_takes(template: Template) -> None:
    for api in APIS:
        (response,) = (
            one
            for one in template.of_api("GatewayResponse", api)
            if one["ResponseType"] == "REQUEST_TOO_LARGE"
        )
        assert f"{MAX_BODY_BYTES} bytes are allowed" in response["ResponseTemplates"]["application/json"]


@pytest.mark.parametrize("output", ["ApiUrl", "ExperiencePlatformApiUrl"])
def test_the_urls_are_outputs_of_the_stack(template: Template, output: str) -> None:
    url = text(template.body["Outputs"][output]["Value"])
    assert re.fullmatch(r"https://<\w+>\.execute-api\.<AWS::Region>\.<AWS::URLSuffix>/prod", url)
