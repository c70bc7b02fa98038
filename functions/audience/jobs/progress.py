"""Progress of a job's end, kept in the bucket step by step so that another invocation can go on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson

from audience.jobs.model import JobKey
from audience.jobs.store import JobStore

Document = dict[str, Any]


class TimeIsUpError(Exception):
    """This invocation has no time for another step.

    What was done is recorded, and the next invocation goes on from there.
    """


class Progress:
    """What was done of one long piece of work; `document` (JSON) is the worker's own."""

    def __init__(
        self, document: Document, save: Callable[[Document], None], may_go_on: Callable[[], bool]
    ) -> None:
        """Keep what an earlier invocation recorded, how it is recorded, and whether there is time for more."""
        self.document = document
        self._save = save
        self._may_go_on = may_go_on

    def step(self) -> None:
        """Record the document after a step.

        Raises:
            TimeIsUpError: there is no time for another step.
        """
        self._save(self.document)
        if not self._may_go_on():
            raise TimeIsUpError


@dataclass(frozen=True)
class ProgressKeeper:
    """Keeps the progress of a job's end below the job's work prefix.

    Only the job's record says that a document is there: nothing is asked for that may not exist, which S3 answers with
    403 to whoever may not list the bucket.
    """

    s3: Any
    bucket: str
    jobs: JobStore
    may_go_on: Callable[[], bool] = lambda: True

    def of(self, key: JobKey, work: str, inputs: Iterable[str]) -> Progress:
        """Return the progress of a job's `work`, empty if it was not begun for exactly these `inputs`."""
        digest = sha256("\n".join(inputs).encode()).hexdigest()
        at = {"Bucket": self.bucket, "Key": f"{key.work_prefix}finishing/{work}-{digest[:16]}.json"}
        job = self.jobs.find(key) or {}
        kept = job.get(f"progress_{work}") == digest
        document = orjson.loads(self.s3.get_object(**at)["Body"].read()) if kept else {}

        def save(present: Document) -> None:
            nonlocal kept
            self.s3.put_object(**at, Body=orjson.dumps(present), ContentType="application/json")
            if not kept:
                self.jobs.note_progress(key, work, digest)
                kept = True

        return Progress(document, save, self.may_go_on)
