"""CreateImportJob and its reads, through a stock client; what a running job does is tests/workflow's matter."""

import gzip
import json
import time
from types import SimpleNamespace
from urllib.parse import parse_qs

import botocore.endpoint
import pytest
import urllib3
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session

from api.import_request import default_segment_name
from audience.errors import RoleNotAssumableError
from audience.jobs.executions import Executions
from audience.sources.access import CustomerAccess
from audience.sources.location import S3Location
from tests.api.conftest import CSV
from tests.workflow.faults.conftest import Body

ACCOUNT = "123456789012"
JSON = b'{"Id": "1", "Address": "a@example.org", "ChannelType": "EMAIL"}\n'


@pytest.fixture
def create(pinpoint, app_id, role_arn):
    def create(url, **members):
        request = {"S3Url": url, "RoleArn": role_arn, "Format": "CSV", **members}
        return pinpoint.create_import_job(ApplicationId=app_id, ImportJobRequest=request)["ImportJobResponse"]

    return create


@pytest.fixture
def refused(create, pinpoint):
    """The words with which a job is refused; that nothing was written is checked."""

    def refused(url, **members):
        with pytest.raises(pinpoint.exceptions.BadRequestException) as wrong:
            create(url, **members)
        return wrong.value.response["Error"]["Message"]

    return refused


def test_a_job_is_created_with_its_defaults_filled_in(app_id, create, put, role_arn):
    url = put("people.csv")
    job = create(url)
    assert (job["Type"], job["ApplicationId"], len(job["Id"])) == ("IMPORT", app_id, 32)
    assert job["CreationDate"].endswith("Z")
    assert job["Definition"] == {
        "S3Url": url,
        "RoleArn": role_arn,
        "Format": "CSV",
        "RegisterEndpoints": True,
        "DefineSegment": False,
        "ExternalId": "123456789012",
    }
    assert not {"TotalPieces", "CompletionDate", "Failures"} & job.keys()


def test_a_job_is_answered_with_201_and_is_created(pinpoint, app_id, put, role_arn):
    answer = pinpoint.create_import_job(
        ApplicationId=app_id,
        ImportJobRequest={"S3Url": put("a.csv"), "RoleArn": role_arn, "Format": "CSV"},
    )
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert answer["ImportJobResponse"]["JobStatus"] == "CREATED"


def test_a_job_that_defines_a_segment_names_it_at_once(create, put):
    made = create(put("people.v2.csv.gz", gzip.compress(CSV)), DefineSegment=True)["Definition"]
    assert len(made["SegmentId"]) == 32
    assert made["SegmentName"] == "people.v2"


def test_a_job_shows_the_definition_it_was_created_with(create, put):
    told = {"ExternalId": "x-1", "SegmentName": "Mine", "DefineSegment": True, "RegisterEndpoints": False}
    made = create(put("a.json", JSON), Format="JSON", **told)["Definition"]
    assert {name: made[name] for name in told} == told


@pytest.fixture
def dry_run(http, app_id, put, role_arn):
    """A dry run of an import; a stock client's model has no member for it."""

    def dry_run(**members):
        request = {"S3Url": put("people.csv"), "RoleArn": role_arn, "Format": "CSV", "DryRun": True}
        return http("POST", f"/v1/apps/{app_id}/jobs/import", {**request, **members})

    return dry_run


def test_a_dry_run_says_so_and_has_no_segment_of_its_own(dry_run, http, app_id):
    made = dry_run(DefineSegment=True)
    assert made.status == 201
    definition = made.json["Definition"]
    assert (definition["DryRun"], definition["SegmentName"]) == (True, "people")
    assert "SegmentId" not in definition
    found = http("GET", f"/v1/apps/{app_id}/jobs/import/{made.json['Id']}").json
    assert found["Definition"] == definition


def test_a_dry_run_that_is_none_is_not_mentioned(dry_run):
    definition = dry_run(DryRun=False, DefineSegment=True).json["Definition"]
    assert "DryRun" not in definition
    assert len(definition["SegmentId"]) == 32


def test_a_dry_run_into_a_segment_needs_that_segment(dry_run, http, app_id):
    answer = dry_run(SegmentId="0" * 32)
    assert (answer.status, "SegmentId: there is no segment" in answer.error) == (404, True)
    dimensional = http("POST", f"/v1/apps/{app_id}/segments", {"Name": "d", "Dimensions": {}}).json["Id"]
    assert "is not an imported segment" in dry_run(SegmentId=dimensional).error


