"""A job that cannot work is refused at once, and nothing is left behind of it."""

import gzip

import pytest
from botocore.exceptions import ClientError

CSV = b"Id,Address,ChannelType\n1,a,SMS\n"
JSON = b'{"Id": "1", "Address": "a", "ChannelType": "SMS"}\n'
ARRAY = b'[\n{"Id": "1"}\n]'


@pytest.fixture
def left_behind(stack, customer):
    """Everything that the service keeps of the customer's app, by key, but the app itself."""

    def look():
        table = stack.client("dynamodb").get_paginator("scan")
        pages = table.paginate(TableName=stack.variables["CONTROL_TABLE"], ConsistentRead=True)
        items = [item for page in pages for item in page["Items"]]
        ours = [item for item in items if customer.app_id in str(item)]
        keys = {(item["pk"]["S"], item["sk"]["S"]) for item in ours}
        bucket = stack.variables["BUCKET"]
        objects = (f"{folder}/{customer.app_id}/" for folder in ("work", "jobs", "segments"))
        return keys, [key for prefix in objects for key in customer.keys(bucket, prefix)]

    return look


@pytest.mark.parametrize(
    ("files", "url", "file_format", "message"),
    [
        ({}, "s3://no-such-bucket-at-all/a.csv", "CSV", "s3://no-such-bucket-at-all/a.csv cannot be listed"),
        ({}, "missing.csv", "CSV", "missing.csv matches no CSV file (.csv, .csv.gz)"),
        ({"in/a.json": JSON}, "in/", "CSV", "matches no CSV file (.csv, .csv.gz); 1 other files are there"),
        ({"in/a.csv": CSV}, "in/", "JSON", "matches no JSON file (.json"),
        ({"a.csv": b""}, "a.csv", "CSV", "a.csv is empty: there is no record in it"),
        ({"a.csv": b"\n\r\n\n"}, "a.csv", "CSV", "a.csv is empty: there is no record in it"),
        ({"a.csv.gz": gzip.compress(b"")}, "a.csv.gz", "CSV", "a.csv.gz is empty"),
        ({"a.json": ARRAY}, "a.json", "JSON", "a.json line 1: a JSON array begins here: newline-delimited"),
        ({"a.json.gz": gzip.compress(ARRAY)}, "a.json.gz", "JSON", "line 1: a JSON array begins here"),
        (
            {"a.json": b"\n" + CSV},
            "a.json",
            "JSON",
            "a.json line 2: 'Id,Address,ChannelType' is not a JSON object",
        ),
        ({"a.csv": JSON}, "a.csv", "CSV", "a.csv line 1: "),
        ({"a.csv": b"name,mail\nx,y\n"}, "a.csv", "CSV", "'name,mail' is not a CSV header: no column of an"),
        ({"a.csv": b"\x00\xff\xfe"}, "a.csv", "CSV", "line 1: this is not text"),
        ({"a.csv.gz": gzip.compress(CSV)[:12]}, "a.csv.gz", "CSV", "is not a sound gzip file: it ends in"),
        ({"a.csv.gz": b"\x1f\x8b rubbish"}, "a.csv.gz", "CSV", "is not a sound gzip file"),
    ],
)
def test_a_file_that_is_not_its_stated_format_is_refused(
    customer, left_behind, files, url, file_format, message
):
    for name, content in files.items():
        customer.put(name, content)
    before = left_behind()
    source = url if url.startswith("s3:") else customer.url(url)
    with pytest.raises(ClientError, match="S3Url: ") as refused:
        customer.create_import(source, Format=file_format, DefineSegment=True)
    answer = refused.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert answer["Error"]["Code"] == "BadRequestException"
    assert message in answer["Error"]["Message"]
    assert left_behind() == before
    assert customer.get("jobs/import")["Item"] == customer.get("segments")["Item"] == []
