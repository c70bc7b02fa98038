"""The sequences of calls of programs that are public, as their authors wrote them for Pinpoint.

Each names the program it was learnt from; it was also run itself, unchanged but for the URL and the signing name.
"""

import json

import pytest

CHURN = "PREDICT_CHURN"


@pytest.fixture
def imported(pinpoint, app_id, role_arn, ended):
    """Creates an import job and waits for it; returns the answers to both, the first and the last one."""

    def run(url, **request):
        request = {"Format": "CSV", "RoleArn": role_arn, "S3Url": url, **request}
        created = pinpoint.create_import_job(ApplicationId=app_id, ImportJobRequest=request)
        ended(created["ImportJobResponse"])
        found = pinpoint.get_import_job(ApplicationId=app_id, JobId=created["ImportJobResponse"]["Id"])
        return created["ImportJobResponse"], found["ImportJobResponse"]

    return run


def segments(pinpoint, app_id):
    return pinpoint.get_segments(ApplicationId=app_id)["SegmentsResponse"]["Item"]


def test_a_segment_is_tagged_after_its_import_and_found_by_its_tag(pinpoint, app_id, put, imported):
    """AWS's predictive segmentation: the account of the tag's ARN is the ExternalId that the job's answer tells."""
    imported(put("others.csv"), DefineSegment=True)
    everybody = b"ChannelType,Id,Address\nEMAIL,1,churn1@example.org\nEMAIL,2,churn2@example.org\n"
    created, done = imported(put("scores.csv", everybody), DefineSegment=True, SegmentName="Churn")
    told = created["Definition"]
    assert (told["SegmentId"], told["ExternalId"]) == tuple(
        done["Definition"][name] for name in ("SegmentId", "ExternalId")
    )
    arn = f"arn:aws:mobiletargeting:us-east-1:{told['ExternalId']}:apps/{app_id}/segments/{told['SegmentId']}"
    pinpoint.tag_resource(ResourceArn=arn, TagsModel={"tags": {CHURN: "YES"}})
    # Every item is asked for its tags, those without any too.
    (found,) = (each for each in segments(pinpoint, app_id) if each["tags"].get(CHURN) == "YES")
    assert found["Id"] == told["SegmentId"]
    # Next day's scores have ids and a metric only, and one of somebody who is gone.
    scores = put("next.csv", b"Id,Metrics.ChurnScore\n1,0.7\n2,0.1\n3,0.5\n")
    _, again = imported(scores, SegmentId=found["Id"])
    assert (again["TotalProcessed"], again["TotalFailures"]) == (2, 1)
    (found,) = (each for each in segments(pinpoint, app_id) if each["tags"].get(CHURN) == "YES")
    assert (found["Id"], found["ImportDefinition"]["Size"]) == (told["SegmentId"], 2)


def test_files_are_imported_at_once_each_into_the_segment_of_its_name(pinpoint, app_id, role_arn, put, ended):
    """A splitter of large files: one job a file, all of them started before one has ended."""
    names = [f"split{n}.csv" for n in range(3)]
    jobs = []
    for n, name in enumerate(names):
        url = put(name, f"ChannelType,Address,Id\nEMAIL,a{n}@example.org,{n}\n".encode())
        request = {
            "Format": "CSV",
            "RoleArn": role_arn,
            "S3Url": url,
            "DefineSegment": True,
            "SegmentName": name,
        }
        jobs.append(pinpoint.create_import_job(ApplicationId=app_id, ImportJobRequest=request))
    for job in jobs:
        ended(job["ImportJobResponse"])
    assert sorted(each["Name"] for each in segments(pinpoint, app_id)) == names


def test_a_file_of_a_warehouse_without_ids_makes_the_same_endpoints_each_day(pinpoint, app_id, put, imported):
    """A daily UNLOAD: its key has no extension, its rows have users and no ids, and some cells are empty."""
    header = b"User.UserId,Address,User.UserAttributes.Age,User.UserAttributes.InterestName,ChannelType\n"
    rows = b'u1,a@example.org,31,Music,EMAIL\nu2,b@example.org,40,"",EMAIL\n'
    url = put("2026/11/28/user_list/000", header + rows)
    for day in ("20261128", "20261129"):
        _, done = imported(url, DefineSegment=True, RegisterEndpoints=True, SegmentName=day)
        assert (done["TotalProcessed"], done["Failures"]) == (2, [])
    (found,) = pinpoint.get_user_endpoints(ApplicationId=app_id, UserId="u1")["EndpointsResponse"]["Item"]
    assert found["User"]["UserAttributes"] == {"Age": ["31"], "InterestName": ["Music"]}
    assert [each["ImportDefinition"]["Size"] for each in segments(pinpoint, app_id)] == [2, 2]


def test_an_export_is_handed_on_as_json_and_its_files_are_found_by_the_segments_folder(
    pinpoint, app_id, role_arn, customer_bucket, stack, put, imported, ended
):
    """A function behind a web page: it passes the job on as JSON, and lists the folder of the segment."""
    created, _ = imported(put("in.csv"), DefineSegment=True)
    segment = created["Definition"]["SegmentId"]
    prefix = f"{app_id}/exported-segments/{segment}/"
    request = {"RoleArn": role_arn, "S3UrlPrefix": f"s3://{customer_bucket}/{prefix}", "SegmentId": segment}
    job = pinpoint.create_export_job(ApplicationId=app_id, ExportJobRequest=request)["ExportJobResponse"]
    assert json.loads(json.dumps(job))["JobStatus"] == "CREATED"
    assert ended(job)["TotalProcessed"] == 1
    listed = stack.client("s3").list_objects_v2(Bucket=customer_bucket, Prefix=prefix)["Contents"]
    assert [each["Key"].endswith(".gz") for each in listed] == [True]


def test_a_segment_of_a_name_alone_is_everybody(pinpoint, app_id):
    """A test of access to AWS: an app, a segment of a name, both looked for, read and deleted again."""
    made = pinpoint.create_segment(ApplicationId=app_id, WriteSegmentRequest={"Name": "probe"})
    assert [each["Name"] for each in segments(pinpoint, app_id)] == ["probe"]
    named = {"ApplicationId": app_id, "SegmentId": made["SegmentResponse"]["Id"]}
    assert pinpoint.get_segment(**named)["SegmentResponse"]["Dimensions"] == {}
    pinpoint.delete_segment(**named)
    with pytest.raises(pinpoint.exceptions.NotFoundException):
        pinpoint.get_segment(**named)
