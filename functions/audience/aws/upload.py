"""An object written as it comes: one PutObject while it is small, a multipart upload when it grows."""

from contextlib import suppress
from types import TracebackType
from typing import Any, Self, TypedDict

from botocore.exceptions import BotoCoreError, ClientError

from audience.aws.errors import is_final

# Parts have 5 MiB at least and there are 10,000 at most
# (https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html): 8 MiB make objects of up to 78 GiB.
PART = 8 << 20


class Upload:
    """Collects bytes into parts; nothing can be seen of the object before the block ends without an error."""

    def __init__(
        self, s3: Any, bucket: str, key: str, content_type: str = "application/octet-stream"
    ) -> None:
        """Keep the client and where the object goes."""
        self._s3 = s3
        self._at = {"Bucket": bucket, "Key": key}
        self._type = content_type
        self._buffer = bytearray()
        self._upload_id = ""
        self._parts: list[dict[str, Any]] = []
        self.size = 0

    def __enter__(self) -> Self:
        """Begin; nothing is sent yet."""
        return self

    def write(self, content: bytes) -> None:
        """Add bytes; a full part is sent at once."""
        self._buffer += content
        self.size += len(content)
        if len(self._buffer) >= PART:
            self._send()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Complete the object, or leave nothing of it where the block or the last step failed."""
        if kind is not None:
            self._abort()
            return
        try:
            self._complete()
        except BaseException:
            self._abort()
            raise

    def _abort(self) -> None:
        if self._upload_id:
            with suppress(ClientError, BotoCoreError):  # what went wrong first is what is told
                self._s3.abort_multipart_upload(**self._at, UploadId=self._upload_id)

    def _complete(self) -> None:
        if not self._upload_id:
            self._s3.put_object(**self._at, Body=bytes(self._buffer), ContentType=self._type)
            return
        if self._buffer:
            self._send()
        self._s3.complete_multipart_upload(
            **self._at, UploadId=self._upload_id, MultipartUpload={"Parts": self._parts}
        )

    def _send(self) -> None:
        if not self._upload_id:
            begun = self._s3.create_multipart_upload(**self._at, ContentType=self._type)
            self._upload_id = begun["UploadId"]
        number = len(self._parts) + 1
        sent = self._s3.upload_part(
            **self._at, UploadId=self._upload_id, PartNumber=number, Body=bytes(self._buffer)
        )
        self._parts.append({"ETag": sent["ETag"], "PartNumber": number})
        self._buffer.clear()


class PendingUpload(TypedDict):
    """A multipart upload whose parts are all there: nothing can be seen of it before it is completed.

    `size` is that of the object, in bytes.
    """

    key: str
    upload_id: str
    parts: list[dict[str, Any]]
    size: int


class PendingUploadWriter(Upload):
    """An upload that the end of the block leaves pending.

    Of two who write one object, one alone is to complete it.
    """

    @property
    def pending(self) -> PendingUpload:
        """Return what is needed to complete it, once the block has ended."""
        return {
            "key": self._at["Key"],
            "upload_id": self._upload_id,
            "parts": self._parts,
            "size": self.size,
        }

    def _complete(self) -> None:
        if self._buffer or not self._parts:
            self._send()


def complete_pending(s3: Any, bucket: str, pending: PendingUpload) -> bool:
    """Make the object of a pending upload; doing it again, on whatever machine, changes nothing.

    Returns:
        False where the upload is gone and its object is not known to be there: it was taken back, by the bucket's
        rule for unfinished uploads perhaps, and has to be written again.

    Raises:
        ClientError: it is refused for another reason.
    """
    try:
        s3.complete_multipart_upload(
            Bucket=bucket,
            Key=pending["key"],
            UploadId=pending["upload_id"],
            MultipartUpload={"Parts": pending["parts"]},
        )
    except ClientError as refused:
        # An upload that is complete is gone, and so is one that was aborted
        # (https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html).
        if refused.response["Error"]["Code"] != "NoSuchUpload":
            raise
        return _is_there(s3, bucket, pending)
    return True


def _is_there(s3: Any, bucket: str, pending: PendingUpload) -> bool:
    """Return whether the object is there with the size it was claimed with.

    False where that may not be looked up.
    """
    try:
        # The object itself may not be readable; the listing of its prefix is, where the role is as documented.
        listed = s3.list_objects_v2(Bucket=bucket, Prefix=pending["key"], MaxKeys=1)
    except ClientError as refused:
        if not is_final(refused):
            raise
        return False
    sizes = {entry["Key"]: entry["Size"] for entry in listed.get("Contents", [])}
    return bool(sizes.get(pending["key"]) == pending["size"])


def abort_pending(s3: Any, bucket: str, pending: PendingUpload) -> None:
    """Abort a pending upload; where that fails, the bucket's rule for unfinished uploads does."""
    with suppress(ClientError, BotoCoreError):
        s3.abort_multipart_upload(Bucket=bucket, Key=pending["key"], UploadId=pending["upload_id"])
