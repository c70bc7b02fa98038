"""What is seen of an export's destination before the job is made."""

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


def test_a_role_that_may_not_list_is_believed_and_nothing_outside_the_prefix_is_asked_for() -> None:
    s3 = Answering("AccessDenied", 403)
    check_destination(s3, AT)
    assert s3.asked == {"Bucket": "bucket", "Prefix": "out/", "MaxKeys": 1}


def test_a_bucket_that_is_not_there_is_unwritable() -> None:
    with pytest.raises(
        DestinationUnwritableError, match=r"'s3://bucket/out/' cannot be written to: .*NoSuchBucket"
    ):
        check_destination(Answering("NoSuchBucket", 404), AT)


def test_a_bucket_that_cannot_be_asked_now_is_not_called_unwritable() -> None:
    with pytest.raises(ClientError, match="SlowDown"):
        check_destination(Answering("SlowDown", 503), AT)
