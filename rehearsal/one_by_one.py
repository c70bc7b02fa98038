"""Operations on one thing: endpoints, users, events, segments; and the second dialect's lists."""

import boto3

from rehearsal.rare_paths import held
from walk.customer import Customer
from walk.platform import JOBS, PlatformCustomer
from walk.show import step

POLICIES = "/data/core/ups/config/mergePolicies"


def endpoints(customer: Customer) -> None:
    """Write, read and delete endpoints, users and events with the stock client."""
    step("One by one: endpoints, users, events, segments, with the stock client")
    pinpoint, app, checks = customer.pinpoint, customer.app, customer.checks
    ada = {"Address": "ada@example.com", "ChannelType": "EMAIL", "User": {"UserId": "ada"}}
    pinpoint.update_endpoint(ApplicationId=app, EndpointId="one-1", EndpointRequest=ada)
    batch = {"Item": [{"Id": "one-2", **ada}, {"Id": "one-3", "Address": "+1", "ChannelType": "SMS"}]}
    pinpoint.update_endpoints_batch(ApplicationId=app, EndpointBatchRequest=batch)
    event = {"EventType": "opened", "Timestamp": "2026-11-01T10:00:00Z"}
    pinpoint.put_events(
        ApplicationId=app, EventsRequest={"BatchItem": {"one-1": {"Endpoint": {}, "Events": {"e1": event}}}}
    )
    found = pinpoint.get_user_endpoints(ApplicationId=app, UserId="ada")["EndpointsResponse"]["Item"]
    checks.same("endpoints of the user", sorted(item["Id"] for item in found), ["one-1", "one-2"])
    pinpoint.delete_endpoint(ApplicationId=app, EndpointId="one-3")
    pinpoint.delete_user_endpoints(ApplicationId=app, UserId="ada")
    gone = [customer.place.call("GET", f"/v1/apps/{app}/endpoints/one-{n}").status_code for n in (1, 2, 3)]
    checks.same("endpoints afterwards", gone, [404, 404, 404])


def segments(customer: Customer, imported: str) -> None:
    """Change and delete segments, an imported one among them."""
    pinpoint, app, checks = customer.pinpoint, customer.app, customer.checks
    segment = customer.create_segment("Tea", Interests=["tea"])
    changed = {"Name": "Tea and music", "Dimensions": {}}
    pinpoint.update_segment(ApplicationId=app, SegmentId=segment, WriteSegmentRequest=changed)
    versions = pinpoint.get_segment_versions(ApplicationId=app, SegmentId=segment)["SegmentsResponse"]["Item"]
    checks.same("versions of the segment", len(versions), 2)
    for each in (segment, imported):
        pinpoint.delete_segment(ApplicationId=app, SegmentId=each)
        checks.same(
            "GetSegment after DeleteSegment",
            customer.place.call("GET", f"/v1/apps/{app}/segments/{each}").status_code,
            404,
        )


def platform(customer: Customer, segment_id: str, expected: int, service_bucket: str) -> None:
    """Evaluate a segment again, list, cancel a job, make and delete a merge policy; then end the binding."""
    step(
        "One by one: the second dialect's lists, merge policies, a job that is cancelled, a second evaluation"
    )
    place, checks = customer.place, customer.checks
    if place.platform is None:
        return
    client = PlatformCustomer(customer, place.platform, None)
    dataset = client.create_dataset("Again")
    with held("finish_profile_export"):
        number = client.start(dataset, segment_id)
        batch = client.call("GET", f"{JOBS}/{number}").json()["destination"]["batchId"]
        late = f"datasets/{customer.app}/{dataset}/{batch}/late.parquet"
        boto3.client("s3").put_object(Bucket=service_bucket, Key=late, Body=b"of a worker that was too slow")
    checks.same("a second evaluation", client.ended(number, expected)["status"], "SUCCEEDED")
    listed = boto3.client("s3").list_objects_v2(Bucket=service_bucket, Prefix=late)
    checks.same("files of a slower worker in the batch", listed["KeyCount"], 0)
    number = client.start(dataset, segment_id)
    client.call("DELETE", f"{JOBS}/{number}")
    checks.same("a job that is cancelled", client.ended(number, expected)["status"], "CANCELLED")
    checks.holds("the list of jobs", client.call("GET", JOBS).json()["records"])
    policy = {
        "name": "Ours",
        "identityGraph": {"type": "none"},
        "attributeMerge": {"type": "timestampOrdered"},
    }
    made = client.call("POST", POLICIES, {**policy, "schema": {"name": "_xdm.context.profile"}}).json()
    client.send(
        "DELETE", f"{POLICIES}/{made['id']}"
    )  # an answer without a body, which the engine makes a 500 of
    checks.holds("a deleted merge policy is not listed", made["id"] not in client.call("GET", POLICIES).text)
    path = f"/v1/apps/{customer.app}/platform"
    checks.same("UnbindApp", place.call("DELETE", path).ok, True)
