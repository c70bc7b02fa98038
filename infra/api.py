"""The REST API: explicit resources, so that IAM policies can name them, all answered by the one function."""

import json

from aws_cdk import CfnOutput, RemovalPolicy, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from api.routes.paths import PATHS
from infra.gateway_responses import add_refusals

STAGE = "prod"
REQUESTS_PER_SECOND = 500
BURST = 1000

Context = apigateway.AccessLogField
# Whose request and what became of it. The resource, not the path: a path can hold an endpoint's address.
ACCESS_LOG_FIELDS = {
    "requestId": Context.context_request_id(),
    "requestTime": Context.context_request_time(),
    "caller": Context.context_identity_user_arn(),
    "httpMethod": Context.context_http_method(),
    "resource": Context.context_resource_path(),
    "status": Context.context_status(),
    "latencyMs": Context.context_response_latency(),
    "responseBytes": Context.context_response_length(),
    "refusal": Context.context_error_response_type(),
}


class Api(Construct):
    """ANY, signed, and OPTIONS, open, on each of the paths: an unsupported method is the function's 405."""

    def __init__(self, scope: Construct, construct_id: str, function: lambda_.Function) -> None:
        super().__init__(scope, construct_id)
        self.rest_api = apigateway.RestApi(
            self,
            "RestApi",
            rest_api_name=Stack.of(self).stack_name,
            description="Segment Jobs: endpoints, segments, import and export jobs",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            deploy_options=self._stage(),
            # Without the account's role for logs, a stage with access logs is refused.
            cloud_watch_role=True,
        )
        self._drop_default_output()
        add_refusals(self.rest_api)
        integration = apigateway.LambdaIntegration(
            function,
            proxy=True,
            # One permission for the API: one for each method would burst the function's policy (20 KB).
            scope_permission_to_method=False,
        )
        for path in PATHS:
            resource = self.rest_api.root.resource_for_path(path)
            resource.add_method("ANY", integration, authorization_type=apigateway.AuthorizationType.IAM)
            resource.add_method("OPTIONS", integration, authorization_type=apigateway.AuthorizationType.NONE)

    def _stage(self) -> apigateway.StageOptions:
        access_logs = logs.LogGroup(
            self,
            "AccessLogs",
            log_group_name=f"/aws/apigateway/{Stack.of(self).stack_name}",
            retention=logs.RetentionDays.THREE_MONTHS,
            removal_policy=RemovalPolicy.DESTROY,
        )
        return apigateway.StageOptions(
            stage_name=STAGE,
            access_log_destination=apigateway.LogGroupLogDestination(access_logs),
            access_log_format=apigateway.AccessLogFormat.custom(json.dumps(ACCESS_LOG_FIELDS)),
            logging_level=apigateway.MethodLoggingLevel.OFF,
            data_trace_enabled=False,
            throttling_rate_limit=REQUESTS_PER_SECOND,
            throttling_burst_limit=BURST,
            tracing_enabled=True,
        )

    def _drop_default_output(self) -> None:
        """CDK names the URL's output with a hash; ours is called ApiUrl."""
        self.rest_api.node.try_remove_child("Endpoint")
        output = CfnOutput(
            self, "Url", value=self.rest_api.url, description="The endpoint URL for Pinpoint clients"
        )
        output.override_logical_id("ApiUrl")
