"""How a customer's files reach the service, and how an export's files come back."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import requests

from walk.place import TIMEOUT_S, OwnBucket, Place


class Files(Protocol):
    """A way to hand files over: names the members of a job's request that say where they are."""

    def put(self, files: Mapping[str, bytes]) -> dict[str, Any]:
        """Put files where an import finds them; return `S3Url`, and `RoleArn` where it takes one."""

    def exports(self, folder: str) -> dict[str, Any]:
        """Return the `S3UrlPrefix` of an export, and its `RoleArn` where it takes one."""


class BucketFiles:
    """Files in the customer's own bucket, which the service reads and writes with the customer's role."""

    def __init__(self, place: Place, own: OwnBucket) -> None:
        """Keep the bucket, the role, and a client of the customer."""
        self._s3, self._own = place.s3(), own

    def put(self, files: Mapping[str, bytes]) -> dict[str, Any]:
        """Put the files, and name the folder that holds them all."""
        for key, content in files.items():
            self._s3.put_object(Bucket=self._own.name, Key=f"imports/{key}", Body=content)
        folder = f"imports/{_common_folder(files)}"
        return {"S3Url": f"s3://{self._own.name}/{folder}", "RoleArn": self._own.role_arn}

    def exports(self, folder: str) -> dict[str, Any]:
        """Name a folder of the customer's bucket."""
        return {"S3UrlPrefix": f"s3://{self._own.name}/exports/{folder}", "RoleArn": self._own.role_arn}


class UploadedFiles:
    """Files that go through presigned URLs into the service's own bucket: one file an import, no role."""

    def __init__(self, place: Place, application_id: str) -> None:
        """Keep whom to ask for URLs."""
        self._place, self._app = place, application_id

    def put(self, files: Mapping[str, bytes]) -> dict[str, Any]:
        """Upload the one file.

        Raises:
            ValueError: there is more than one.
        """
        [(name, content)] = files.items()
        return {"S3Url": upload(self._place, self._app, name.rpartition("/")[2], content)}

    def exports(self, folder: str) -> dict[str, Any]:
        """Name a folder of the app in the service's bucket, whose name is that of an upload's place."""
        bucket = self._made("unused.csv", 1)["S3Url"].split("/")[2]
        return {"S3UrlPrefix": f"s3://{bucket}/exports/{self._app}/{folder}"}

    def _made(self, name: str, size: int) -> dict[str, Any]:
        return created_upload(self._place, self._app, name, size)


def created_upload(place: Place, application_id: str, name: str, size: int) -> dict[str, Any]:
    """Ask for a place for one file; return its `Url` and its `S3Url`."""
    answer = place.call("POST", f"/v1/apps/{application_id}/uploads", {"FileName": name, "Size": size})
    answer.raise_for_status()
    return dict(answer.json())


def upload(place: Place, application_id: str, name: str, content: bytes) -> str:
    """Upload one file by its presigned URL, and return its S3 URL."""
    made = created_upload(place, application_id, name, len(content))
    requests.put(made["Url"], data=content, timeout=TIMEOUT_S).raise_for_status()
    return str(made["S3Url"])


def downloads(place: Place, application_id: str, job_id: str) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each file that an export job wrote, by their presigned URLs."""
    answer = place.call("GET", f"/v1/apps/{application_id}/jobs/export/{job_id}/files")
    answer.raise_for_status()
    for item in answer.json()["Item"]:
        yield item["FileName"], _content(item["Url"])


def failure_lines(place: Place, application_id: str, job_id: str) -> list[bytes]:
    """Return the lines of an import job's failure file, by its presigned URL."""
    answer = place.call("GET", f"/v1/apps/{application_id}/jobs/import/{job_id}/failures")
    answer.raise_for_status()
    return _content(answer.json()["Url"]).splitlines()


def _content(url: str) -> bytes:
    answer = requests.get(url, timeout=TIMEOUT_S)
    answer.raise_for_status()
    return answer.content


def _common_folder(files: Mapping[str, bytes]) -> str:
    """Return the folder, with its slash, that all keys are below."""
    folders = [key.rpartition("/")[0] for key in files]
    return f"{min(folders, key=len)}/"
