"""Uploads of objects as they are written: one PutObject if small, a multipart upload if large."""

from contextlib import suppress
from types import TracebackType
from typing import Self, TypedDict, cast

from botocore.exceptions import BotoCoreError, ClientError

from audience.aws.client_types import CompletedPart, S3Client
from audience.aws.errors import is_final

# Parts have 5 MiB at least and there are 10,000 at most
# (https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html): 8 MiB make objects of up to 78 GiB.
PART = 8 << 20
# For an object that ends before it has 10,000 of them: a worker that holds less of it.
SMALL_PART = 5 << 20


class Upload:
    """Bytes collected into parts; the object appears when the `with` block ends without an error."""

    def __init__(
        self,
        s3: S3Client,
        bucket: str,
        key: str,
        content_type: str = "application/octet-stream",
        part: int = PART,
    ) -> None:
        """Keep the client, where the object goes, and the bytes of a part."""
        self._s3 = s3
        self._bucket = bucket
        self._key = key
        self._content_type = content_type
        self._part = part
        self._buffer = bytearray()
        self._upload_id = ""
        self._parts: list[CompletedPart] = []
        self.size = 0

    def __enter__(self) -> Self:
        """Begin; nothing is sent yet."""
        return self

    def write(self, content: bytes) -> None:
        """Add bytes; a full part is sent at once."""
        self._buffer += content
        self.size += len(content)
        if len(self._buffer) >= self._part:
            self._send_part()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Complete the object, or abort the upload if the block or the last step failed."""
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
            with suppress(ClientError, BotoCoreError):  # the first error is the one to raise
                self._s3.abort_multipart_upload(Bucket=self._bucket, Key=self._key, UploadId=self._upload_id)

    def _complete(self) -> None:
        if not self._upload_id:
            self._s3.put_object(
                Bucket=self._bucket,
                Key=self._key,
                Body=cast("bytes", self._buffer),  # botocore takes a bytearray too
                ContentType=self._content_type,
            )
            return
        if self._buffer:
            self._send_part()
        self._s3.complete_multipart_upload(
            Bucket=self._bucket,
            Key=self._key,
            UploadId=self._upload_id,
            MultipartUpload={"Parts": self._parts},
        )

    def _send_part(self) -> None:
        if not self._upload_id:
            upload = self._s3.create_multipart_upload(
                Bucket=self._bucket, Key=self._key, ContentType=self._content_type
            )
            self._upload_id = upload["UploadId"]
        number = len(self._parts) + 1
        part = self._s3.upload_part(
            Bucket=self._bucket,
            Key=self._key,
            UploadId=self._upload_id,
            PartNumber=number,
            Body=cast("bytes", self._buffer),
        )
        self._parts.append({"ETag": part["ETag"], "PartNumber": number})
        self._buffer = bytearray()  # a copy of the former would double what is held


class PendingUpload(TypedDict):
    """A multipart upload whose parts have all been sent; the object appears when it is completed.

    `size` is that of the object, in bytes.
    """

    key: str
    upload_id: str
    parts: list[CompletedPart]
    size: int


class PendingUploadWriter(Upload):
    """An upload that stays pending when the `with` block ends.

    Where two workers write the same object, only one of them may complete it.
    """

    @property
    def pending(self) -> PendingUpload:
        """Return what is needed to complete the upload, once the block has ended."""
        return {
            "key": self._key,
            "upload_id": self._upload_id,
            "parts": self._parts,
            "size": self.size,
        }

    def _complete(self) -> None:
        if self._buffer or not self._parts:
            self._send_part()


def complete_pending(s3: S3Client, bucket: str, pending: PendingUpload) -> bool:
    """Complete a pending upload; completing it again, from any machine, changes nothing.

    Returns:
        False where the upload does not exist any more and its object is not known to be there: it was aborted, perhaps
        by the bucket's rule for unfinished uploads, and has to be written again.

    Raises:
        ClientError: S3 refuses for another reason.
    """
    try:
        s3.complete_multipart_upload(
            Bucket=bucket,
            Key=pending["key"],
            UploadId=pending["upload_id"],
            MultipartUpload={"Parts": pending["parts"]},
        )
    except ClientError as error:
        # S3 knows neither an upload that was completed nor one that was aborted
        # (https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html).
        if error.response["Error"]["Code"] != "NoSuchUpload":
            raise
        return _is_there(s3, bucket, pending)
    return True


def _is_there(s3: S3Client, bucket: str, pending: PendingUpload) -> bool:
    """Return whether the object is there with the expected size; False where that may not be looked up."""
    try:
        # The object itself may not be readable; the listing of its prefix is, if the role is as documented.
        listed = s3.list_objects_v2(Bucket=bucket, Prefix=pending["key"], MaxKeys=1)
    except ClientError as error:
        if not is_final(error):
            raise
        return False
    sizes = {entry["Key"]: entry["Size"] for entry in listed.get("Contents", [])}
    return sizes.get(pending["key"]) == pending["size"]


def abort_pending(s3: S3Client, bucket: str, pending: PendingUpload) -> None:
    """Abort a pending upload; if that fails, the bucket's rule for unfinished uploads does it later."""
    with suppress(ClientError, BotoCoreError):
        s3.abort_multipart_upload(Bucket=bucket, Key=pending["key"], UploadId=pending["upload_id"])
