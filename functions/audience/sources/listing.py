"""The objects to import at a location: one object, or all files of the format below a prefix."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice

from botocore.exceptions import BotoCoreError, ClientError

from audience.aws.client_types import S3Client
from audience.aws.errors import is_final, plain_message
from audience.errors import SourceUnreadableError
from audience.sources.location import S3Location
from audience.sources.names import SourceFormat, is_folder_marker, judge_name, of_other_name


@dataclass(frozen=True)
class SourceObject:
    """One object: its key, size in bytes and ETag, whether it is one of the job's files, and if not, why not."""

    key: str
    size: int
    etag: str
    wanted: bool
    reason: str = ""


def is_named_gzip(found: SourceObject) -> bool:
    """Return whether an object's name says that it is gzip; who reads it sees whether it is."""
    return found.key.lower().endswith(".gz")


class LongListingError(Exception):
    """More objects are listed than were asked for."""


def objects_at(
    s3: S3Client, location: S3Location, file_format: SourceFormat, most: int | None = None
) -> Iterator[SourceObject]:
    """Yield the objects at a location, in the order of their keys.

    An object of exactly that key is read whatever its name. Otherwise the location is a folder, with or without
    its closing slash; where there is no such folder, it is a prefix of keys. Below it files are wanted that are named
    like the format. Where there is none at all, files are wanted whose names say nothing (`part-r-00000`,
    `0000_part_00.gz`, `people.txt`), as jobs write them. The others are yielded with `wanted` false and the reason, so
    that they can be reported. See audience.sources.names.

    Args:
        s3: reads with the job's role.
        location: the job's.
        file_format: the job's.
        most: how many objects to list at most; None for all.

    Raises:
        SourceUnreadableError: the bucket cannot be listed.
        LongListingError: there are more than `most`.
        ClientError: S3 has an error of its own; a retry may succeed.
        BotoCoreError: S3 cannot be reached; likewise.
    """
    key = location.key
    if key and not key.endswith("/"):
        exact = object_at(s3, location)
        if exact is not None:
            yield exact
            return
        folder = next(_listed(s3, location.bucket, f"{key}/"), None)
        key = f"{key}/" if folder else key
    base = len(key) - len(key.rpartition("/")[2])
    yield from _chosen(_at_most(_listed(s3, location.bucket, key), most), base, file_format)


def object_at(s3: S3Client, location: S3Location) -> SourceObject | None:
    """Return the object of exactly that key, or None.

    Raises what `objects_at` raises.
    """
    # The key itself is listed before all longer keys that begin with it.
    found = next(_listed(s3, location.bucket, location.key), None)
    if found is None or found.key != location.key:
        return None
    return found


def _listed(s3: S3Client, bucket: str, prefix: str) -> Iterator[SourceObject]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    try:
        for page in pages:
            for entry in page.get("Contents", []):
                if not is_folder_marker(entry["Key"], entry["Size"]):
                    yield SourceObject(entry["Key"], entry["Size"], entry["ETag"], wanted=True)
    except (ClientError, BotoCoreError) as error:
        if not is_final(error):
            raise
        reason = f"s3://{bucket}/{prefix} cannot be listed: {plain_message(error)}"
        raise SourceUnreadableError(reason) from None


def _at_most(listed: Iterator[SourceObject], most: int | None) -> Iterator[SourceObject]:
    yield from islice(listed, most)
    if next(listed, None) is not None:
        raise LongListingError


def _chosen(listed: Iterator[SourceObject], base: int, file_format: SourceFormat) -> Iterator[SourceObject]:
    """Yield the objects with whether they are wanted; `base` is where the names below the prefix's folder begin."""
    # Whether a name that says nothing is wanted is known once another one fits, or all have been listed.
    judged = ((found, judge_name(found.key[base:], found.size, file_format)) for found in listed)
    before = []
    for found, name in judged:
        before.append((found, name))
        if name.fits:
            break
    any_fits = bool(before) and before[-1][1].fits
    for found, name in chain(before, judged):
        reason = name.reason or ("" if name.fits or not any_fits else of_other_name(file_format))
        yield replace(found, wanted=not reason, reason=reason)
