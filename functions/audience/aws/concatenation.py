"""Concatenation of S3 objects into one object, over as many invocations as it takes."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError

from audience.aws.client_types import S3Client

# The bytes that one step copies, and a part of the upload: 10,000 parts
# (https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html) make an object of 312 GiB.
PART = 32 << 20
_CHUNK = 1 << 20

State = dict[str, Any]
# Returns the content of a file from an offset on; it is the same each time.
Read = Callable[[str, int], Iterator[bytes]]


class Concatenation:
    """One new object with the content of several, which appears when it is complete.

    `state` (JSON) says how far it is: `upload_id` and `parts` of the multipart upload, the `file` (its place in the
    list) and the `offset` in it to go on from, the `size` in bytes so far, and `done`. An invocation that is given the
    state goes on from there; two that do so at once write the same parts.
    """

    def __init__(
        self, s3: S3Client, bucket: str, key: str, content_type: str, read: Read | None = None
    ) -> None:
        """Keep the client, the bucket of all objects, and the key and content type of the new one.

        `read` is given where it is not the files as they are that are concatenated, but what is made of each.
        """
        self._read = read or self._chunks
        self._s3 = s3
        self._bucket = bucket
        self._key = key
        self._content_type = content_type

    def run(self, files: Sequence[str], state: State, step: Callable[[], None]) -> None:
        """Concatenate `files` (keys) from where `state` is; `step` is called after each part, and may raise."""
        while not state.get("done"):
            try:
                self._run(files, state, step)
            except ClientError as error:
                if error.response["Error"]["Code"] != "NoSuchUpload":
                    raise
                # Another invocation completed it, or the bucket's rule for unfinished uploads aborted it: start again.
                state.clear()

    def _run(self, files: Sequence[str], state: State, step: Callable[[], None]) -> None:
        for block, file, offset in self._blocks(files, state):
            if file == len(files) and not state.get("parts"):
                self._s3.put_object(
                    Bucket=self._bucket, Key=self._key, Body=block, ContentType=self._content_type
                )
                state["done"] = True
                return
            self._upload_part(block, state)
            state.update(file=file, offset=offset, size=state.get("size", 0) + len(block))
            step()
        self._complete(state)
        state["done"] = True
        step()

    def _complete(self, state: State) -> None:
        """Complete the upload.

        An upload that does not exist any more was completed already if the object is there with the right size.
        """
        try:
            self._s3.complete_multipart_upload(
                Bucket=self._bucket,
                Key=self._key,
                UploadId=state["upload_id"],
                MultipartUpload={"Parts": state["parts"]},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchUpload" or self._size() != state["size"]:
                raise

    def _upload_part(self, block: bytes, state: State) -> None:
        if "upload_id" not in state:
            upload = self._s3.create_multipart_upload(
                Bucket=self._bucket, Key=self._key, ContentType=self._content_type
            )
            state.update(upload_id=upload["UploadId"], parts=[])
        number = len(state["parts"]) + 1
        part = self._s3.upload_part(
            Bucket=self._bucket, Key=self._key, UploadId=state["upload_id"], PartNumber=number, Body=block
        )
        state["parts"].append({"ETag": part["ETag"], "PartNumber": number})

    def _blocks(self, files: Sequence[str], state: State) -> Iterator[tuple[bytes, int, int]]:
        """Yield blocks of at least a part's size, each with the file and offset of the next block.

        The last block may be smaller; its file is `len(files)`. It is left out where it would be empty and there are
        parts already.
        """
        first, start = state.get("file", 0), state.get("offset", 0)
        buffer = bytearray()
        for file in range(first, len(files)):
            offset = start if file == first else 0
            for chunk in self._read(files[file], offset):
                buffer += chunk
                offset += len(chunk)
                if len(buffer) >= PART:
                    yield bytes(buffer), file, offset
                    buffer.clear()
        if buffer or not state.get("parts"):
            yield bytes(buffer), len(files), 0

    def _chunks(self, file: str, offset: int) -> Iterator[bytes]:
        try:
            if offset:
                found = self._s3.get_object(Bucket=self._bucket, Key=file, Range=f"bytes={offset}-")
            else:
                found = self._s3.get_object(Bucket=self._bucket, Key=file)
        except ClientError as error:
            if error.response["Error"]["Code"] != "InvalidRange":  # the last block ended with the file
                raise
            return
        yield from found["Body"].iter_chunks(_CHUNK)

    def _size(self) -> int | None:
        """Return the size in bytes of the new object, or None where it is not there or may not be read."""
        try:
            found = self._s3.head_object(Bucket=self._bucket, Key=self._key)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] not in {403, 404}:
                raise
            return None
        return found["ContentLength"]
