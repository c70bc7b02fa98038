"""Where an export goes: below a prefix, given with or without its closing slash."""

import unicodedata

from botocore.exceptions import BotoCoreError, ClientError

from audience.aws.client_types import S3Client
from audience.aws.errors import is_final, is_forbidden, plain_message
from audience.errors import DestinationUnwritableError
from audience.sources.location import MAX_KEY_BYTES, LocationInvalidError, S3Location

# What is left for the name of a file after the prefix: the job's id and two numbers (audience.exports.worker).
NAME_BYTES = 64


def destination_of(url: str) -> S3Location:
    """Return the folder of `S3UrlPrefix`; its key ends with a slash, or is empty for the whole bucket.

    Raises:
        LocationInvalidError: it is no S3 URL, or no file could have a key below it.
    """
    location = S3Location.parse(url)
    key = location.key
    if any(unicodedata.category(letter) == "Cc" for letter in key):
        raise LocationInvalidError(
            f"{url[:200]!r} has a control character in it, such as NUL or a line break"
        )
    if _leaves_the_bucket(key):
        raise LocationInvalidError(f"{url[:200]!r} leads out of the bucket by its '..'")
    key = key if not key or key.endswith("/") else f"{key}/"
    most = MAX_KEY_BYTES - NAME_BYTES
    if len(key.encode()) > most:
        raise LocationInvalidError(
            f"{url[:200]!r} has a prefix of {len(key.encode())} bytes: it may have {most} at most, because "
            f"the names of the files come after it and S3's keys end at {MAX_KEY_BYTES} bytes"
        )
    return S3Location(location.bucket, key)


def check_destination(s3: S3Client, location: S3Location) -> None:
    """Check without writing that the bucket exists; nothing is checked where the role may not list it.

    Raises:
        DestinationUnwritableError: there is no such bucket, or S3 cannot do anything with it.
        ClientError: S3 is in trouble; it may work the next time.
        BotoCoreError: S3 cannot be reached; likewise.
    """
    try:
        s3.list_objects_v2(Bucket=location.bucket, Prefix=location.key, MaxKeys=1)
    except (ClientError, BotoCoreError) as refused:
        if not is_final(refused):
            raise
        if is_forbidden(refused):
            return
        reason = f"{str(location)[:200]!r} cannot be written to: {plain_message(refused)}"
        raise DestinationUnwritableError(reason) from refused


def _leaves_the_bucket(key: str) -> bool:
    """Return whether the key's `..` lead above the first folder, which S3 refuses.

    Source: .../AmazonS3/latest/userguide/object-keys.html
    """
    depth = 0
    for folder in key.split("/"):
        depth += -1 if folder == ".." else folder not in {"", "."}
        if depth < 0:
            return True
    return False