def test_a_job_for_a_dataset_says_so(dry_run, dataset):
    assert dry_run(DatasetId=dataset, DryRun=False).json["Definition"]["DatasetId"] == dataset
    assert "DatasetId" not in dry_run().json["Definition"]


def test_a_job_is_for_a_dataset_of_its_app(dry_run):
    answer = dry_run(DatasetId="0" * 24)
    assert (answer.status, f"DatasetId: there is no dataset '{'0' * 24}'" in answer.error) == (404, True)


@pytest.mark.parametrize("dataset_id", ["", "5E6D3E0B1C9D440000000001", "0" * 23, "0" * 25, "0" * 24 + "\n"])
def test_a_dataset_id_is_24_hex_digits(dry_run, dataset_id):
    answer = dry_run(DatasetId=dataset_id)
    assert answer.error == f"BadRequestException DatasetId: {dataset_id!r} is not 24 lower-case hex digits"


def test_a_dataset_is_of_registered_endpoints(dry_run):
    answer = dry_run(DatasetId="0" * 24, RegisterEndpoints=False, DefineSegment=True)
    assert (answer.status, "DatasetId: '000" in answer.error) == (400, True)


def test_a_dry_run_is_true_or_false(dry_run):
    assert "DryRun: 'yes' is not true or false" in dry_run(DryRun="yes").error


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("a/people.csv", "people"),
        ("people", "people"),
        ("a/people.json.gz", "people"),
        ("a/people.2018.csv", "people.2018"),
        (".csv", ".csv"),
        ("a/folder/", "folder"),
        ("a/folder", "folder"),
        ("v1.2/", "v1.2"),
        ("", "bucket"),
        ("/", "bucket"),
    ],
)
def test_a_segments_name_comes_from_the_file_the_folder_or_the_bucket(key, name):
    assert default_segment_name(S3Location("bucket", key)) == name


def test_the_execution_has_the_jobs_id_as_its_name(create, put, stack, app_id):
    job = create(put("a.csv"))
    machine = stack.variables["IMPORT_STATE_MACHINE_ARN"]
    execution = f"{machine.replace(':stateMachine:', ':execution:')}:{job['Id']}"
    started = stack.client("stepfunctions").describe_execution(executionArn=execution)
    assert started["input"] == f'{{"application_id":"{app_id}","job_id":"{job["Id"]}"}}'


def test_jobs_are_found_and_listed_newest_first(pinpoint, app_id, create, put):
    url = put("a.csv")
    ids = [create(url)["Id"] for _ in range(3)]
    first = pinpoint.get_import_job(ApplicationId=app_id, JobId=ids[0])["ImportJobResponse"]
    assert first["Definition"]["S3Url"] == url
    page = pinpoint.get_import_jobs(ApplicationId=app_id, PageSize="2")["ImportJobsResponse"]
    assert [job["Id"] for job in page["Item"]] == [ids[2], ids[1]]
    rest = pinpoint.get_import_jobs(ApplicationId=app_id, Token=page["NextToken"])["ImportJobsResponse"]
    assert [job["Id"] for job in rest["Item"]] == [ids[0]]
    assert "NextToken" not in rest


def test_a_segments_jobs_are_listed_while_the_first_of_them_runs(pinpoint, app_id, create, put):
    job = create(put("a.csv"), DefineSegment=True)
    create(put("b.csv"), DefineSegment=True)
    segment_id = job["Definition"]["SegmentId"]
    found = pinpoint.get_segment_import_jobs(ApplicationId=app_id, SegmentId=segment_id)
    assert [listed["Id"] for listed in found["ImportJobsResponse"]["Item"]] == [job["Id"]]


def test_our_own_members_of_a_job_stay_with_us(http, app_id, create, put):
    job = create(put("a.csv"), DefineSegment=True)
    shown = http("GET", f"/v1/apps/{app_id}/jobs/import/{job['Id']}").json
    assert not {name for name in shown if name[0].islower()}


def test_a_job_that_does_not_exist_is_not_found(pinpoint, app_id):
    for wrong in ("0" * 32, "nope"):
        with pytest.raises(pinpoint.exceptions.NotFoundException, match="job-id"):
            pinpoint.get_import_job(ApplicationId=app_id, JobId=wrong)


