"""What a running service leaves in its tables and its bucket is what docs/data-model.md says."""

import boto3
import pytest

from tests import data_model

POLICIES = "/data/core/ups/config/mergePolicies"
HEADER = "Id,Address,ChannelType,Attributes.Likes,User.UserId"
CSV = f"{HEADER}\n1,a@example.org,EMAIL,tea,ann\n2,b@example.org,EMAIL,,\nbad,,,,\n"
POLICY = {
    "name": "mine",
    "default": True,
    "identityGraph": {"type": "pdg"},
    "attributeMerge": {"type": "timestampOrdered"},
    "schema": {"name": "_xdm.context.profile"},
}
# The jobs of another app may hold these: they are the deployment's.
SHARED = {"RUNNING_IMPORTS", "EXPORT_JOB_COUNTER", "PAGING_SECRET"}


@pytest.fixture
def ids(customer, exporter, place, ask):
    """The ids that an import, a segment, exports of both kinds and events leave in keys."""
    assert ask("POST", POLICIES, POLICY).status_code == 200
    settings = {"Limits": {"Daily": 1}, "EventTaggingEnabled": True}
    customer.pinpoint.update_application_settings(
        ApplicationId=customer.app_id, WriteApplicationSettingsRequest=settings
    )
    app = customer.pinpoint.get_app(ApplicationId=customer.app_id)["ApplicationResponse"]
    customer.pinpoint.tag_resource(ResourceArn=app["Arn"], TagsModel={"tags": {"team": "crm"}})
    imported = customer.imported(customer.put("people.csv", CSV), DefineSegment=True)
    segment = customer.dimensional(UserAttributes={"Tier": {"Values": ["gold"]}})
    customer.pinpoint.put_events(ApplicationId=customer.app_id, EventsRequest={"BatchItem": {"3": EVENT}})
    exported = customer.exported(
        f"s3://{customer.stack.variables['BUCKET']}/exports/{customer.app_id}/out",
        SegmentId=imported["Definition"]["SegmentId"],
    )
    evaluation = {"evaluationInfo": {"segmentation": True}}
    profiles = exporter.exported(**evaluation)
    assert {imported["JobStatus"], exported["JobStatus"], profiles["status"]} == {"COMPLETED", "SUCCEEDED"}
    assert customer.get("segments?page-size=1")["NextToken"]
    jobs = [imported["Id"], exported["Id"]]
    return [customer.app_id, place.organisation, segment, imported["Definition"]["SegmentId"], *jobs]


EVENT = {
    "Endpoint": {"ChannelType": "EMAIL", "Address": "c@example.org"},
    "Events": {"1": {"EventType": "view", "Timestamp": "2026-01-01T00:00:00.000Z"}},
}


def items_of(stack, table):
    resource, request = boto3.resource("dynamodb").Table(stack.variables[table]), {}
    while True:
        page = resource.scan(**request)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        request = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def kinds_of(items, documented, ids):
    """The kinds of the items that have one of the ids in their keys; each has exactly one."""
    found = {}
    for item in items:
        kinds = [name for name, each in documented.items() if each.kind.values_of(item) is not None]
        if any(each in item["pk"] + item["sk"] for each in ids) or SHARED.intersection(kinds):
            assert len(kinds) == 1, item
            found.setdefault(kinds[0], []).append(item)
    return found


def test_every_item_and_object_is_of_exactly_one_documented_kind(stack, ids):
    control, endpoints = data_model.control_table(), data_model.endpoints_table()
    items = list(items_of(stack, "CONTROL_TABLE"))
    profile_jobs = [
        item["job_id"] for item in items if item.get("application_id") == ids[0] and "created" in item
    ]
    found = kinds_of(items, control, [*ids, *profile_jobs])
    for name, of_kind in found.items():
        others = {
            each for item in of_kind for each in item.keys() - {"pk", "sk"} if not control[name].has(each)
        }
        assert not others, name
    # An answer is kept for a request with an Idempotency-Key alone; the others are for jobs and apps that are going.
    assert control.keys() - found.keys() <= {
        "IDEMPOTENCY_KEY",
        "ACTIVE_JOB",
        "PENDING_REMOVAL",
        "REMOVED_JOB",
    }
    assert kinds_of(items_of(stack, "ENDPOINTS_TABLE"), endpoints, ids).keys() == endpoints.keys()
    prefixes = data_model.bucket()
    listed = stack.client("s3").get_paginator("list_objects_v2").paginate(Bucket=stack.variables["BUCKET"])
    keys = [entry["Key"] for page in listed for entry in page.get("Contents", [])]
    seen = set()
    for key in keys:
        if any(each in key for each in [*ids, *profile_jobs]):
            (name,) = (name for name, each in prefixes.items() if each.matches(key))
            seen.add(name)
    assert seen == prefixes.keys() - {"UPLOADS", "EXECUTIONS"}
