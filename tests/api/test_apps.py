"""Apps, through a stock client."""

import re

import pytest

from audience.jobs.executions import Executions
from audience.jobs.model import JobKey

HEX = re.compile(r"[0-9a-f]{32}")
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def test_an_app_is_made_with_an_id_an_arn_and_a_date(pinpoint):
    made = pinpoint.create_app(CreateApplicationRequest={"Name": "Shop", "tags": {"team": "crm"}})
    app = made["ApplicationResponse"]
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert HEX.fullmatch(app["Id"])
    assert DATE.fullmatch(app["CreationDate"])
    assert app["Arn"] == f"arn:aws:mobiletargeting:us-east-1:123456789012:apps/{app['Id']}"
    assert (app["Name"], app["tags"]) == ("Shop", {"team": "crm"})


def test_an_app_is_found_by_its_id(pinpoint):
    app = pinpoint.create_app(CreateApplicationRequest={"Name": "Found"})["ApplicationResponse"]
    assert pinpoint.get_app(ApplicationId=app["Id"])["ApplicationResponse"] == app


def test_apps_are_listed_newest_first(pinpoint):
    made = [pinpoint.create_app(CreateApplicationRequest={"Name": name}) for name in ("first", "second")]
    first, second = (answer["ApplicationResponse"] for answer in made)
    assert pinpoint.get_apps(PageSize="2")["ApplicationsResponse"]["Item"] == [second, first]


def test_an_app_that_does_not_exist_is_not_found(pinpoint):
    with pytest.raises(pinpoint.exceptions.NotFoundException, match=f"there is no app '{'0' * 32}'"):
        pinpoint.get_app(ApplicationId="0" * 32)


def test_an_id_that_is_none_is_not_found(pinpoint):
    for wrong in ("nope", "A" * 32, "0" * 31, "0" * 33):
        with pytest.raises(pinpoint.exceptions.NotFoundException, match="application-id"):
            pinpoint.get_app(ApplicationId=wrong)


def test_a_deleted_app_is_given_back_and_gone_with_all_it_had(pinpoint, app_id):
    endpoint = {"ChannelType": "EMAIL", "Address": "a@example.org"}
    pinpoint.update_endpoint(ApplicationId=app_id, EndpointId="one", EndpointRequest=endpoint)
    deleted = pinpoint.delete_app(ApplicationId=app_id)["ApplicationResponse"]
    assert deleted["Id"] == app_id
    for refused in (
        lambda: pinpoint.get_app(ApplicationId=app_id),
        lambda: pinpoint.delete_app(ApplicationId=app_id),
        lambda: pinpoint.get_endpoint(ApplicationId=app_id, EndpointId="one"),
        lambda: pinpoint.get_segments(ApplicationId=app_id),
        lambda: pinpoint.get_import_jobs(ApplicationId=app_id),
    ):
        with pytest.raises(pinpoint.exceptions.NotFoundException):
            refused()
    assert app_id not in [app["Id"] for app in pinpoint.get_apps()["ApplicationsResponse"]["Item"]]


def test_deleting_an_app_empties_the_tables_of_it(pinpoint, app_id, items_of):
    def keys_of(table):
        return [(item["pk"]["S"], item["sk"]["S"]) for item in items_of(table) if app_id in str(item)]

    for name in ("one", "two"):
        pinpoint.update_endpoint(
            ApplicationId=app_id,
            EndpointId=name,
            EndpointRequest={"ChannelType": "EMAIL", "Address": "a@example.org", "User": {"UserId": "u"}},
        )
    pinpoint.create_segment(
        ApplicationId=app_id, WriteSegmentRequest={"Name": "all", "Dimensions": {"Attributes": {}}}
    )
    assert keys_of("CONTROL_TABLE")
    pinpoint.delete_app(ApplicationId=app_id)
    assert keys_of("ENDPOINTS_TABLE") == []
    assert keys_of("CONTROL_TABLE") == [("REMOVAL", app_id)]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Name: is required"),
        ({"Name": ""}, "Name: '' is not a string of at least 1 character"),
        ({"Name": "x" * 65}, "is not a string of at most 64 characters"),
        ({"Name": 7}, "Name: 7 is not a string"),
        ({"Name": "x", "Tags": {}}, "Tags: {} is given, but CreateApplicationRequest has no such member"),
        ({"Name": "x", "tags": {"k": 1}}, "tags.k: 1 is not a string"),
        ({"Name": "x", "tags": []}, "tags: [] is not an object"),
        ({"Name": "x", "tags": {"": "v"}}, "tags.: '' is not a string of at least 1 character"),
        ({"Name": "x", "tags": {str(n): "" for n in range(51)}}, "is not an object of at most 50 members"),
    ],
)
def test_an_app_is_refused_in_words_that_name_the_member(http, body, message):
    answer = http("POST", "/v1/apps", body)
    assert answer.status == 400
    assert message in answer.error


def test_deleting_an_app_stops_its_jobs(pinpoint, app_id, stack, role_arn, customer_bucket, monkeypatch):
    stopped = []
    monkeypatch.setattr(Executions, "stop", lambda _, *told: stopped.append(told))
    stack.client("s3").put_object(Bucket=customer_bucket, Key=f"{app_id}/a.csv", Body=b"Id\n1\n")
    monkeypatch.setattr(Executions, "start", lambda *_: None)
    request = {"S3Url": f"s3://{customer_bucket}/{app_id}/", "RoleArn": role_arn, "Format": "CSV"}
    job = pinpoint.create_import_job(ApplicationId=app_id, ImportJobRequest=request)["ImportJobResponse"]
    pinpoint.delete_app(ApplicationId=app_id)
    key = JobKey(app_id, "IMPORT", job["Id"])
    assert stopped == [(key, 1, "The app of this job was deleted.")]


def test_an_app_whose_jobs_have_no_execution_can_be_deleted(
    pinpoint, app_id, stack, role_arn, customer_bucket, monkeypatch
):
    stack.client("s3").put_object(Bucket=customer_bucket, Key=f"{app_id}/a.csv", Body=b"Id\n1\n")
    monkeypatch.setattr(Executions, "start", lambda *_: None)
    request = {"S3Url": f"s3://{customer_bucket}/{app_id}/", "RoleArn": role_arn, "Format": "CSV"}
    pinpoint.create_import_job(ApplicationId=app_id, ImportJobRequest=request)
    assert pinpoint.delete_app(ApplicationId=app_id)["ApplicationResponse"]["Id"] == app_id
