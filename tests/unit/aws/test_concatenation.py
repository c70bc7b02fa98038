"""Objects are concatenated completely wherever an invocation stops, and whatever happens to the upload."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from botocore.exceptions import ClientError

from audience.aws import concatenation as module
from audience.aws.concatenation import Concatenation, State
from tests.unit.aws.storage import Storage

PART = 5 << 20  # the least that S3 takes
NO_SUCH_UPLOAD: Any = {"Error": {"Code": "NoSuchUpload"}, "ResponseMetadata": {"HTTPStatusCode": 404}}
SIZES = (PART + 7, 0, PART - 7, 3, 2 * PART + 11, 5)


class TimeIsUpError(Exception):
    """What a step raises when its invocation is over."""


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PART", PART)


@pytest.fixture
def files(storage: Storage) -> list[str]:
    return [storage.put(f"file-{number}", bytes([number]) * size) for number, size in enumerate(SIZES)]


def whole(storage: Storage, files: list[str]) -> bytes:
    return b"".join(storage.get(file) for file in files)


def concatenate(
    storage: Storage, files: list[str], state: State, lives: Iterator[int], s3: Any = None
) -> int:
    """Concatenate in invocations of some steps each, which share only the state as JSON.

    Returns:
        How many invocations it took.
    """
    for invocation, steps in enumerate(lives, 1):
        left = iter(range(steps - 1))

        def step(left: Iterator[int] = left) -> None:
            if next(left, None) is None:
                raise TimeIsUpError

        state = orjson.loads(orjson.dumps(state))
        try:
            Concatenation(s3 or storage.s3, storage.bucket, "all", "text/plain").run(files, state, step)
        except TimeIsUpError:
            continue
        return invocation
    raise AssertionError("not concatenated")


@pytest.mark.parametrize("steps", [1, 2, 3, 100])
def test_the_next_invocation_goes_on_wherever_one_stops(
    storage: Storage, files: list[str], steps: int
) -> None:
    took = concatenate(storage, files, {}, iter([steps] * 20))
    assert (took > 1) == (steps < 100)
    assert storage.get("all") == whole(storage, files)
    found = storage.s3.head_object(Bucket=storage.bucket, Key="all")
    assert found["ContentType"] == "text/plain"
    assert storage.uploads() == []


@pytest.mark.parametrize("names", [[], ["file-1"], ["file-3", "file-5"]])
def test_small_objects_are_written_in_one_request(
    storage: Storage, files: list[str], names: list[str]
) -> None:
    assert concatenate(storage, names, {}, iter([1])) == 1
    assert storage.get("all") == whole(storage, names)
    assert "-" not in storage.s3.head_object(Bucket=storage.bucket, Key="all")["ETag"]
    assert files


class ForgetsUploads:
    """A client for which only uploads that it began itself exist, as when S3 has aborted the others."""

    def __init__(self, s3: Any) -> None:
        self._s3 = s3
        self._known: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._s3, name)

    def create_multipart_upload(self, **request: Any) -> Any:
        begun = self._s3.create_multipart_upload(**request)
        self._known.add(begun["UploadId"])
        return begun

    def upload_part(self, **request: Any) -> Any:
        if request["UploadId"] not in self._known:
            raise ClientError(NO_SUCH_UPLOAD, "UploadPart")
        return self._s3.upload_part(**request)


def test_an_upload_that_does_not_exist_any_more_is_begun_again(storage: Storage, files: list[str]) -> None:
    state: State = {}

    def stop() -> None:
        raise TimeIsUpError

    with pytest.raises(TimeIsUpError):
        Concatenation(storage.s3, storage.bucket, "all", "text/plain").run(files, state, stop)
    concatenate(storage, files, state, iter([100]), ForgetsUploads(storage.s3))
    assert storage.get("all") == whole(storage, files)


class LosesAnswer:
    """A client whose first completion takes effect without an answer; S3 answers the next try with 404."""

    def __init__(self, s3: Any) -> None:
        self._s3 = s3
        self.completions = 0
        self.begun = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._s3, name)

    def create_multipart_upload(self, **request: Any) -> Any:
        self.begun += 1
        return self._s3.create_multipart_upload(**request)

    def complete_multipart_upload(self, **request: Any) -> None:
        self.completions += 1
        self._s3.complete_multipart_upload(**request)
        raise ClientError(NO_SUCH_UPLOAD, "CompleteMultipartUpload")


def test_a_completion_whose_answer_is_lost_is_recognised_by_the_object(
    storage: Storage, files: list[str]
) -> None:
    losing = LosesAnswer(storage.s3)
    concatenate(storage, files, {}, iter([100]), losing)
    assert (losing.completions, losing.begun) == (1, 1)
    assert storage.get("all") == whole(storage, files)
