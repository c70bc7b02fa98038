"""CreateExportJob and its reads, through a stock client; what a running job does is tests/workflow's matter."""

import gzip

import boto3
import pytest
import urllib3

from audience.errors import RoleNotAssumableError
from audience.identifiers import new_id, now_iso
from audience.jobs.model import Job, JobKey
from audience.jobs.store import JobStore
from audience.sources.access import CustomerAccess


@pytest.fixture
def create(pinpoint, app_id, role_arn, customer_bucket):
    def create(**members):
        request = {"S3UrlPrefix": f"s3://{customer_bucket}/{app_id}/out", "RoleArn": role_arn, **members}
        return pinpoint.create_export_job(ApplicationId=app_id, ExportJobRequest=request)

    return create


@pytest.fixture
def segment(pinpoint, app_id):
    request = {"Name": "s", "Dimensions": {"Attributes": {}}}
    return pinpoint.create_segment(ApplicationId=app_id, WriteSegmentRequest=request)["SegmentResponse"]


def test_a_job_is_answered_with_202_and_echoes_its_request(create, app_id, role_arn, customer_bucket):
    answer = create()
    job = answer["ExportJobResponse"]
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert (job["Type"], job["JobStatus"], job["ApplicationId"]) == ("EXPORT", "CREATED", app_id)
    assert job["Definition"] == {
        "S3UrlPrefix": f"s3://{customer_bucket}/{app_id}/out",
        "RoleArn": role_arn,
    }


def test_jobs_are_found_and_listed_newest_first(pinpoint, app_id, create):
    ids = [create()["ExportJobResponse"]["Id"] for _ in range(2)]
    assert pinpoint.get_export_job(ApplicationId=app_id, JobId=ids[0])["ExportJobResponse"]["Id"] == ids[0]
    listed = pinpoint.get_export_jobs(ApplicationId=app_id)["ExportJobsResponse"]["Item"]
    assert [job["Id"] for job in listed] == ids[::-1]


def test_a_segments_export_jobs_are_listed(pinpoint, app_id, create, segment):
    job = create(SegmentId=segment["Id"], SegmentVersion=1)["ExportJobResponse"]
    create()
    assert (job["Definition"]["SegmentId"], job["Definition"]["SegmentVersion"]) == (segment["Id"], 1)
    listed = pinpoint.get_segment_export_jobs(ApplicationId=app_id, SegmentId=segment["Id"])
    assert [found["Id"] for found in listed["ExportJobsResponse"]["Item"]] == [job["Id"]]
    imports = pinpoint.get_segment_import_jobs(ApplicationId=app_id, SegmentId=segment["Id"])
    assert imports["ImportJobsResponse"]["Item"] == []


def test_a_segment_or_a_version_that_does_not_exist_is_not_found(create, pinpoint, segment):
    with pytest.raises(pinpoint.exceptions.NotFoundException, match="there is no segment '000"):
        create(SegmentId="0" * 32)
    with pytest.raises(pinpoint.exceptions.NotFoundException, match="there is no version 2 of segment"):
        create(SegmentId=segment["Id"], SegmentVersion=2)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"S3UrlPrefix": "bucket/key"}, "S3UrlPrefix: 'bucket/key' is not an S3 URL"),
        ({"RoleArn": None}, "RoleArn: is required"),
        ({"RoleArn": "me"}, "RoleArn: 'me' is not the ARN of a role"),
        ({"SegmentVersion": 1}, "SegmentVersion: 1 is given, but no SegmentId"),
        ({"SegmentVersion": 0}, "SegmentVersion: 0 is not a whole number of at least 1"),
        ({"SegmentVersion": "1"}, "SegmentVersion: '1' is not a whole number"),
        ({"Format": "CSV"}, "Format: 'CSV' is given, but ExportJobRequest has no such member"),
    ],
)
def test_a_job_is_refused_in_words_that_name_the_member(http, app_id, role_arn, body, message):
    whole = {"S3UrlPrefix": "s3://bb-b/k", "RoleArn": role_arn}
    answer = http("POST", f"/v1/apps/{app_id}/jobs/export", {**whole, **body})
    assert answer.status == 400
    assert message in answer.error


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("s3://no-such-bucket-here/out", "s3://no-such-bucket-here/out/' cannot be written to: AWS refused "),
        ("s3://a..b/out", "is not an S3 URL"),
        ("s3://192.168.5.4/out", "is not an S3 URL"),
        ("s3://{bucket}/a\0b", "has a control character in it"),
        ("s3://{bucket}/a\nb", "has a control character in it"),
        ("s3://{bucket}/a/../../b", "leads out of the bucket"),
        ("s3://{bucket}/" + "x" * 960, "has a prefix of 961 bytes: it may have 960 at most"),
        ("s3://{bucket}/" + "ä" * 513, "its key has 1026 bytes"),
    ],
)
def test_a_destination_that_no_file_can_be_written_to_is_told_at_create(
    create, pinpoint, customer_bucket, url, message
):
    with pytest.raises(pinpoint.exceptions.BadRequestException, match="S3UrlPrefix: ") as raised:
        create(S3UrlPrefix=url.format(bucket=customer_bucket))
    assert message in str(raised.value)


