"""S3 URLs as users write them."""

import pytest

from audience.sources.location import LocationInvalidError, S3Location


@pytest.mark.parametrize(
    ("url", "bucket", "key"),
    [
        ("s3://my-bucket/a/b.csv", "my-bucket", "a/b.csv"),
        ("s3://my-bucket/folder/", "my-bucket", "folder/"),
        ("s3://my-bucket/", "my-bucket", ""),
        ("s3://my-bucket", "my-bucket", ""),
        ("s3://my.bucket.1/ä b+c%20?&#.csv", "my.bucket.1", "ä b+c%20?&#.csv"),
    ],
)
def test_a_url_is_a_bucket_and_an_unchanged_key(url: str, bucket: str, key: str) -> None:
    assert S3Location.parse(url) == S3Location(bucket, key)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "my-bucket/a",
        "http://my-bucket/a",
        "s3://",
        "s3:///a",
        "s3://My-Bucket/a",
        "s3://ab/a",
        "s3://a..b/a",
        "s3://10.0.0.1/a",
        "S3://bucket/a",
        "s3://bucket/" + "ä" * 513,
    ],
)
def test_anything_else_is_refused_and_quoted(url: str) -> None:
    with pytest.raises(LocationInvalidError, match="is not an S3 URL: s3://bucket-name/key-or-prefix"):
        S3Location.parse(url)


def test_a_location_is_shown_as_its_url() -> None:
    assert str(S3Location.parse("s3://my-bucket/a/b.csv")) == "s3://my-bucket/a/b.csv"
