"""What stock clients load: the files of the tree are made of the operations' descriptions, and botocore reads them."""

import boto3
import botocore.session
import pytest

from api.client_models.described import operations
from api.client_models.model_extras import as_html
from api.client_models.shapes import NotAShapeError, Shapes
from clients.__main__ import ROOT, files


@pytest.fixture
def client(monkeypatch):
    monkeypatch.setenv("AWS_DATA_PATH", str(ROOT))
    session = boto3.Session(botocore_session=botocore.session.Session(), region_name="us-east-1")
    return session.client("pinpoint", aws_access_key_id="a", aws_secret_access_key="b")


def test_the_files_in_the_tree_are_those_of_the_operations():
    for path, text in files().items():
        assert (ROOT / path).read_text() == text, f"{path}: run `make clients`"


def test_a_stock_client_knows_every_operation_and_signs_for_api_gateway(client):
    model = client.meta.service_model
    assert {each.name for each in operations()} <= set(model.operation_names)
    assert model.signing_name == "execute-api"


def test_each_operation_is_where_its_route_is(client):
    model = client.meta.service_model
    for each in operations():
        http = model.operation_model(each.name).http
        assert (http["method"], http["requestUri"], http["responseCode"]) == (
            each.method,
            each.path,
            each.status,
        )


def test_every_parameter_of_a_route_is_a_member_of_its_input(client):
    model = client.meta.service_model
    for each in operations():
        shape = model.operation_model(each.name).input_shape
        sent = {member.serialization.get("name") for member in shape.members.values()} if shape else set()
        asked = {parameter.name for parameter in (*each.operation.query, *each.operation.headers)}
        assert asked <= sent, each.name


def test_every_list_with_pages_has_a_paginator_and_each_job_a_waiter(client):
    assert client.can_paginate("get_import_jobs")
    assert client.can_paginate("list_endpoints")
    assert client.can_paginate("get_export_job_files")
    assert not client.can_paginate("get_import_job")
    assert client.waiter_names == [
        "attribute_removal_job_completed",
        "export_job_completed",
        "import_job_completed",
    ]


def test_own_members_are_checked_by_the_client(client):
    with pytest.raises(Exception, match=r"parameter ImportJobRequest\.DryRun"):
        client.create_import_job(
            ApplicationId="a" * 32,
            ImportJobRequest={"S3Url": "s3://b/k", "RoleArn": "r", "Format": "CSV", "DryRun": 1},
        )


def test_a_schema_that_no_shape_can_say_is_refused():
    with pytest.raises(NotAShapeError, match="Anything"):
        Shapes().add("Anything", {})


def test_a_description_is_html():
    assert as_html("a `b` < c") == "<p>a <code>b</code> &lt; c</p>"
