"""The walk itself: two imports, a dry run, a segment, exports in both dialects, each checked against its files."""

import io
import zipfile

from walk.customer import Customer
from walk.platform import PlatformCustomer
from walk.samples import csv_sample, interested_in_music, json_sample
from walk.show import console, document, step

CSV_ROWS, JSON_ROWS = 4000, 1000


def walk(
    customer: Customer,
    *,
    csv_rows: int = CSV_ROWS,
    json_rows: int = JSON_ROWS,
    service_bucket: str | None = None,
) -> str:
    """Walk through the service as the customer, and return the id of the dimensional segment.

    Args:
        customer: who walks; its checks say afterwards what was wrong.
        csv_rows: rows of the CSV files; a multiple of 500 has all kinds of rows from 2,500 on.
        json_rows: rows of the JSON file.
        service_bucket: the deployment's bucket, where the customer's credentials may read profile exports.
    """
    _import_customers(customer, csv_rows)
    step("Import JSON: devices of an app")
    customer.import_sample(json_sample(10_000, json_rows), Format="JSON")
    step("Dry run: the same counts, and nothing is written")
    customer.import_sample(json_sample(50_000, 500), Format="JSON", DryRun=True)
    answer = customer.place.call("GET", f"/v1/apps/{customer.app}/endpoints/device-50000")
    customer.checks.same("GetEndpoint of a row of the dry run", answer.status_code, 404)
    _fetch_clients(customer)
    step("Export a dimensional segment: everybody interested in music")
    segment_id = customer.create_segment("Music lovers", Interests=["music"])
    expected = set(interested_in_music(csv_rows))
    found = customer.export("music", len(expected), SegmentId=segment_id)
    customer.checks.same("endpoints that belong in it and are missing", len(expected - found), 0)
    customer.checks.same("endpoints that do not belong in it", len(found - expected), 0)
    if customer.place.platform:
        step("Export the same people as profiles, in the dialect of Adobe Experience Platform")
        PlatformCustomer(customer, customer.place.platform, service_bucket).export(segment_id, expected)
    return segment_id


def _import_customers(customer: Customer, rows: int) -> None:
    own = customer.place.own is not None
    step(
        "Import CSV: a folder, one file plain and one .gz, some rows bad"
        if own
        else "Import CSV: some rows bad"
    )
    sample = csv_sample(rows, files=2 if own else 1)
    job = customer.import_sample(sample, Format="CSV", DefineSegment=True, SegmentName="Customers 2026")
    document("GetImportJob", {**job, "Failures": f"{len(job['Failures'])} entries, below"})
    for failure in job["Failures"]:
        console.print(f"  {failure}", highlight=False)
    customer.segment(job["Definition"]["SegmentId"], sample)
    document("GetEndpoint customer-7", customer.endpoint("customer-7"))


def _fetch_clients(customer: Customer) -> None:
    step("Fetch what boto3 and the AWS CLI load to know this service: a zip")
    request = customer.place.signed("GET", "/clients.zip")
    request.headers["Accept"] = "application/zip"
    content = io.BytesIO(customer.place.send(request).content)
    names = zipfile.ZipFile(content).namelist() if zipfile.is_zipfile(content) else []
    customer.checks.same("files for clients", len(names), 3)
    for name in names:
        console.print(f"  {name}", highlight=False)
