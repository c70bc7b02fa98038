"""Events as API Gateway makes them of requests that the authorizer let pass."""

import json

ORGANISATION = "1BD6382559DF0C130A49422D@AdobeOrg"
HEADERS = {"x-gw-ims-org-id": ORGANISATION, "x-sandbox-name": "prod", "Content-Type": "application/json"}
TENANT = {"application_id": "a1", "organisation": ORGANISATION, "sandbox": "prod", "client_id": "crm"}


class Context:
    """What Powertools' logger reads of Lambda's context."""

    function_name = "experience_platform_api"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:experience_platform_api"
    aws_request_id = "invocation-1"


def event(method, resource, body=None, *, headers=HEADERS, tenant=TENANT, query=None, **parameters):
    """A proxy event; `parameters` are the path's, with underscores for hyphens."""
    return {
        "resource": resource,
        "path": resource,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": query,
        "multiValueQueryStringParameters": {name: [value] for name, value in (query or {}).items()} or None,
        "pathParameters": {name.replace("_", "-"): value for name, value in parameters.items()} or None,
        "requestContext": {"requestId": "request-1", "authorizer": tenant, "path": resource, "stage": "prod"},
        "body": body if body is None or isinstance(body, str) else json.dumps(body),
        "isBase64Encoded": False,
    }
