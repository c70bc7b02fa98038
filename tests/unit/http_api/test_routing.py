"""What the resolver makes of the answers of routes."""

import pytest
from aws_lambda_powertools.event_handler import Response

from http_api.routing import Resolver


@pytest.mark.parametrize("status", [204, 304])
@pytest.mark.parametrize("body", [None, {"a": 1}, "text"])
def test_a_status_that_can_have_no_body_has_none_whatever_the_route_answers(status, body):
    resolver = Resolver()
    headers = {"Message": "done", "content-length": "4"}
    resolver.delete("/thing")(
        lambda: Response(status_code=status, content_type="application/json", headers=headers, body=body)
    )
    event = {"resource": "/thing", "httpMethod": "DELETE", "requestContext": {}, "headers": {}}
    assert resolver.resolve(event, None) == {
        "statusCode": status,
        "body": "",
        "isBase64Encoded": False,
        "multiValueHeaders": {"Message": ["done"]},
    }


def test_a_resource_that_takes_all_other_paths_is_matched_like_any_other():
    resolver = Resolver()
    resolver.route("/{proxy+}", ["GET", "PUT"])(lambda: {"a": 1})
    event = {"resource": "/{proxy+}", "httpMethod": "PUT", "requestContext": {}, "headers": {}}
    assert resolver.resolve(event, None)["body"] == '{"a":1}'
    assert resolver.allowed("/{proxy+}") == "GET, PUT"
