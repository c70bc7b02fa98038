"""The REST API of Pinpoint's dialect: explicit resources, so that IAM policies can name them."""

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from api.routes.paths import PATHS
from infra.gateway_responses import add_refusals
from infra.rest_api import Context, ServiceRestApi, stack_name


class Api(ServiceRestApi):
    """The API that Pinpoint clients call, with requests signed by IAM principals."""

    def __init__(self, scope: Construct, construct_id: str, function: lambda_.Function) -> None:
        super().__init__(
            scope,
            construct_id,
            name=stack_name(scope),
            description="Segment Jobs: endpoints, segments, import and export jobs",
            callers={"caller": Context.context_identity_user_arn()},
            cloud_watch_role=True,
        )
        self.output("ApiUrl", "The endpoint URL for Pinpoint clients")
        add_refusals(self.rest_api)
        self.answer(function, PATHS, apigateway.AuthorizationType.IAM)

    @property
    def account(self) -> Construct:
        """Return the account's setting for API Gateway logs, which stages of other APIs have to wait for."""
        account: Construct = self.rest_api.node.find_child("Account")  # type: ignore[assignment] # a child is one
        return account
