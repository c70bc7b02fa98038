"""The REST API of Pinpoint's dialect: explicit resources, so that IAM policies can name them."""

from collections.abc import Sequence

from aws_cdk import Aws, CfnOutput
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from api.routes.paths import CLIENTS_TYPE, OTHERS, PATHS
from infra.gateway_responses import add_refusals
from infra.rest_api import STAGE, Context, ServiceRestApi


class Api(ServiceRestApi):
    """The API that Pinpoint clients call, with requests signed by IAM principals."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        function: lambda_.Function,
        *,
        trusted_accounts: Sequence[str],
        logs_role: bool,
    ) -> None:
        """Build the API.

        Args:
            scope: the stack.
            construct_id: the construct's id.
            function: answers all paths.
            trusted_accounts: ids of other accounts whose IAM principals may call.
            logs_role: set the account's role for API Gateway logs.
        """
        super().__init__(
            scope,
            construct_id,
            name=Aws.STACK_NAME,
            description="Segment Jobs: endpoints, segments, import and export jobs",
            callers={"caller": Context.context_identity_user_arn()},
            cloud_watch_role=logs_role,
            policy=resource_policy(trusted_accounts),
            # Nothing broader: the functions would get every body of a broader type as base64, a third longer, and
            # Lambda takes 6 MB an invocation.
            binary_media_types=[CLIENTS_TYPE],
        )
        self.output("ApiUrl", "The endpoint URL for Pinpoint clients")
        CfnOutput(
            self,
            "Arn",
            value=self.rest_api.arn_for_execute_api(stage=STAGE),
            description="The Resource of policies that allow callers execute-api:Invoke",
        ).override_logical_id("ApiArn")
        add_refusals(self.rest_api)
        self.answer(function, (*PATHS, OTHERS), apigateway.AuthorizationType.IAM)

    def unanswered(self) -> cloudwatch.Metric:
        """Count the requests for operations that are not answered (501), by the access log, and return their metric.

        API Gateway counts them among its 5xx; they are no failures of the service.
        """
        counted = logs.MetricFilter(
            self,
            "NotAnswered",
            log_group=self.access_logs,
            filter_pattern=logs.FilterPattern.string_value("$.status", "=", "501"),
            metric_namespace=f"SegmentJobs/{Aws.STACK_NAME}",
            metric_name="NotAnswered",
            metric_value="1",
        )
        return counted.metric(statistic="sum")

    @property
    def account(self) -> Construct | None:
        """Return the account's setting for API Gateway logs, if the stack sets it; all stages wait for it."""
        account: Construct | None = self.rest_api.node.try_find_child("Account")  # type: ignore[assignment] # a child is one
        return account


def resource_policy(accounts: Sequence[str]) -> iam.PolicyDocument | None:
    """Build the policy that lets principals of other accounts call; None for no accounts.

    Their own policies have to allow it too. An API with a policy refuses calls without a signature that the policy
    does not allow, and browsers send OPTIONS without one
    (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html).
    """
    if not accounts:
        return None
    invoke = ["execute-api:Invoke"]
    return iam.PolicyDocument(
        statements=[
            iam.PolicyStatement(
                actions=invoke,
                principals=[iam.AccountPrincipal(account) for account in accounts],
                resources=["execute-api:/*"],
            ),
            iam.PolicyStatement(
                actions=invoke, principals=[iam.StarPrincipal()], resources=["execute-api:/*/OPTIONS/*"]
            ),
        ]
    )
