"""What there is to import at a location: one object, or all files of the format below a prefix."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any, Literal

from botocore.exceptions import BotoCoreError, ClientError

from audience.aws.errors import is_final, plain_message
from audience.errors import SourceUnreadableError
from audience.sources.location import S3Location

Format = Literal["CSV", "JSON"]
SUFFIXES: dict[Format, tuple[str, ...]] = {
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


def objects_at(s3: Any, location: S3Location, wanted: Format) -> Iterator[SourceObject]:
    """Yield the objects at a location, in the order of their keys.

    An object of exactly that key is read whatever its name. Otherwise the location is a folder, with or without
    its closing slash; where there is no such folder, it is a prefix of keys. Below it only files named like
    `wanted` count; the others come along as not wanted, so that they can be reported. Pinpoint's own exports end in
    `.gz` and say no format: they are JSON.

    Raises:
        SourceUnreadableError: the bucket cannot be listed.
        ClientError: S3 is in trouble; it may work the next time.
        BotoCoreError: S3 cannot be reached; likewise.
    """
    key = location.key
    if key and not key.endswith("/"):
        exact = object_at(s3, location)
        if exact is not None:
            yield exact
            return
        folder = list(_first(_listed(s3, location.bucket, f"{key}/", wanted)))
        key = f"{key}/" if folder else key
    yield from _listed(s3, location.bucket, key, wanted)


def object_at(s3: Any, location: S3Location) -> SourceObject | None:
    """Return the object of exactly that key, if there is one.

    Of all keys that begin so, it is listed first.
    Raises as `objects_at` does.
    """
    found = next(_listed(s3, location.bucket, location.key, "JSON"), None)
    if found is None or found.key != location.key:
        return None
    return replace(found, wanted=True)


def _first(objects: Iterator[SourceObject]) -> Iterator[SourceObject]:
    for found in objects:
        yield found
        return


def _listed(s3: Any, bucket: str, prefix: str, wanted: Format) -> Iterator[SourceObject]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    try:
        for page in pages:
            for entry in page.get("Contents", []):
                name = entry["Key"]
                if not name.endswith("/"):  # the console's folder markers
                    yield SourceObject(name, entry["Size"], entry["ETag"], _fits(name, wanted))
    except (ClientError, BotoCoreError) as refused:
        if not is_final(refused):
            raise
        reason = f"s3://{bucket}/{prefix} cannot be listed: {plain_message(refused)}"
        raise SourceUnreadableError(reason) from None


def _fits(key: str, wanted: Format) -> bool:
    name = PurePosixPath(key.lower()).name
    bare = name.endswith(".gz") and "." not in name.removesuffix(".gz")
    return name.endswith(SUFFIXES[wanted]) or (bare and wanted == "JSON")