def test_an_import_job_is_no_export_job_and_is_not_another_apps(pinpoint, app_id, create, put):
    job = create(put("a.csv"))
    other = pinpoint.create_app(CreateApplicationRequest={"Name": "o"})["ApplicationResponse"]["Id"]
    with pytest.raises(pinpoint.exceptions.NotFoundException):
        pinpoint.get_export_job(ApplicationId=app_id, JobId=job["Id"])
    with pytest.raises(pinpoint.exceptions.NotFoundException):
        pinpoint.get_import_job(ApplicationId=other, JobId=job["Id"])


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            {"S3Url": None, "Format": None},
            "S3Url: None is not a string; Format: None is not one of CSV, JSON",
        ),
        ({"RoleArn": None}, "RoleArn: is required"),
        ({"Format": "XML"}, "Format: 'XML' is not one of CSV, JSON"),
        ({"Format": "csv"}, "Format: 'csv' is not one of CSV, JSON"),
        ({"RegisterEndpoints": "yes"}, "RegisterEndpoints: 'yes' is not true or false"),
        ({"SegmentName": 5}, "SegmentName: 5 is not a string"),
        ({"Colour": "red"}, "Colour: 'red' is given, but ImportJobRequest has no such member"),
        ({"S3Url": "https://bucket/key"}, "S3Url: 'https://bucket/key' is not an S3 URL"),
        ({"S3Url": "s3://B/key"}, "S3Url: 's3://B/key' is not an S3 URL"),
        ({"RoleArn": "arn:aws:iam::1:role/x"}, "RoleArn: 'arn:aws:iam::1:role/x' is not the ARN of a role"),
        ({"RoleArn": "arn:aws:iam::123456789012:user/x"}, "is not the ARN of a role"),
        ({"ExternalId": "é!"}, "ExternalId: 'é!' is not 2 to 1224 letters"),
        ({"RegisterEndpoints": False}, "RegisterEndpoints, DefineSegment: both are false"),
        ({"SegmentId": "0" * 32, "DefineSegment": False}, "is given, but DefineSegment is false"),
    ],
)
def test_a_job_is_refused_in_words_that_name_the_member(http, app_id, body, message):
    whole = {
        "S3Url": "s3://bb-b/k",
        "Format": "CSV",
        "RoleArn": "arn:aws:iam::123456789012:role/segment-jobs/x",
    }
    answer = http("POST", f"/v1/apps/{app_id}/jobs/import", {**whole, **body})
    assert answer.status == 400
    assert message in answer.error


NOT_A_COLUMN = "is not a column of an endpoint"
NEARLY = (
    f"'Adress' {NOT_A_COLUMN}: 'Address' was probably meant. "
    'Name it so, or say in Columns what it is ("" leaves it out)'
)
CHANNELS = "ADM, APNS, APNS_SANDBOX, APNS_VOIP, APNS_VOIP_SANDBOX, BAIDU, CUSTOM, EMAIL, GCM, IN_APP, PUSH, SMS, VOICE"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"Columns": {"a": "Adress"}}, f"Columns.a: 'Adress' {NOT_A_COLUMN}: 'Address' was probably meant"),
        ({"Columns": {"a": "x"}}, f"Columns.a: 'x' {NOT_A_COLUMN}, such as Address or Attributes.Plan"),
        ({"Columns": {"a": "Attributes."}}, "Columns.a: Attributes.: the name has not 1 to 50 characters"),
        ({"Columns": {}}, "Columns: {} is not an object of at least 1 member"),
        ({"Columns": ["a"]}, "Columns: ['a'] is not an object"),
        ({"Columns": {"a": 5}}, "Columns.a: 5 is not a string"),
        (
            {"Columns": {"a": "é" * 1001}},
            f"Columns.a: '{'é' * 99} is not a string of at most 1000 characters",
        ),
        (
            {"Columns": {str(number): "" for number in range(501)}},
            f"Columns: { ({str(number): '' for number in range(501)})!r:.100} is not an object of at most 500 members",
        ),
        (
            {"Constants": {"ChannelType": "PIGEON"}},
            f"Constants: ChannelType: 'PIGEON' is not one of {CHANNELS}",
        ),
        ({"Constants": {"Id": "1"}}, "Constants: '' and 'Id' are no fields that all rows can have in common"),
        ({"Constants": {"OptOut": " "}}, "Constants: OptOut: '' is empty"),
        (
            {"Constants": {"OptOut": "ALL", "optout": "NONE"}},
            "Constants.optout: OptOut is there twice",
        ),
        (
            {"Constants": {"opt": "ALL"}},
            f"Constants.opt: 'opt' {NOT_A_COLUMN}, such as Address or Attributes.Plan",
        ),
        ({"Constants": {"Metrics.a": 1}}, "Constants.Metrics.a: 1 is not a string"),
        ({"Delimiter": ":"}, "Delimiter: ':' is not one of ,, ;, \\t, |"),
        ({"Delimiter": ";", "Format": "JSON"}, "Delimiter: ';' is given, but Format is JSON: it is for CSV"),
        ({"Header": ["Id"], "Format": "JSON"}, "Header: ['Id'] is given, but Format is JSON: it is for CSV"),
        ({"Header": []}, "Header: [] is not a list of at least 1"),
        (
            {"Header": ["x", ""]},
            "Header: no column of an endpoint, such as Id, Address or ChannelType, is in it",
        ),
        ({"Header": ["Id", "id"]}, "Header: Id is there twice; only attributes may have several values"),
        (
            {"Header": ["Id", "Adress"]},
            f"Header: {NEARLY}",
        ),
        ({"Header": ["Id"], "Columns": {"mail": "Address"}}, "Columns: 'mail' is not in Header"),
        ({"Header": ["Id"] * 5001}, f"Header: {(['Id'] * 5001)!r:.100} is not a list of at most 5000"),
        (
            {"Header": ["x" * 1000] * 60},
            "Columns, Constants, Header: together they have more than 50000 bytes",
        ),
        ({"UnknownFields": "no"}, "UnknownFields: 'no' is not one of IGNORE, FAIL"),
    ],
)
def test_what_is_said_of_columns_is_refused_in_words_that_name_the_member(dry_run, body, message):
    answer = dry_run(**body)
    assert (answer.status, answer.error) == (400, f"BadRequestException {message}")


