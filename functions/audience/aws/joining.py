"""Objects joined into one, over as many invocations as it takes."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError

# What one step copies, and a part of the upload: 10,000 of them
# (https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html) make an object of 312 GiB.
PART = 32 << 20
_CHUNK = 1 << 20

State = dict[str, Any]


class Joining:
    """Joins objects of a bucket, one after the other, into one that is seen when it is whole.

    `state` (JSON) says how far it has come: the multipart upload with its parts, the file and the offset in it to go on
    from, and the bytes so far. Whoever has it goes on; two who do so at once write the same parts.
    """

    def __init__(self, s3: Any, bucket: str, key: str, content_type: str) -> None:
        """Keep the client, the bucket of all objects, and what the joined one is called."""
        self._s3 = s3
        self._at = {"Bucket": bucket, "Key": key}
        self._type = content_type

    def run(self, files: Sequence[str], state: State, step: Callable[[], None]) -> None:
        """Join `files` (keys) from where `state` is; `step` is called after each part, and may raise."""
        while not state.get("done"):
            try:
                self._run(files, state, step)
            except ClientError as refused:
                if refused.response["Error"]["Code"] != "NoSuchUpload":
                    raise
                # Completed by another's hand, or removed by the bucket's rule for unfinished uploads.
                state.clear()

    def _run(self, files: Sequence[str], state: State, step: Callable[[], None]) -> None:
        for block, file, offset in self._blocks(files, state):
            if file == len(files) and not state.get("parts"):
                self._s3.put_object(**self._at, Body=block, ContentType=self._type)
                state["done"] = True
                return
            self._send(block, state)
            state.update(file=file, offset=offset, size=state.get("size", 0) + len(block))
            step()
        self._complete(state)
        state["done"] = True
        step()

    def _complete(self, state: State) -> None:
        """Make the object of its parts.

        An upload that is gone has made it where it is there and as long.
        """
        try:
            self._s3.complete_multipart_upload(
                **self._at, UploadId=state["upload_id"], MultipartUpload={"Parts": state["parts"]}
            )
        except ClientError as refused:
            if refused.response["Error"]["Code"] != "NoSuchUpload" or self._size() != state["size"]:
                raise

    def _send(self, block: bytes, state: State) -> None:
        if "upload_id" not in state:
            begun = self._s3.create_multipart_upload(**self._at, ContentType=self._type)
            state.update(upload_id=begun["UploadId"], parts=[])
        place = {"UploadId": state["upload_id"], "PartNumber": len(state["parts"]) + 1}
        sent = self._s3.upload_part(**self._at, **place, Body=block)
        state["parts"].append({"ETag": sent["ETag"], "PartNumber": place["PartNumber"]})

    def _blocks(self, files: Sequence[str], state: State) -> Iterator[tuple[bytes, int, int]]:
        """Yield what is left as blocks of a part's size, each with where the next one begins.

        That is a file and the offset in it.
        The last one, which may be smaller, begins at no file; it is left out where there is nothing for it but parts.
        """
        first, start = state.get("file", 0), state.get("offset", 0)
        buffer = bytearray()
        for file in range(first, len(files)):
            offset = start if file == first else 0
            for chunk in self._chunks(files[file], offset):
                buffer += chunk
                offset += len(chunk)
                if len(buffer) >= PART:
                    yield bytes(buffer), file, offset
                    buffer.clear()
        if buffer or not state.get("parts"):
            yield bytes(buffer), len(files), 0

    def _chunks(self, file: str, offset: int) -> Iterator[bytes]:
        span = {"Range": f"bytes={offset}-"} if offset else {}
        try:
            found = self._s3.get_object(Bucket=self._at["Bucket"], Key=file, **span)
        except ClientError as refused:
            if refused.response["Error"]["Code"] != "InvalidRange":  # the last block ended with the file
                raise
            return
        yield from found["Body"].iter_chunks(_CHUNK)

    def _size(self) -> int | None:
        """Return the bytes of the object that is there, None where none is, or none is shown."""
        try:
            found = self._s3.head_object(**self._at)
        except ClientError as refused:
            if refused.response["ResponseMetadata"]["HTTPStatusCode"] not in {403, 404}:
                raise
            return None
        return int(found["ContentLength"])
