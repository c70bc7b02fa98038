"""What is in an exported batch: profiles under merge policies, memberships, events, formats."""

import json
import time

import pytest

from tests.experience_platform.exporting import primary

POLICIES = "/data/core/ups/config/mergePolicies"
NONE = {"mergePolicy": {"id": "timestampOrdered-none-mp", "version": 1}}


@pytest.fixture
def put(customer):
    """Writes an endpoint as an API call does."""

    def put(name, channel="EMAIL", user=None, **members):
        request = {"Address": f"{name}@example.org", "ChannelType": channel, **members}
        request |= {"User": {"UserId": user}} if user else {}
        customer.pinpoint.update_endpoint(
            ApplicationId=customer.app_id, EndpointId=name, EndpointRequest=request
        )

    return put


@pytest.fixture
def imported(customer):
    """Imports a segment of these endpoints, or a version of it; returns the segment's id."""

    def imported(*names, segment=None):
        rows = "".join(f"{name},{name}@example.org,EMAIL\n" for name in names)
        url = customer.put(f"{'-'.join(names)}.csv", f"Id,Address,ChannelType\n{rows}")
        given = {"SegmentId": segment} if segment else {}
        job = customer.imported(url, DefineSegment=True, **given)
        assert job["JobStatus"] == "COMPLETED"
        return job["Definition"]["SegmentId"]

    return imported


def memberships(row, segment):
    found = row.get("segmentMembership", {}).get("ups", {}).get(segment)
    return found and found["status"]


def now_ms():
    return time.time_ns() // 1_000_000


