"""S3 locations as customers name them: a bucket and a key or prefix."""

import re
from dataclasses import dataclass
from typing import Self

from audience.errors import PermanentError

# No two dots side by side, no IP address: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_NAME = re.compile(r"(?!.*\.\.)(?!(?:[0-9]{1,3}\.){3}[0-9]{1,3}$)[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]")
_URL = re.compile(r"s3://([^/]*)(?:/(.*))?", re.DOTALL)
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
MAX_KEY_BYTES = 1024


class LocationInvalidError(PermanentError):
    """The text is not an S3 URL; the message says what one looks like."""


@dataclass(frozen=True)
class S3Location:
    """A bucket and a key or prefix; an empty prefix is the whole bucket."""

    bucket: str
    key: str

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read `s3://bucket/key-or-prefix`.

        Raises:
            LocationInvalidError: it is not an S3 URL, or its key is too long.
        """
        found = _URL.fullmatch(url)
        if found is None or not _NAME.fullmatch(found[1]):
            raise LocationInvalidError(f"{url[:200]!r} is not an S3 URL: s3://bucket-name/key-or-prefix")
        size = len((found[2] or "").encode())
        if size > MAX_KEY_BYTES:
            raise LocationInvalidError(
                f"{url[:200]!r} is not an S3 URL: s3://bucket-name/key-or-prefix; its key has {size} bytes, "
                f"S3's have {MAX_KEY_BYTES} at most"
            )
        return cls(found[1], found[2] or "")

    def __str__(self) -> str:
        """Return `s3://bucket/key`, as messages quote it."""
        return f"s3://{self.bucket}/{self.key}"