def test_a_destination_as_long_as_can_be_is_taken(create, customer_bucket):
    assert create(S3UrlPrefix=f"s3://{customer_bucket}/{'x' * 959}")["ExportJobResponse"]["Id"]


def test_a_role_that_cannot_be_assumed_is_told_at_create(create, pinpoint, monkeypatch):
    def not_assumable(*_):
        raise RoleNotAssumableError("'r' cannot be assumed: AccessDenied")

    monkeypatch.setattr(CustomerAccess, "writer", not_assumable)
    with pytest.raises(pinpoint.exceptions.BadRequestException, match="RoleArn: 'r' cannot be assumed"):
        create()


@pytest.mark.parametrize("folder", ["", "uploads/", "exports", "exports/", "work/", "exports/" + "0" * 32])
def test_an_export_into_the_services_bucket_stays_in_the_apps_own_folder(create, pinpoint, stack, folder):
    with pytest.raises(pinpoint.exceptions.BadRequestException, match=r"S3UrlPrefix: .* is not below s3://"):
        create(S3UrlPrefix=f"s3://{stack.variables['BUCKET']}/{folder}")


@pytest.mark.parametrize("below", ["", "/", "/a/b"])
def test_an_export_into_the_apps_own_folder_needs_no_role(http, app_id, stack, below):
    url = f"s3://{stack.variables['BUCKET']}/exports/{app_id}{below}"
    answer = http("POST", f"/v1/apps/{app_id}/jobs/export", {"S3UrlPrefix": url})
    assert answer.status == 202
    assert answer.json["Definition"] == {"S3UrlPrefix": url, "RoleArn": ""}


@pytest.fixture
def exported(stack, app_id, role_arn, customer_bucket):
    """An export job as it is when it has ended, and its files: into the service's bucket, or a customer's."""

    def exported(*, own, files):
        bucket = stack.variables["BUCKET"] if own else customer_bucket
        folder = f"exports/{app_id}/" if own else f"{app_id}/out/"
        key = JobKey(app_id, "EXPORT", new_id())
        definition = {"S3UrlPrefix": f"s3://{bucket}/{folder}", "RoleArn": "" if own else role_arn}
        job = Job(key, now_iso(), definition, status="COMPLETED", external_id="123456789012")
        JobStore(boto3.resource("dynamodb").Table(stack.variables["CONTROL_TABLE"])).create(job)
        names = [f"{key.job_id}-{number:04d}-0000.gz" for number in range(files)]
        for name in (*names, f"{new_id()}-0000-0000.gz"):
            body = gzip.compress(name.encode())
            stack.client("s3").put_object(Bucket=bucket, Key=folder + name, Body=body)
        return key.job_id, names

    return exported


@pytest.mark.parametrize("own", [True, False])
def test_the_files_of_an_export_are_fetched_by_their_urls(http, app_id, exported, own):
    job_id, names = exported(own=own, files=3)
    path = f"/v1/apps/{app_id}/jobs/export/{job_id}/files"
    first = http("GET", f"{path}?page-size=2").json
    rest = http("GET", f"{path}?token={first['NextToken']}").json
    files = first["Item"] + rest["Item"]
    assert [file["FileName"] for file in files] == names
    assert "NextToken" not in rest
    for file in files:
        body = urllib3.request("GET", file["Url"]).data
        assert gzip.decompress(body).decode() == file["FileName"]
        assert file["Size"] == len(body)
        assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in file["Url"]


def test_files_that_the_role_may_not_list_are_told_so(http, app_id, exported, monkeypatch):
    job_id, _ = exported(own=False, files=1)

    def not_assumable(*_):
        raise RoleNotAssumableError("'r' cannot be assumed: AccessDenied")

    monkeypatch.setattr(CustomerAccess, "reader", not_assumable)
    answer = http("GET", f"/v1/apps/{app_id}/jobs/export/{job_id}/files")
    assert answer.status == 400
    assert "RoleArn: the job's files cannot be listed: 'r' cannot be assumed" in answer.error