def test_columns_that_the_first_file_shows_to_be_wrong_are_told_at_create(dry_run, put):
    url = put("near.csv", b"Id,Adress\n1,a\n")
    assert dry_run(S3Url=url).error == f"BadRequestException S3Url: {url} line 1: {NEARLY}"
    missing = dry_run(Columns={"mail": "Address"}).error
    assert missing.endswith(
        "line 1: Columns: 'mail' is not in its header, which has Id, Address, ChannelType"
    )


def test_what_is_said_of_columns_is_in_the_definition_as_it_was_understood(dry_run):
    said = {
        "Columns": {"mail": "Address", "x": "Attributes.x", "note": ""},
        "Constants": {"ChannelType": "EMAIL"},
        "Delimiter": ",",
        "Header": ["Id", "mail", "x", "note"],
        "UnknownFields": "FAIL",
    }
    told = {**said, "Columns": {**said["Columns"], "mail": "address"}, "Constants": {"channeltype": "EMAIL"}}
    definition = dry_run(**told).json["Definition"]
    assert {name: definition.get(name) for name in said} == said
    assert not said.keys() & dry_run(UnknownFields="IGNORE").json["Definition"].keys()


def test_a_missing_required_member_is_named(http, app_id):
    answer = http("POST", f"/v1/apps/{app_id}/jobs/import", {})
    assert answer.error == "BadRequestException S3Url: is required; Format: is required"


def test_a_bucket_that_does_not_exist_is_told_at_create(refused):
    message = refused("s3://no-such-bucket/a.csv")
    assert message.startswith("S3Url: s3://no-such-bucket/a.csv cannot be listed")


def test_a_file_that_does_not_exist_is_told_at_create(refused, put):
    url = put("a.csv").replace("a.csv", "b.csv")
    assert refused(url).startswith(f"S3Url: {url} matches no CSV file")


def test_a_first_record_of_another_format_is_told_at_create(refused, put):
    url = put("a.json", b"[1, 2]\n")
    assert refused(url, Format="JSON").startswith(f"S3Url: {url} line 1: a JSON array begins here")
    url = put("b.csv", JSON)
    assert refused(url).startswith(f"S3Url: {url} line 1: ")


def test_a_refused_job_leaves_nothing_behind(refused, put, pinpoint, app_id):
    refused(put("a.json", b"[1, 2]\n"), Format="JSON", DefineSegment=True)
    assert pinpoint.get_import_jobs(ApplicationId=app_id)["ImportJobsResponse"]["Item"] == []


