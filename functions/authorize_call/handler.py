"""Authorises one call of the second REST API.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
"""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from audience.aws.clients import table
from audience.errors import MissingSettingError
from audience.experience_platform.tenants import TenantStore
from audience.redaction import plain_error, redact
from audience.settings import AuthorizerSettings
from authorize_call.access_tokens import TokenInvalidError, client_of
from authorize_call.decision import Allowed, Denied, decide
from authorize_call.issuer import Issuer
from authorize_call.issuer_documents import IssuerUnreachableError

logger = Logger()


class UnauthorizedError(Exception):
    """API Gateway makes a 401 of an error with exactly this message, and a 500 of every other one."""

    def __init__(self) -> None:
        """Keep API Gateway's word."""
        super().__init__("Unauthorized")


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any]:
    """Answer a REQUEST event with a policy for the one method that is called.

    Raises:
        UnauthorizedError: the token is not valid.
        IssuerUnreachableError: the token cannot be checked now.
        MissingSettingError: nobody said whom the issuer's tokens must be for.
        TransientError, UnexpectedError: the tenant cannot be looked up now.
    """
    logger.append_keys(request_id=event["requestContext"].get("requestId"))
    settings = AuthorizerSettings.from_env()
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    try:
        decision = decide(
            headers,
            client_of=lambda token: _client(token, settings),
            tenant_of=TenantStore(table(settings.control_table)).find,
        )
    except TokenInvalidError as wrong:
        logger.info("token refused", reason=str(wrong))
        raise UnauthorizedError from None
    except IssuerUnreachableError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it leaves in our own words
        logger.error("unexpected error", **redact(error))  # noqa: TRY400 - its text may quote an answer
        raise plain_error(error) from None
    return _policy(decision, event["methodArn"])


def _client(token: str, settings: AuthorizerSettings) -> str | None:
    if not settings.token_issuer:
        raise TokenInvalidError("no issuer is configured (tokenIssuer)")
    if not settings.token_audience:
        raise MissingSettingError("TOKEN_ISSUER is set, but TOKEN_AUDIENCE is empty (tokenAudience)")
    return client_of(token, _issuer(settings.token_issuer), settings.token_audience)


@cache
def _issuer(url: str) -> Issuer:
    """Return the issuer, which is kept for the life of the process, with its keys."""
    return Issuer(url)


def _policy(found: Allowed | Denied, method_arn: str) -> dict[str, Any]:
    effect, principal = ("Allow", found.client) if isinstance(found, Allowed) else ("Deny", "nobody")
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": method_arn}
    return {
        "principalId": principal,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": found.context,
    }
