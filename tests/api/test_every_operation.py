"""Every operation of Pinpoint's model, called with a stock client: answered, or named with where it lives now."""

import botocore.session
import pytest
from botocore.exceptions import ClientError

from api.handler import resolver
from api.unanswered import operation_at

MODEL = botocore.session.get_session().get_service_model("pinpoint")
ANSWERED = {operation_at(route.method, route.path) for route in resolver.routes} - {None}


def arguments(shape, given):
    """The least that a client sends: required members alone, ids that are given."""
    return {name: value(shape.members[name], name, given) for name in shape.required_members}


def value(shape, name, given):
    if shape.type_name == "structure":
        return arguments(shape, given)
    if shape.type_name == "list":
        return [value(shape.member, name, given)]
    if shape.type_name == "map":
        return {}
    plain = {"boolean": True, "integer": 1, "long": 1, "double": 1.0}
    return given.get(name) or plain.get(shape.type_name) or (getattr(shape, "enum", None) or ["x"])[0]


@pytest.fixture(scope="module")
def given(pinpoint):
    app = pinpoint.create_app(CreateApplicationRequest={"Name": "every"})["ApplicationResponse"]
    return {"ApplicationId": app["Id"], "ResourceArn": app["Arn"], "SegmentId": "0" * 32, "JobId": "0" * 32}


@pytest.mark.parametrize("name", sorted(set(MODEL.operation_names) - {"DeleteApp"}))
def test_an_operation_is_answered_or_named(pinpoint, given, name):
    operation = MODEL.operation_model(name)
    sent = arguments(operation.input_shape, given)
    try:
        pinpoint._make_api_call(name, sent)
    except ClientError as refused:
        error, status = refused.response["Error"], refused.response["ResponseMetadata"]["HTTPStatusCode"]
        if name in ANSWERED:
            assert (error["Code"], status) in {("BadRequestException", 400), ("NotFoundException", 404)}
        else:
            known = {("NotImplementedException", 501), ("NotFoundException", 404)}
            assert (error["Code"], status) in known
            assert error["Message"].startswith(name)
    else:
        assert name in ANSWERED
