"""The REST API of Experience Platform's dialect: an API of its own, so that what it refuses has Adobe's shapes."""

from aws_cdk import Aws, Duration
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from experience_platform_api.routes.paths import PATHS
from infra.experience_platform_responses import add_gateway_refusals
from infra.rest_api import Context, ServiceRestApi


class ExperiencePlatformApi(ServiceRestApi):
    """The API that Experience Platform clients call with bearer tokens, which an authorizer checks."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function: lambda_.Function,
        authorizer: lambda_.Function,
        account: Construct | None,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            name=f"{Aws.STACK_NAME}-experience-platform",
            description="Segment Jobs: the dialect of Adobe Experience Platform",
            callers={
                "client": Context.context_authorizer("client_id"),
                "organisation": Context.context_authorizer("organisation"),
                "sandbox": Context.context_authorizer("sandbox"),
            },
            cloud_watch_role=False,
        )
        if account:
            self.rest_api.deployment_stage.node.add_dependency(account)
        self.output("ExperiencePlatformApiUrl", "The base URL for Experience Platform clients")
        add_gateway_refusals(self.rest_api)
        self.answer(function, PATHS, apigateway.AuthorizationType.CUSTOM, self._authorizer(authorizer))

    def _authorizer(self, function: lambda_.Function) -> apigateway.RequestAuthorizer:
        """Build the authorizer that API Gateway invokes for each call.

        Verdicts are not kept: they would go by identity sources, and where one of those is missing API Gateway
        refuses by itself, without saying what is missing. So a key that a tenant withdraws is refused
        at once; the price is an invocation and one read of the table a call. The issuer's keys are kept.
        """
        return apigateway.RequestAuthorizer(
            self,
            "Authorizer",
            handler=function,
            identity_sources=[],
            results_cache_ttl=Duration.seconds(0),
        )
