"""The objects to import at a location: one object, or all files of the format below a prefix."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Literal

from botocore.exceptions import BotoCoreError, ClientError

from audience.aws.client_types import S3Client
from audience.aws.errors import is_final, plain_message
from audience.errors import SourceUnreadableError
from audience.sources.location import S3Location

SourceFormat = Literal["CSV", "JSON"]
SUFFIXES: dict[SourceFormat, tuple[str, ...]] = {
    "CSV": (".csv", ".csv.gz"),
    "JSON": (".json", ".json.gz", ".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz"),
}


@dataclass(frozen=True)
class SourceObject:
    """One object: its key, size in bytes and ETag, and whether it is one of the job's files."""

    key: str
    size: int
    etag: str
    wanted: bool


def objects_at(s3: S3Client, location: S3Location, file_format: SourceFormat) -> Iterator[SourceObject]:
    """Yield the objects at a location, in the order of their keys.

    An object of exactly that key is read whatever its name. Otherwise the location is a folder, with or without
    its closing slash; where there is no such folder, it is a prefix of keys. Below it only files named like the format
    are wanted; the others are yielded with `wanted` false, so that they can be reported. Pinpoint's own exports end in
    `.gz` without naming a format: they are JSON.

    Raises:
        SourceUnreadableError: the bucket cannot be listed.
        ClientError: S3 has an error of its own; a retry may succeed.
        BotoCoreError: S3 cannot be reached; likewise.
    """
    key = location.key
    if key and not key.endswith("/"):
        exact = object_at(s3, location)
        if exact is not None:
            yield exact
            return
        folder = next(_listed(s3, location.bucket, f"{key}/", file_format), None)
        key = f"{key}/" if folder else key
    yield from _listed(s3, location.bucket, key, file_format)


def object_at(s3: S3Client, location: S3Location) -> SourceObject | None:
    """Return the object of exactly that key, or None.

    Raises what `objects_at` raises.
    """
    # The key itself is listed before all longer keys that begin with it.
    found = next(_listed(s3, location.bucket, location.key, "JSON"), None)
    if found is None or found.key != location.key:
        return None
    return replace(found, wanted=True)


def _listed(s3: S3Client, bucket: str, prefix: str, file_format: SourceFormat) -> Iterator[SourceObject]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    try:
        for page in pages:
            for entry in page.get("Contents", []):
                name = entry["Key"]
                if not name.endswith("/"):  # the console's folder markers
                    yield SourceObject(name, entry["Size"], entry["ETag"], _is_named_like(name, file_format))
    except (ClientError, BotoCoreError) as error:
        if not is_final(error):
            raise
        reason = f"s3://{bucket}/{prefix} cannot be listed: {plain_message(error)}"
        raise SourceUnreadableError(reason) from None


def _is_named_like(key: str, file_format: SourceFormat) -> bool:
    name = PurePosixPath(key.lower()).name
    bare = name.endswith(".gz") and "." not in name.removesuffix(".gz")
    return name.endswith(SUFFIXES[file_format]) or (bare and file_format == "JSON")
