"""What `make migrate` was given."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from walk.arguments import UnusableArgumentsError, checked_url

_ID = re.compile(r"[0-9a-f]{32}")
_SOURCE = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*))?")


@dataclass(frozen=True)
class Arguments:
    """What to bring, and where to."""

    url: str  # of the deployment
    bucket: str
    prefix: str  # empty, or with a slash at its end
    app_id: str  # the app's old id; empty for a new one
    app_name: str
    segments_file: str  # a path or an S3 URL; empty where nobody saved the segments
    role_arn: str  # reads the bucket; empty for the service's own bucket
    dry_run: bool

    @classmethod
    def read(cls, variables: Mapping[str, str]) -> Self:
        """Read the arguments, which make exports as environment variables.

        Raises:
            UnusableArgumentsError: one is missing or is nothing that can be used.
        """
        given = {name: variables.get(name, "").strip() for name in (*_NAMES,)}
        url = checked_url(variables)
        source = _SOURCE.fullmatch(given["FROM"])
        if source is None:
            raise UnusableArgumentsError(
                f"FROM: {given['FROM']!r} is not the S3 URL of a folder, such as s3://my-bucket/exports/"
            )
        if given["APP"] and not _ID.fullmatch(given["APP"]):
            raise UnusableArgumentsError(
                f"APP: {given['APP']!r} is not an app's id: 32 digits and letters from a to f"
            )
        if given["DRY_RUN"] not in ("", "0", "1"):
            raise UnusableArgumentsError(f"DRY_RUN: {given['DRY_RUN']!r} is not 0 or 1")
        prefix = source[2] or ""
        return cls(
            url,
            source[1],
            prefix if not prefix or prefix.endswith("/") else f"{prefix}/",
            given["APP"],
            given["NAME"] or "From Pinpoint",
            given["SEGMENTS"],
            given["ROLE_ARN"],
            given["DRY_RUN"] == "1",
        )

    @property
    def source(self) -> str:
        """Return the S3 URL that everything is read from."""
        return f"s3://{self.bucket}/{self.prefix}"


_NAMES = ("FROM", "APP", "NAME", "SEGMENTS", "ROLE_ARN", "DRY_RUN")
