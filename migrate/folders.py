"""The folders of files that were saved: each is brought in by one import job."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Format = Literal["CSV", "JSON"]
_CSV = re.compile(r"\.csv(\.gz)?$", re.IGNORECASE)
_JSON = re.compile(
    r"(\.(json|jsonl|ndjson)(\.gz)?|\.gz)$", re.IGNORECASE
)  # Pinpoint's exports end in .gz alone


@dataclass(frozen=True)
class SavedFile:
    """One object: its key and its size in bytes."""

    key: str
    size: int


@dataclass(frozen=True)
class Folder:
    """Files that one import job takes: all below `key` where that ends with a slash, or the one file of that key."""

    bucket: str
    key: str
    format: Format
    files: tuple[SavedFile, ...]

    @property
    def url(self) -> str:
        """Return its S3 URL."""
        return f"s3://{self.bucket}/{self.key}"

    @property
    def name(self) -> str:
        """Return the last part of its key."""
        return self.key.rstrip("/").rpartition("/")[2] or self.bucket

    @property
    def is_file(self) -> bool:
        """Return whether it is one file."""
        return not self.key.endswith("/")


class MixedFolderError(Exception):
    """A folder holds CSV and JSON: no one job can import it."""


def format_of(key: str) -> Format | None:
    """Return the format of a file by its name; None for other kinds of files."""
    if _CSV.search(key):
        return "CSV"
    return "JSON" if _JSON.search(key) else None


def folders_of(bucket: str, files: Iterable[SavedFile]) -> list[Folder]:
    """Return what is to be imported, in the order of the keys.

    A folder without folders in it is one job. Files beside folders are a job each, because the job of their folder
    would take the folders' files too. Files of other kinds are left out, as an import leaves them out.

    Raises:
        MixedFolderError: a folder holds files of both formats.
    """
    by_folder: dict[str, list[SavedFile]] = defaultdict(list)
    for file in files:
        if format_of(file.key):
            by_folder[file.key[: file.key.rfind("/") + 1]].append(file)
    found: list[Folder] = []
    for key, inside in sorted(by_folder.items()):
        if key and not any(other != key and other.startswith(key) for other in by_folder):
            found.append(_whole(bucket, key, inside))
        else:
            found += [_alone(bucket, file) for file in inside]
    return found


def derived_id(app_id: str, folder: Folder) -> str:
    """Return an id for the segment of a folder of which none was saved: the same each time it is brought in."""
    return hashlib.sha256(f"{app_id} {folder.url}".encode()).hexdigest()[:32]


def _whole(bucket: str, key: str, files: list[SavedFile]) -> Folder:
    formats = {found for file in files if (found := format_of(file.key))}
    if len(formats) > 1:
        raise MixedFolderError(
            f"s3://{bucket}/{key} holds CSV and JSON: move one of them into a folder of its own"
        )
    return Folder(bucket, key, formats.pop(), tuple(files))


def _alone(bucket: str, file: SavedFile) -> Folder:
    return Folder(bucket, file.key, format_of(file.key) or "JSON", (file,))
