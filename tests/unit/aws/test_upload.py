"""An object is written completely or not at all, in one request or in parts."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from audience.aws.upload import PART, SMALL_PART, Upload
from tests.unit.aws.storage import Storage

PARTS = (b"a" * PART, b"b" * (PART // 2), b"c" * PART)


def write(storage: Storage, *contents: bytes, s3: Any = None) -> int:
    with Upload(s3 or storage.s3, storage.bucket, "key", "text/plain") as upload:
        for content in contents:
            upload.write(content)
    return upload.size


class Failing:
    """An S3 client of which one operation fails."""

    def __init__(self, s3: Any, *operations: str) -> None:
        self._s3 = s3
        self._operations = operations

    def __getattr__(self, name: str) -> Any:
        if name not in self._operations:
            return getattr(self._s3, name)

        def refuse(**_request: Any) -> None:
            raise ClientError({"Error": {"Code": name, "Message": "refused"}}, name)

        return refuse


@pytest.mark.parametrize("contents", [(), (b"",), (b"a", b"b", b"c"), PARTS, (b"x" * (3 * PART + 1),)])
def test_the_object_holds_what_was_written(storage: Storage, contents: tuple[bytes, ...]) -> None:
    size = write(storage, *contents)
    whole = b"".join(contents)
    assert storage.get("key") == whole
    assert size == len(whole)
    assert storage.uploads() == []


def test_a_small_object_is_one_request_and_a_large_one_has_parts(storage: Storage) -> None:
    write(storage, b"x" * (PART - 1))
    assert "-" not in storage.s3.head_object(Bucket=storage.bucket, Key="key")["ETag"]
    write(storage, *PARTS)
    assert storage.s3.head_object(Bucket=storage.bucket, Key="key")["ETag"].endswith('-2"')


def test_a_part_is_sent_as_soon_as_it_is_full_and_is_as_small_as_asked_for(storage: Storage) -> None:
    with Upload(storage.s3, storage.bucket, "key", part=SMALL_PART) as upload:
        for _ in range(3):
            upload.write(b"x" * SMALL_PART)
            assert len(storage.uploads()) == 1
    assert storage.s3.head_object(Bucket=storage.bucket, Key="key")["ETag"].endswith('-3"')
    assert storage.get("key") == b"x" * 3 * SMALL_PART


@pytest.mark.parametrize("contents", [(b"a",), PARTS])
def test_the_object_has_its_content_type(storage: Storage, contents: tuple[bytes, ...]) -> None:
    write(storage, *contents)
    assert storage.s3.head_object(Bucket=storage.bucket, Key="key")["ContentType"] == "text/plain"


@pytest.mark.parametrize("contents", [(b"a",), PARTS])
def test_an_upload_whose_block_fails_is_aborted(storage: Storage, contents: tuple[bytes, ...]) -> None:
    def fail() -> None:
        with Upload(storage.s3, storage.bucket, "key") as upload:
            for content in contents:
                upload.write(content)
            raise ValueError("the source broke")

    with pytest.raises(ValueError, match="the source broke"):
        fail()
    assert storage.names() == storage.uploads() == []


@pytest.mark.parametrize("operation", ["upload_part", "complete_multipart_upload"])
def test_an_upload_that_s3_refuses_is_aborted(storage: Storage, operation: str) -> None:
    with pytest.raises(ClientError, match=operation):
        write(storage, *PARTS, s3=Failing(storage.s3, operation))
    assert storage.names() == storage.uploads() == []


def test_the_first_error_is_raised_even_if_aborting_fails_too(storage: Storage) -> None:
    failing = Failing(storage.s3, "complete_multipart_upload", "abort_multipart_upload")
    with pytest.raises(ClientError, match="complete_multipart_upload"):
        write(storage, *PARTS, s3=failing)


def test_the_object_before_stays_until_the_new_one_is_whole(storage: Storage) -> None:
    storage.put("key", b"old")
    with Upload(storage.s3, storage.bucket, "key") as upload:
        upload.write(PARTS[0])
        upload.write(PARTS[1])
        assert storage.get("key") == b"old"
    assert storage.get("key") == PARTS[0] + PARTS[1]
