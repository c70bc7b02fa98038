"""The Lambda handler around an API's resolver: logging, CORS headers, and an answer for every exception."""

from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

# Every request needs a boto3 client, and importing boto3 is faster while Lambda starts than within the first request:
# only then it has a processor of its own (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html).
import audience.aws.clients  # noqa: F401
from audience.redaction import redact
from http_api.cors import cors_headers
from http_api.errors import ApiError, api_error_for
from http_api.routing import Resolver

Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]
# The headers and the body of an error's answer; its other argument is the id of the request.
DescribeError = Callable[[ApiError, str], tuple[Mapping[str, str], dict[str, Any]]]


def lambda_handler(resolver: Resolver, logger: Logger, exposed_headers: str) -> Handler:
    """Return the handler that answers REST proxy events of API Gateway.

    Args:
        resolver: has the API's routes.
        logger: the function's; each line gets the request's id and its operation.
        exposed_headers: what browsers let their scripts see of an answer, comma-separated.
    """
    cors = {name: [value] for name, value in cors_headers(exposed_headers).items()}

    @logger.inject_lambda_context(clear_state=True)
    def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        logger.append_keys(
            request_id=event["requestContext"]["requestId"],
            operation=f"{event['httpMethod']} {event['resource']}",
        )
        response = resolver.resolve(event, context)
        response["multiValueHeaders"].update(cors)
        return response

    typed: Handler = handler
    return typed


def answer_exceptions(resolver: Resolver, logger: Logger, describe: DescribeError) -> None:
    """Answer every exception of a route in the API's own shape; log those that nobody expected.

    Args:
        resolver: has the API's routes.
        logger: the function's.
        describe: gives the headers and the body of the answer.
    """

    def answer(exception: Exception) -> Response[dict[str, Any]]:
        error = api_error_for(exception)
        if type(error) is ApiError:
            logger.error("unexpected error", **redact(exception))
        headers, body = describe(error, resolver.current_event.request_context.request_id or "")
        return Response(
            status_code=error.status, content_type="application/json", headers=dict(headers), body=body
        )

    resolver.exception_handler(Exception)(answer)
