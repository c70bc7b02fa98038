"""What stands in for EventBridge and Step Functions beside a real table."""

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from audience.jobs.model import JobKey


class FakeEvents:
    """An event bus that keeps what it is told; `refuses` makes it throttle, or take only a part."""

    def __init__(self) -> None:
        self.calls: list[list[dict[str, Any]]] = []
        self.refuses: str = ""

    @property
    def told(self) -> list[dict[str, Any]]:
        return [detail for call in self.calls for detail in call]

    @property
    def statuses(self) -> list[str]:
        return [detail["NewStatus"] for detail in self.told]

    def put_events(self, Entries: list[dict[str, str]]) -> dict[str, int]:  # noqa: N803  (boto3's name)
        if self.refuses == "all":
            raise ClientError({"Error": {"Code": "ThrottlingException"}}, "PutEvents")
        if self.refuses == "some":
            return {"FailedEntryCount": 1}
        self.calls.append([json.loads(entry["Detail"]) for entry in Entries])
        return {"FailedEntryCount": 0}


class FakeExecutions:
    """Executions that are started, and that have the status a test gives them."""

    def __init__(self) -> None:
        self.started: list[tuple[str, int]] = []
        self.found: dict[str, dict[str, str]] = {}
        self.before_start: Callable[[JobKey], object] = lambda _: None

    def start(self, key: JobKey, run: int) -> None:
        self.before_start(key)
        if (key.job_id, run) not in self.started:
            self.started.append((key.job_id, run))

    def describe(self, key: JobKey, run: int) -> dict[str, str] | None:
        return self.found.get(f"{key.job_id}-{run}")
