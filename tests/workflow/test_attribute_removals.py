"""RemoveAttributes through the real state machine: the attributes are gone from all endpoints, the names are free."""

import json

import boto3
import pytest
import urllib3

HEADER = (
    "Id,Address,ChannelType,Attributes.old_a,Attributes.old_b,Attributes.kept,Metrics.old_a,User.UserId,"
    "User.UserAttributes.old_a"
)
PEOPLE = f"{HEADER}\n1,a,SMS,x,x,x,1,u1,gold\n2,b,SMS,,,x,,,\n3,c,SMS,x,,,2,u1,\n"


@pytest.fixture
def imported(customer):
    customer.imported(customer.put("a.csv", PEOPLE))
    return customer


@pytest.fixture
def writers_are_gone(monkeypatch):
    """No job waits for the workers of the import before it: a test of the store does."""
    monkeypatch.setattr("plan_attribute_removal.handler.seconds_to_wait", lambda *_: 0)


def remove(customer, attribute_type, *patterns):
    """The answer that a stock client gets, and the job's id, which it drops."""
    path = f"{customer.stack.api_url}/v1/apps/{customer.app_id}/attributes/{attribute_type}"
    return customer.send("PUT", path, {"Blacklist": list(patterns)})


def removed(customer, attribute_type, *patterns):
    answer = remove(customer, attribute_type, *patterns)
    return customer.ended({"Id": answer["JobId"], "Type": "ATTRIBUTE_REMOVAL"})


def names(customer):
    key = {"pk": f"APP#{customer.app_id}", "sk": "ATTRIBUTE_NAMES"}
    table = boto3.resource("dynamodb", endpoint_url=customer.stack.aws_url).Table(
        customer.stack.variables["CONTROL_TABLE"]
    )
    return table.get_item(Key=key)["Item"].get("names", set())


@pytest.mark.usefixtures("writers_are_gone")
def test_attributes_leave_all_endpoints_and_their_names_the_app(imported):
    before = imported.endpoints()
    job = removed(imported, "endpoint-custom-attributes", "old_*")
    assert (job["JobStatus"], job["TotalProcessed"], job["TotalFailures"]) == ("COMPLETED", 3, 0)
    assert job["Definition"]["Attributes"] == ["old_a", "old_b"]
    after = imported.endpoints()
    assert [after[name].get("Attributes", {}) for name in "123"] == [{"kept": ["x"]}, {"kept": ["x"]}, {}]
    assert [after[name].get("Metrics") for name in "123"] == [before[name].get("Metrics") for name in "123"]
    assert after["1"]["User"] == before["1"]["User"]
    assert names(imported) == {"Attributes.kept", "Metrics.old_a", "User.UserAttributes.old_a"}


@pytest.mark.usefixtures("writers_are_gone")
def test_user_attributes_leave_users(imported):
    assert removed(imported, "endpoint-user-attributes", "old_a")["JobStatus"] == "COMPLETED"
    assert imported.endpoints()["1"]["User"] == {"UserId": "u1"}


def test_a_stock_client_is_told_which_attributes_go_and_a_second_call_gets_the_same_job(
    imported, monkeypatch
):
    monkeypatch.setattr("plan_attribute_removal.handler.seconds_to_wait", lambda *_: 3600)
    answer = imported.pinpoint.remove_attributes(
        ApplicationId=imported.app_id,
        AttributeType="endpoint-metric-attributes",
        UpdateAttributesRequest={"Blacklist": ["*"]},
    )["AttributesResource"]
    assert answer == {
        "ApplicationId": imported.app_id,
        "AttributeType": "endpoint-metric-attributes",
        "Attributes": ["old_a"],
    }
    again = remove(imported, "endpoint-metric-attributes", "old_a")
    jobs = imported.get("jobs/attribute-removal")["Item"]
    assert [job["Id"] for job in jobs] == [again["JobId"]]
    path = f"{imported.stack.api_url}/v1/apps/{imported.app_id}/jobs/attribute-removal/{again['JobId']}"
    assert imported.send("DELETE", path, {})["JobStatus"] in {"CANCELLING", "CANCELLED"}
    imported.stack.client("stepfunctions").stop_execution(executionArn=jobs[0]["ExecutionArn"])
    assert imported.ended({"Id": again["JobId"], "Type": "ATTRIBUTE_REMOVAL"})["JobStatus"] == "CANCELLED"
    request = {"Address": "a", "ChannelType": "SMS", "Metrics": {"old_a": 5}}
    imported.pinpoint.update_endpoint(ApplicationId=imported.app_id, EndpointId="1", EndpointRequest=request)


def test_an_app_without_such_attributes_gets_no_job(imported):
    answer = remove(imported, "endpoint-custom-attributes", "unknown")
    assert answer["Attributes"] == []
    assert "JobId" not in answer
    assert imported.get("jobs/attribute-removal") == {"Item": []}


def test_a_type_that_there_is_not_and_an_empty_request_are_refused(imported):
    for attribute_type, body, told in (
        ("endpoint-attributes", {"Blacklist": ["a"]}, "attribute-type: 'endpoint-attributes' is not one of"),
        ("endpoint-custom-attributes", {"Blacklist": []}, "Blacklist: "),
        ("endpoint-custom-attributes", {}, "Blacklist: is required"),
    ):
        url = f"{imported.stack.api_url}/v1/apps/{imported.app_id}/attributes/{attribute_type}"
        answer = urllib3.request("PUT", url, json=body, retries=False)
        assert answer.status == 400
        assert told in json.loads(answer.data)["Message"]
