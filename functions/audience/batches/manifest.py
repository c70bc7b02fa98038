"""Manifests: the list of a batch's files for its readers. A file that no manifest names does not count."""

from collections.abc import Iterable
from typing import TypedDict

import orjson

from audience.aws.client_types import S3Client
from audience.aws.objects import delete_objects, keys_below
from audience.batches.files import WrittenFile
from audience.layout.bucket import dataset_prefix

NAME = "_manifest.json"  # readers of a folder of Parquet pass over names that begin with an underscore


class ManifestFile(TypedDict):
    """A file as the manifest names it."""

    name: str
    rows: int
    bytes: int
    sha256: str


class BatchManifest(TypedDict):
    """A whole batch; `format` is parquet or json (newline-delimited)."""

    datasetId: str
    batchId: str
    exportJob: str
    format: str
    rows: int
    files: list[ManifestFile]


def batch_folder(application_id: str, dataset_id: str, batch: str) -> str:
    """Return the folder of a batch's files in the service's bucket, with a slash at its end."""
    return f"{dataset_prefix(application_id, dataset_id)}{batch}/"


def manifest_of(
    dataset_id: str, batch: str, job_id: str, file_format: str, written: Iterable[WrittenFile]
) -> BatchManifest:
    """Return the manifest of one batch: all files that a job's pieces recorded."""
    own = [each for each in written if each["batch"] == batch]
    files: list[ManifestFile] = [
        {
            "name": each["key"].rpartition("/")[2],
            "rows": each["rows"],
            "bytes": each["bytes"],
            "sha256": each["sha256"],
        }
        for each in own
    ]
    return {
        "datasetId": dataset_id,
        "batchId": batch,
        "exportJob": job_id,
        "format": file_format,
        "rows": sum(each["rows"] for each in own),
        "files": files,
    }


def publish_batch(s3: S3Client, bucket: str, folder: str, manifest: BatchManifest) -> None:
    """Complete a batch: remove the files of superseded workers, then write its manifest."""
    names = {each["name"] for each in manifest["files"]} | {NAME}
    _remove(s3, bucket, folder, names)
    s3.put_object(
        Bucket=bucket, Key=f"{folder}{NAME}", Body=orjson.dumps(manifest), ContentType="application/json"
    )


def discard_batch(s3: S3Client, bucket: str, folder: str) -> None:
    """Remove all files of a batch that will never be complete."""
    _remove(s3, bucket, folder, ())


def _remove(s3: S3Client, bucket: str, folder: str, kept: Iterable[str]) -> None:
    for found in keys_below(s3, bucket, folder):
        delete_objects(s3, bucket, [key for key in found if key.removeprefix(folder) not in kept])
