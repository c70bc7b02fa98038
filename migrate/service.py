"""The deployment that everything is brought into, as a customer reaches it."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import requests

from migrate.plan import PlannedImport
from migrate.saved_segments import SavedSegment
from walk.place import Place

Document = dict[str, Any]
ID_TAG = "segment-jobs:id"
FROM_TAG = "migrated-from"


class RefusedError(Exception):
    """The service refused a request; the message has its words."""


class Service:
    """One app of a deployment."""

    def __init__(self, place: Place, app_id: str) -> None:
        """Keep where the deployment is, and the app's id."""
        self._place = place
        self.app_id = app_id

    @classmethod
    def with_app(cls, place: Place, app_id: str, name: str, source: str) -> "Service":
        """Make the app under its id if it is not there yet.

        Without an id, the app that was made for the same `source` before is taken, or a new one is made.
        """
        if not app_id:
            found = next((app for app in _apps(place) if app.get("tags", {}).get(FROM_TAG) == source), None)
            if found:
                return cls(place, found["Id"])
        tags = {ID_TAG: app_id} if app_id else {FROM_TAG: source}
        answer = place.call("POST", "/v1/apps", {"Name": name, "tags": tags})
        if answer.status_code == HTTPStatus.CONFLICT:
            return cls(place, app_id)
        return cls(place, _document(answer)["Id"])

    def start_import(self, planned: PlannedImport, role_arn: str, *, dry_run: bool) -> str:
        """Start the import job of a folder and return its id."""
        request: Document = {"S3Url": planned.folder.url, "Format": planned.folder.format}
        if role_arn:
            request["RoleArn"] = role_arn
        if planned.segment_id:
            request |= {
                "DefineSegment": True,
                "SegmentId": planned.segment_id,
                "SegmentName": planned.segment_name,
                "MissingSegment": "CREATE",
            }
        if dry_run:
            request["DryRun"] = True
        return str(self._call("POST", "/jobs/import", request)["Id"])

    def import_job(self, job_id: str) -> Document:
        """Return an import job as it is now."""
        return self._call("GET", f"/jobs/import/{job_id}")

    def failure_lines(self, job_id: str) -> Iterator[bytes]:
        """Yield the lines of a job's failure file; none where no row failed."""
        answer = self._place.call("GET", f"/v1/apps/{self.app_id}/jobs/import/{job_id}/failures")
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return
        with requests.get(_document(answer)["Url"], stream=True, timeout=60) as file:
            file.raise_for_status()
            yield from file.iter_lines()

    def segment(self, segment_id: str) -> Document | None:
        """Return a segment, or None where there is none of that id."""
        answer = self._place.call("GET", f"/v1/apps/{self.app_id}/segments/{segment_id}")
        return None if answer.status_code == HTTPStatus.NOT_FOUND else _document(answer)

    def define_segment(self, saved: SavedSegment) -> bool:
        """Make a dimensional segment under its id; return whether it was not there before."""
        if self.segment(saved.id) is not None:
            return False
        tags = {**saved.tags, ID_TAG: saved.id}
        self._call("POST", "/segments", {"Name": saved.name, **saved.definition, "tags": tags})
        return True

    def remove(self) -> None:
        """Delete the app."""
        self._call("DELETE", "")

    def _call(self, method: str, path: str, body: Any = None) -> Document:
        return _document(self._place.call(method, f"/v1/apps/{self.app_id}{path}", body))


def _apps(place: Place) -> Iterator[Document]:
    after = ""
    while True:
        page = _document(place.call("GET", f"/v1/apps{after}"))
        yield from page["Item"]
        if "NextToken" not in page:
            return
        after = f"?token={page['NextToken']}"


def _document(answer: requests.Response) -> Document:
    if answer.ok:
        return dict(answer.json())
    try:
        told = answer.json().get("Message", "")
    except ValueError:
        told = ""
    raise RefusedError(told or f"the service answered {answer.status_code} {answer.reason}")