def test_a_role_off_the_allow_list_is_refused(refused, put, stack, monkeypatch):
    name = stack.function_name("api")
    allowed = "arn:aws:iam::*:role/audience-*, arn:aws:iam::*:role/other"
    function = stack.lambdas._functions[name]
    monkeypatch.setitem(function.environment, "ALLOWED_ROLE_ARNS", allowed)
    message = refused(put("a.csv"))
    assert message.startswith(
        "RoleArn: 'arn:aws:iam::123456789012:role/segment-jobs/customer' is not one of the roles"
    )
    assert message.endswith(allowed)


def test_a_role_that_cannot_be_assumed_is_told_at_create(refused, put, monkeypatch):
    def not_assumable(*_):
        raise RoleNotAssumableError("'r' cannot be assumed: AccessDenied")

    monkeypatch.setattr(CustomerAccess, "reader", not_assumable)
    assert refused(put("a.csv")) == "RoleArn: 'r' cannot be assumed: AccessDenied"


@pytest.fixture
def proof(stack, monkeypatch):
    """Roles have to prove that they ask for their ExternalId, as on AWS; moto's roles ask for nothing."""
    function = stack.lambdas._functions[stack.function_name("api")]
    monkeypatch.setitem(function.environment, "PROBE_EXTERNAL_ID", "true")


@pytest.fixture
def wrong_external_id_is_answered(monkeypatch):
    """STS answers whoever comes with another ExternalId than the account's with this error."""
    real = URLLib3Session.send
    monkeypatch.setattr(botocore.endpoint, "time", SimpleNamespace(sleep=lambda _: None, time=time.time))

    def answered(code, status):
        def send(session, request):
            body = request.body if isinstance(request.body, (str, bytes)) else ""
            body = body if isinstance(body, str) else body.decode(errors="replace")
            asked = parse_qs(body).get("ExternalId", [ACCOUNT])
            if "Action=AssumeRole" not in body or asked == [ACCOUNT]:
                return real(session, request)
            answer = f"<ErrorResponse><Error><Code>{code}</Code></Error></ErrorResponse>".encode()
            return AWSResponse(request.url, status, {"content-type": "text/xml"}, Body(answer))

        monkeypatch.setattr(URLLib3Session, "send", send)

    return answered


@pytest.mark.usefixtures("proof")
def test_a_role_that_can_be_assumed_with_any_external_id_is_refused_with_what_its_trust_lacks(
    refused, put, role_arn, pinpoint, app_id, customer_bucket
):
    message = refused(put("a.csv"))
    assert message.startswith(f"RoleArn: {role_arn!r} can be assumed with any ExternalId")
    assert message.endswith('"Condition": {"StringEquals": {"sts:ExternalId": "123456789012"}}')
    with pytest.raises(pinpoint.exceptions.BadRequestException, match="can be assumed with any ExternalId"):
        pinpoint.create_export_job(
            ApplicationId=app_id,
            ExportJobRequest={"S3UrlPrefix": f"s3://{customer_bucket}/o", "RoleArn": role_arn},
        )


@pytest.mark.usefixtures("proof")
def test_a_role_that_refuses_a_wrong_external_id_is_used(create, put, wrong_external_id_is_answered):
    wrong_external_id_is_answered("AccessDenied", 403)
    assert create(put("a.csv"))["JobStatus"] == "CREATED"


@pytest.mark.usefixtures("proof")
def test_a_proof_that_sts_has_no_time_for_is_not_held_against_the_role(
    create, put, pinpoint, wrong_external_id_is_answered
):
    wrong_external_id_is_answered("ThrottlingException", 400)
    with pytest.raises(pinpoint.exceptions.TooManyRequestsException):
        create(put("a.csv"))


def test_a_segment_that_does_not_exist_is_not_found(create, put, pinpoint):
    with pytest.raises(pinpoint.exceptions.NotFoundException, match="SegmentId: there is no segment"):
        create(put("a.csv"), SegmentId="0" * 32)


def test_a_dimensional_segment_cannot_be_imported_into(refused, put, pinpoint, app_id):
    request = {"Name": "d", "Dimensions": {"Attributes": {}}}
    made = pinpoint.create_segment(ApplicationId=app_id, WriteSegmentRequest=request)["SegmentResponse"]
    assert "is not an imported segment" in refused(put("a.csv"), SegmentId=made["Id"])


