"""What only IAM shows: who is refused, and with which words."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import boto3
import requests
from botocore.awsrequest import AWSRequest

from rehearsal.account import BUCKET, create_open_role, customer_statements, user
from rehearsal.engine import REGION
from walk.customer import Customer
from walk.files import created_upload, upload
from walk.place import Place
from walk.show import step, watch

SMALL_FILE = b"Id,Address,ChannelType\na,a@example.com,EMAIL\n"


def refuse_strangers(customer: Customer, outputs: Mapping[str, str]) -> None:
    """Call the API as nobody, as a stranger, with a wrong secret, beyond one app's path."""
    step("Callers: only who may call is answered")
    place, checks = customer.place, customer.checks
    for who, answer in _answers_to_strangers(place):
        checks.same(who, answer.status_code, 403)
    narrow = replace(place, session=_user_of_one_app(customer, outputs))
    checks.same(
        "a caller of one app, that app", narrow.call("GET", f"/v1/apps/{customer.app}").status_code, 200
    )
    checks.same("a caller of one app, all apps", narrow.call("GET", "/v1/apps").status_code, 403)


def refuse_roles(customer: Customer, outputs: Mapping[str, str]) -> None:
    """Name roles and places that a job must not have."""
    step("Roles: a job reaches its own prefix, with a role that asks for the ExternalId")
    put = customer.place.s3().put_object
    for key in ("imports/one.csv", "elsewhere/one.csv"):
        put(Bucket=BUCKET, Key=key, Body=SMALL_FILE)
    role = customer.place.own.role_arn if customer.place.own else ""
    _refused(
        customer,
        "a role without ExternalId",
        "ExternalId",
        RoleArn=create_open_role(outputs["WorkerRoleArn"]),
    )
    _refused(customer, "a wrong ExternalId", "RoleArn", RoleArn=role, ExternalId="wrong-one")
    other = role.replace("role/segment-jobs/", "role/")
    _refused(customer, "a role outside allowedRoleArns", "RoleArn", RoleArn=other)
    _refused(
        customer,
        "an import outside the role's prefix",
        "S3Url",
        RoleArn=role,
        S3Url=f"s3://{BUCKET}/elsewhere/",
    )
    job_id = customer.start_export("x", S3UrlPrefix=f"s3://{BUCKET}/elsewhere/")
    _export_fails(customer, job_id, "an export outside the role's prefix", "elsewhere")
    _run_again(customer, job_id)
    _export_fails(customer, job_id, "the same, run again by its plan", "elsewhere")
    plan = f"work/{customer.app}/{job_id}/pieces.json"
    boto3.client("s3").delete_object(Bucket=outputs["BucketName"], Key=plan)
    _run_again(customer, job_id)
    _export_fails(customer, job_id, "the same, after its plan has expired", "expired")


def refuse_uploads_of_others(customer: Customer) -> None:
    """Import another app's upload, and put more to a presigned URL than was said."""
    step("Uploads: an app's own, of the size that was said")
    other = Customer(customer.place, "Another app", customer.checks)
    url = upload(customer.place, other.app, "theirs.csv", SMALL_FILE)
    _refused(customer, "another app's upload", "S3Url", S3Url=url)
    made = created_upload(customer.place, other.app, "large.csv", 10)
    answer = requests.put(made["Url"], data=SMALL_FILE, timeout=60)
    customer.checks.same("an upload of another size", answer.status_code, 403)
    other.remove_app()


def _answers_to_strangers(place: Place) -> Iterator[tuple[str, requests.Response]]:
    unsigned = AWSRequest("GET", f"{place.url}/v1/apps")
    yield "an unsigned call", place.send(unsigned)
    yield (
        "a caller without execute-api:Invoke",
        replace(place, session=user("stranger")).call("GET", "/v1/apps"),
    )
    forged = boto3.Session(_access_key(place), "not-the-secret", region_name=REGION)
    yield "a call with a wrong secret", replace(place, session=forged).call("GET", "/v1/apps")


def _user_of_one_app(customer: Customer, outputs: Mapping[str, str]) -> boto3.Session:
    [calling, *_] = customer_statements(outputs["ApiUrl"], outputs["BucketName"])
    whole = calling["Resource"][0]
    return user(
        "one-app",
        {
            **calling,
            "Resource": [whole.replace("/v1/*", f"/v1/apps/{customer.app}{end}") for end in ("", "/*")],
        },
    )


def _access_key(place: Place) -> str:
    credentials = place.session.get_credentials()
    return str(credentials.access_key) if credentials else ""


def _refused(customer: Customer, what: str, word: str, **changes: Any) -> None:
    body = {"Format": "CSV", "S3Url": f"s3://{BUCKET}/imports/one.csv", **changes}
    answer = customer.place.call("POST", f"/v1/apps/{customer.app}/jobs/import", body)
    customer.checks.same(what, answer.status_code, 400)
    message = str(answer.json().get("Message"))
    customer.checks.holds(f"  and it says why: {message[:110]}", word in message, message)


def _export_fails(customer: Customer, job_id: str, what: str, word: str) -> None:
    job = watch("export", 0, lambda: customer.export_job(job_id))
    customer.checks.same(what, job["JobStatus"], "FAILED")
    customer.checks.holds(f"  and it says why: {job['Failures']}"[:140], word in str(job["Failures"]))


def _run_again(customer: Customer, job_id: str) -> None:
    path = f"/v1/apps/{customer.app}/jobs/export/{job_id}/retry"
    customer.checks.same("RetryExportJob", customer.place.call("POST", path).status_code, 202)