def moment(milliseconds):
    seconds, rest = divmod(milliseconds, 1000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{rest:03d}Z"


def test_users_are_stitched_unless_the_policy_says_none(exporter, put):
    for name, user in (("1", "ann"), ("2", "ann"), ("3", None)):
        put(name, user=user)
    assert set(exporter.by_identity()) == {"CRMID:ann", "Email:3@example.org"}
    rows = exporter.by_identity(**NONE)
    assert set(rows) == {f"Email:{name}@example.org" for name in "123"}
    assert rows["Email:1@example.org"]["identityMap"]["CRMID"] == [{"id": "ann", "primary": False}]


@pytest.mark.parametrize("kind", ["parquet", "json"])
def test_a_row_says_what_there_is_to_say(exporter, put, kind):
    put(
        "1",
        user="ann",
        Attributes={"Interests": ["art", "food"]},
        Metrics={"visits": 3.0},
        Location={"City": "Rome", "Country": "IT"},
        EffectiveDate="2026-01-02T03:04:05.678Z",
    )
    (row,) = exporter.rows(dataset=exporter.dataset(kind))
    assert row == {
        "identityMap": {
            "CRMID": [{"id": "ann", "primary": True}],
            "Email": [{"id": "1@example.org", "primary": False}],
        },
        "personalEmail": {"address": "1@example.org"},
        "homeAddress": {"city": "Rome", "countryCode": "IT"},
        "attributes": {"Interests": ["art", "food"]},
        "metrics": {"visits": 3.0},
        "lastUpdated": "2026-01-02T03:04:05.678Z",
    }


def test_only_what_is_asked_for_is_in_the_rows(exporter, put):
    put("1", user="ann", Attributes={"a": ["1"], "b": ["2"]})
    (row,) = exporter.rows(fields="identities.id, personalEmail.address ,attributes.b, nothing.of.it")
    assert row == {
        "identities": [{"id": "ann"}, {"id": "1@example.org"}],
        "personalEmail": {"address": "1@example.org"},
        "attributes": {"b": ["2"]},
    }


def test_a_policy_of_trusted_datasets_merges_in_their_order_and_nothing_else(ask, exporter, customer, put):
    trusted, other = exporter.dataset(), exporter.dataset()
    header = "Id,Address,ChannelType,User.UserId,Attributes.plan\n"
    for dataset, name, plan in ((trusted, "1", "gold"), (other, "2", "free")):
        url = customer.put(f"{plan}.csv", f"{header}{name},{name}@example.org,EMAIL,ann,{plan}\n")
        request = {"S3Url": url, "RoleArn": customer.role_arn, "Format": "CSV", "DatasetId": dataset}
        customer.post("jobs/import", request)
    put("3", user="ann", Attributes={"plan": ["none"]})
    put("4")
    policy = {
        "name": "trusted first",
        "schema": {"name": "_xdm.context.profile"},
        "identityGraph": {"type": "pdg"},
        "attributeMerge": {"type": "dataSetPrecedence", "order": [trusted, other]},
    }
    made = ask("POST", POLICIES, policy).json()["id"]
    (row,) = exporter.rows(mergePolicy={"id": made})
    assert row["attributes"] == {"plan": ["gold"]}
    assert {identity["id"] for identity in row["identityMap"]["Email"]} == {"1@example.org", "2@example.org"}


def test_an_imported_segments_versions_tell_who_is_in_it_who_was_and_since_when(exporter, imported):
    segment = imported("a", "b")
    between = moment(now_ms())
    imported("b", "c", segment=segment)
    rows = exporter.by_identity()
    status = {name: memberships(row, segment) for name, row in rows.items()}
    assert status == {
        "Email:a@example.org": "exited",
        "Email:b@example.org": "realized",
        "Email:c@example.org": "realized",
    }
    since = {
        name: row["segmentMembership"]["ups"][segment]["lastQualificationTime"] for name, row in rows.items()
    }
    assert since["Email:b@example.org"] < between < since["Email:a@example.org"]
    assert since["Email:a@example.org"] == since["Email:c@example.org"]


@pytest.mark.parametrize(
    ("status", "names"),
    [
        (None, "bc"),
        (["realized"], "bc"),
        (["existing"], "bc"),
        (["exited"], "a"),
        (["realized", "exited"], "abc"),
    ],
)
def test_profiles_are_filtered_by_their_status_in_a_segment(exporter, imported, put, status, names):
    segment = imported("a", "b")
    imported("b", "c", segment=segment)
    put("stranger")
    wanted = {"segmentId": segment, **({"status": status} if status else {})}
    rows = exporter.by_identity(filter={"segments": [wanted]})
    assert set(rows) == {f"Email:{name}@example.org" for name in names}


def test_the_qualification_window_bounds_when_the_status_was_gained(exporter, imported):
    segment = imported("a", "b")
    between = moment(now_ms())
    imported("b", "c", segment=segment)
    wanted = {"segments": [{"segmentId": segment}]}
    early = exporter.by_identity(filter={**wanted, "segmentQualificationTime": {"endTime": between}})
    late = exporter.by_identity(filter={**wanted, "segmentQualificationTime": {"startTime": between}})
    assert (set(early), set(late)) == ({"Email:b@example.org"}, {"Email:c@example.org"})


def test_a_dimensional_segment_is_evaluated_in_a_job_that_says_so_and_otherwise_stays(
    exporter, customer, put
):
    segment = customer.dimensional(Attributes={"plan": {"AttributeType": "INCLUSIVE", "Values": ["gold"]}})
    put("a", Attributes={"plan": ["gold"]})
    evaluate = {"evaluationInfo": {"segmentation": True}}
    only = {"filter": {"segments": [{"segmentId": segment}]}}
    assert set(exporter.by_identity(**only, **evaluate)) == {"Email:a@example.org"}
    put("b", Attributes={"plan": ["gold"]})
    put("a", Attributes={"plan": ["free"]})
    assert set(exporter.by_identity(**only)) == {"Email:a@example.org"}
    assert set(exporter.by_identity(**only, **evaluate)) == {"Email:b@example.org"}
    rows = exporter.by_identity()
    assert memberships(rows["Email:a@example.org"], segment) == "exited"


def test_segments_are_evaluated_where_asked_for_whatever_is_exported(exporter, customer, put):
    segment = customer.dimensional(Attributes={"plan": {"AttributeType": "INCLUSIVE", "Values": ["gold"]}})
    put("a", Attributes={"plan": ["gold"]})
    exporter.rows(fields="personalEmail", evaluationInfo={"segmentation": True})
    put("a", Attributes={"plan": ["free"]})
    assert set(exporter.by_identity(filter={"segments": [{"segmentId": segment}]})) == {"Email:a@example.org"}


def test_a_dimensional_segment_that_was_never_evaluated_is_evaluated_when_it_is_exported(
    exporter, customer, put
):
    segment = customer.dimensional(Attributes={"plan": {"AttributeType": "INCLUSIVE", "Values": ["gold"]}})
    put("a", Attributes={"plan": ["gold"]})
    put("b")
    assert set(exporter.by_identity(filter={"segments": [{"segmentId": segment}]})) == {"Email:a@example.org"}


def test_only_the_histories_that_a_job_needs_are_read(exporter, imported, stack):
    wanted, _ = imported("a"), imported("b")
    only = {"filter": {"segments": [{"segmentId": wanted}]}}
    for fields, count in (("personalEmail", 1), (None, 2)):
        job = exporter.exported(fields=fields, **only) if fields else exporter.exported(**only)
        job_id = job["computeGatewayJobId"]["exportJob"].replace("-", "")
        key = f"work/{exporter.application_id}/{job_id}/memberships.json"
        found = stack.client("s3").get_object(Bucket=stack.variables["BUCKET"], Key=key)["Body"].read()
        assert len(json.loads(found)) == count


def test_a_user_is_in_a_segment_with_any_of_its_endpoints(exporter, customer, put):
    segment = customer.dimensional(Attributes={"plan": {"AttributeType": "INCLUSIVE", "Values": ["gold"]}})
    put("a", user="ann", Attributes={"plan": ["gold"]})
    put("b", user="ann")
    only = {"filter": {"segments": [{"segmentId": segment}]}}
    assert set(exporter.by_identity(**only)) == {"CRMID:ann"}
    assert set(exporter.by_identity(**only, **NONE)) == {"Email:a@example.org"}


def test_profiles_that_were_not_written_since_are_left_out(exporter, put, customer):
    put("old")
    put("touched", user="ann")
    before = moment(now_ms())
    time.sleep(0.002)  # ingest times are milliseconds, and the bound is strict
    customer.pinpoint.update_endpoint(
        ApplicationId=customer.app_id,
        EndpointId="touched",
        EndpointRequest={"User": {"UserAttributes": {"plan": ["gold"]}}},
    )
    put("new", EffectiveDate="2020-01-01T00:00:00Z")
    rows = exporter.by_identity(filter={"fromIngestTimestamp": before})
    assert set(rows) == {"CRMID:ann", "Email:new@example.org"}


def test_an_endpoint_by_itself_is_not_written_when_another_one_of_its_user_is(exporter, put):
    put("old", user="ann")
    before = moment(now_ms())
    time.sleep(0.002)  # as above
    put("new", user="ann")
    since = {"filter": {"fromIngestTimestamp": before}}
    assert set(exporter.by_identity(**since, **NONE)) == {"Email:new@example.org"}
    assert set(exporter.by_identity(**since)) == {"CRMID:ann"}


def events(customer, endpoint, *names):
    each = {
        name: {"EventType": "open", "Timestamp": f"2026-01-0{at}T00:00:00Z"}
        for at, name in enumerate(names, 1)
    }
    item = {endpoint: {"Endpoint": {}, "Events": each}}
    customer.pinpoint.put_events(ApplicationId=customer.app_id, EventsRequest={"BatchItem": item})


def test_events_come_with_their_profiles_by_their_time(exporter, customer, put):
    put("1", user="ann")
    put("2", user="ann")
    put("3")
    events(customer, "1", "first", "third")
    events(customer, "2", "other")
    rows = exporter.by_identity(additionalFields={"eventList": {}})
    assert [event["_id"] for event in rows["CRMID:ann"]["eventList"]] == ["first", "other", "third"]
    assert rows["CRMID:ann"]["eventList"][0]["eventType"] == "open"
    assert rows["Email:3@example.org"]["eventList"] == []
    assert all("eventList" not in row for row in exporter.rows())


def test_events_are_those_ingested_within_the_window_with_the_selected_fields(exporter, customer, put):
    put("1")
    events(customer, "1", "early")
    time.sleep(0.002)  # as above
    between = moment(now_ms())
    time.sleep(0.002)
    events(customer, "1", "late")

    def seen(**bounds):
        asked = {"fields": "_id, _experience", "filter": bounds}
        (row,) = exporter.rows(additionalFields={"eventList": asked})
        return row["eventList"]

    assert seen(fromIngestTimestamp=between) == [{"_id": "late"}]
    assert seen(toIngestTimestamp=between) == [{"_id": "early"}]


def test_profiles_that_have_only_events_are_exported_where_asked_for(exporter, customer, put):
    put("1")
    events(customer, "1", "x")
    events(customer, "ghost", "y")
    assert set(exporter.by_identity()) == {"Email:1@example.org"}
    asked = {"filter": {"emptyProfiles": True}, "additionalFields": {"eventList": {"fields": "_id"}}}
    rows = exporter.by_identity(**asked)
    assert set(rows) == {"Email:1@example.org", "ECID:ghost"}
    assert rows["ECID:ghost"]["eventList"] == [{"_id": "y"}]


def test_a_profile_that_has_only_events_was_written_when_its_last_event_was(exporter, customer):
    events(customer, "early", "x")
    time.sleep(0.002)  # as above
    between = moment(now_ms())
    time.sleep(0.002)
    events(customer, "late", "y")
    rows = exporter.by_identity(filter={"emptyProfiles": True, "fromIngestTimestamp": between})
    assert set(rows) == {"ECID:late"}


def test_each_segment_has_its_own_batch_with_its_own_profiles(exporter, imported):
    segments = [imported("a", "b"), imported("b", "c")]
    job = exporter.exported(by_segment=True, filter={"segments": [{"segmentId": each} for each in segments]})
    place = job["destination"]
    found = [
        {primary(row) for row in exporter.batch(place["datasetId"], each["batchId"])}
        for each in place["batches"]
    ]
    assert found == [{f"Email:{name}@example.org" for name in names} for names in ("ab", "bc")]
    assert job["metrics"]["totalExportedProfileCounter"] == 4
    assert job["metrics"]["exportedProfileByNamespaceCounter"] == {"Email": 4}


def test_an_export_of_nothing_is_a_batch_without_files(exporter):
    job = exporter.exported()
    place = job["destination"]
    assert (job["status"], job["metrics"]["totalExportedProfileCounter"]) == ("SUCCEEDED", 0)
    assert job["metrics"]["exportedProfileByNamespaceCounter"] == {}
    assert json.loads(exporter.read(place["datasetId"], place["batchId"], "_manifest.json"))["files"] == []


def test_the_data_of_one_organisation_is_never_in_anothers_export(
    exporter, put, customer, other_place, stack
):
    put("mine")
    url = f"{stack.api_url}/v1/apps/{other_place.application_id}/endpoints/theirs"
    customer.send("PUT", url, {"Address": "theirs@example.org", "ChannelType": "EMAIL"})
    assert set(exporter.by_identity()) == {"Email:mine@example.org"}
