"""Base of both REST APIs: one function behind explicit resources, access logs, throttling, tracing."""

import json
from collections.abc import Iterable, Mapping, Sequence

from aws_cdk import CfnOutput, RemovalPolicy, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

STAGE = "prod"
REQUESTS_PER_SECOND = 500
BURST = 1000

Context = apigateway.AccessLogField
# The resource, not the path: a path can hold an endpoint's address.
ACCESS_LOG_FIELDS = {
    "requestId": Context.context_request_id(),
    "requestTime": Context.context_request_time(),
    "httpMethod": Context.context_http_method(),
    "resource": Context.context_resource_path(),
    "status": Context.context_status(),
    "latencyMs": Context.context_response_latency(),
    "responseBytes": Context.context_response_length(),
    "refusal": Context.context_error_response_type(),
}


class ServiceRestApi(Construct):
    """A REST API with ANY (authorized) and OPTIONS (open) on each path: the function answers 405 by itself."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        description: str,
        callers: Mapping[str, str],
        cloud_watch_role: bool,
        policy: iam.PolicyDocument | None = None,
        binary_media_types: Sequence[str] = (),
    ) -> None:
        """Build the API without resources.

        Args:
            scope: the stack.
            construct_id: the construct's id.
            name: the API's name, which its metrics and access logs go by.
            description: what it is, for the console.
            callers: access log fields that identify the caller, beside those of the request.
            cloud_watch_role: set the account's role for logs, without which a stage with access logs is refused.
            policy: the API's resource policy; None: IAM alone says who may call.
            binary_media_types: of answers that are bytes, for clients that ask for them; bodies of requests that say
                they are of one of these reach the function as base64.
        """
        super().__init__(scope, construct_id)
        self.rest_api = apigateway.RestApi(
            self,
            "RestApi",
            rest_api_name=name,
            description=description,
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            deploy_options=self._stage(name, {**callers, **ACCESS_LOG_FIELDS}),
            cloud_watch_role=cloud_watch_role,
            policy=policy,
            binary_media_types=list(binary_media_types) or None,
        )

    def answer(
        self,
        function: lambda_.Function,
        paths: Iterable[str],
        authorization: apigateway.AuthorizationType,
        authorizer: apigateway.IAuthorizer | None = None,
    ) -> None:
        """Have the function answer all paths."""
        integration = apigateway.LambdaIntegration(
            function,
            proxy=True,
            # One permission for the API: one for each method would burst the function's policy (20 KB).
            scope_permission_to_method=False,
        )
        for path in paths:
            resource = self.rest_api.root.resource_for_path(path)
            resource.add_method("ANY", integration, authorization_type=authorization, authorizer=authorizer)
            resource.add_method("OPTIONS", integration, authorization_type=apigateway.AuthorizationType.NONE)

    def output(self, logical_id: str, description: str) -> None:
        """Add an output with the API's URL, in place of CDK's own, whose name has a hash.

        It ends without a slash: clients put a path after it that begins with one, and some would send two.
        """
        self.rest_api.node.try_remove_child("Endpoint")
        stack = Stack.of(self)
        host = f"{self.rest_api.rest_api_id}.execute-api.{stack.region}.{stack.url_suffix}"
        output = CfnOutput(self, "Url", value=f"https://{host}/{STAGE}", description=description)
        output.override_logical_id(logical_id)

    def _stage(self, name: str, fields: Mapping[str, str]) -> apigateway.StageOptions:
        self.access_logs = logs.LogGroup(
            self,
            "AccessLogs",
            log_group_name=f"/aws/apigateway/{name}",
            retention=logs.RetentionDays.THREE_MONTHS,
            removal_policy=RemovalPolicy.DESTROY,
        )
        return apigateway.StageOptions(
            stage_name=STAGE,
            access_log_destination=apigateway.LogGroupLogDestination(self.access_logs),
            access_log_format=apigateway.AccessLogFormat.custom(json.dumps(fields)),
            logging_level=apigateway.MethodLoggingLevel.OFF,
            data_trace_enabled=False,
            throttling_rate_limit=REQUESTS_PER_SECOND,
            throttling_burst_limit=BURST,
            tracing_enabled=True,
        )
