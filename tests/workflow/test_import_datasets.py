"""An import on behalf of a dataset marks its endpoints with it, out of everybody's sight."""

import urllib3

from audience.layout.endpoints_table import endpoint_key

ROWS = "Id,Address,ChannelType\none,1@example.org,EMAIL\ntwo,2@example.org,EMAIL\n"


def item(stack, customer, endpoint_id):
    key = endpoint_key(customer.app_id, endpoint_id)
    found = stack.client("dynamodb").get_item(TableName=stack.variables["ENDPOINTS_TABLE"], Key=key)
    return found["Item"]


def test_endpoints_bear_the_dataset_of_their_job_and_exports_do_not_show_it(stack, customer, dataset):
    url = customer.put("people.csv", ROWS)
    request = {"S3Url": url, "RoleArn": customer.role_arn, "Format": "CSV", "DatasetId": dataset}
    jobs = f"{stack.api_url}/v1/apps/{customer.app_id}/jobs/import"
    made = urllib3.request("POST", jobs, json=request, retries=False).json()
    assert customer.ended(made)["Definition"]["DatasetId"] == dataset
    customer.imported(customer.put("more.csv", "Id,OptOut\ntwo,ALL\n"))
    for name in ("one", "two"):
        assert item(stack, customer, name)["dataset"] == {"S": dataset}
    customer.exported(customer.url("out"))
    exported = customer.documents(customer.url("out"))
    assert exported.keys() == {"one", "two"}
    for document in (*exported.values(), *customer.endpoints().values()):
        assert not {"dataset", "ingested"} & document.keys()