def test_a_job_of_an_app_that_does_not_exist_is_not_found(pinpoint, role_arn):
    with pytest.raises(pinpoint.exceptions.NotFoundException, match="application-id"):
        pinpoint.create_import_job(
            ApplicationId="0" * 32,
            ImportJobRequest={"S3Url": "s3://b/k", "RoleArn": role_arn, "Format": "CSV"},
        )


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("ThrottlingException", "TooManyRequestsException"),
        ("AccessDeniedException", "InternalServerErrorException"),
    ],
)
def test_a_job_whose_execution_cannot_be_started_fails(
    create, put, pinpoint, app_id, monkeypatch, code, name
):
    def start(*_):
        raise ClientError({"Error": {"Code": code, "Message": "secret words"}}, "StartExecution")

    monkeypatch.setattr(Executions, "start", start)
    with pytest.raises(getattr(pinpoint.exceptions, name)) as told:
        create(put("a.csv"))
    assert "secret" not in str(told.value)
    [job] = pinpoint.get_import_jobs(ApplicationId=app_id)["ImportJobsResponse"]["Item"]
    assert job["JobStatus"] == "FAILED"
    assert job["Failures"] == ["The job's execution could not be started."]
    assert job["CompletionDate"]


def test_a_job_without_failures_has_no_failure_file(http, app_id, create, put):
    job = create(put("a.csv"))
    answer = http("GET", f"/v1/apps/{app_id}/jobs/import/{job['Id']}/failures")
    assert answer.status == 404
    assert "There is no failure file of this job" in answer.error


def test_a_failure_file_is_fetched_by_its_url(http, app_id, create, put, ended, stack):
    job = create(put("bad.csv", b"Id,Address,ChannelType\n1,a@example.org,PIGEON\n"))
    assert ended(job)["TotalFailures"] == 1
    target = f"/v1/apps/{app_id}/jobs/import/{job['Id']}/failures"
    for answer in (http("GET", target).json, http("GET", f"{target}?format=jsonl").json):
        assert json.loads(urllib3.request("GET", answer["Url"]).data)["Row"] == "1,a@example.org,PIGEON"
        assert answer["ExpiresInSeconds"] == 3600
    stack.client("s3").delete_object(
        Bucket=stack.variables["BUCKET"], Key=f"jobs/{app_id}/{job['Id']}/failures.csv"
    )
    before_csv = http("GET", f"{target}?format=csv")
    assert before_csv.status == 404
    assert "This job ended before there were CSVs of failures. format=jsonl has" in before_csv.error


def test_a_failure_file_of_an_earlier_run_is_none_of_a_job_without_failures(
    http, app_id, create, put, ended, stack
):
    job = create(put("good.csv", b"Id,Address,ChannelType\n1,a@example.org,EMAIL\n"))
    assert ended(job)["TotalFailures"] == 0
    stack.client("s3").put_object(
        Bucket=stack.variables["BUCKET"], Key=f"jobs/{app_id}/{job['Id']}/failures.jsonl", Body=b"{}\n"
    )
    assert http("GET", f"/v1/apps/{app_id}/jobs/import/{job['Id']}/failures").status == 404


def test_failures_have_no_other_format(http, app_id, create, put):
    job = create(put("a.csv"))
    answer = http("GET", f"/v1/apps/{app_id}/jobs/import/{job['Id']}/failures?format=xlsx")
    assert answer.error == "BadRequestException format: 'xlsx' is not one of csv, jsonl"


def test_bad_rows_are_mended_in_a_csv_and_imported_as_they_are(http, app_id, create, put, ended):
    header = b"Id,Address,ChannelType,Attributes.a,Attributes.a\n"
    rows = '1,a@example.org,EMAIL,x,\n2,b@example.org,PIGEON,"=1+1","ü, y"\n'.encode()
    job = create(put("bad.csv", header + rows))
    assert ended(job)["TotalFailures"] == 1
    answer = http("GET", f"/v1/apps/{app_id}/jobs/import/{job['Id']}/failures?format=csv").json
    assert answer["ExpiresInSeconds"] == 3600
    file = urllib3.request("GET", answer["Url"])
    assert file.headers["Content-Type"] == "text/csv; charset=utf-8"
    line = '2,b@example.org,PIGEON,=1+1,"ü, y",s3://customer-bucket/'.encode()
    assert line in file.data
    mended = ended(create(put("mended.csv", file.data.replace(b"PIGEON", b"EMAIL", 1))))
    assert (mended["TotalProcessed"], mended["TotalFailures"]) == (1, 0)
    found = http("GET", f"/v1/apps/{app_id}/endpoints/2").json
    assert found["Attributes"] == {"a": ["=1+1", "ü, y"]}
