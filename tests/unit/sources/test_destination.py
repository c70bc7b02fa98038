"""The checks of an export's destination before its job is made."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from audience.errors import DestinationUnwritableError
from audience.exports.destination import check_destination
from audience.sources.location import S3Location
from tests.unit.sources.fake_s3 import refusal

AT = S3Location("bucket", "out/")


class Answering:
    """An S3 client that refuses to list, and keeps what it was asked."""

    def __init__(self, code: str, status: int) -> None:
        self._refusal = refusal(code, status)
        self.asked: dict[str, Any] = {}

    def list_objects_v2(self, **request: Any) -> None:
        self.asked = request
        raise self._refusal


def test_a_role_that_may_not_list_passes_and_nothing_outside_the_prefix_is_requested() -> None:
    s3 = Answering("AccessDenied", 403)
    check_destination(s3, AT)
    assert s3.asked == {"Bucket": "bucket", "Prefix": "out/", "MaxKeys": 1}


def test_a_missing_bucket_is_unwritable() -> None:
    with pytest.raises(
        DestinationUnwritableError, match=r"'s3://bucket/out/' cannot be written to: .*NoSuchBucket"
    ):
        check_destination(Answering("NoSuchBucket", 404), AT)


def test_an_error_of_s3_is_not_reported_as_an_unwritable_bucket() -> None:
    with pytest.raises(ClientError, match="SlowDown"):
        check_destination(Answering("SlowDown", 503), AT)
