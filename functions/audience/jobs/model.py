"""A job, its key and its item in the control table, and the members of it that clients see (JobResponse)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Self

from audience.aws.control_table import Item
from audience.jobs.status import Status
from audience.layout import bucket
from audience.layout.control_table import JOB, Key

Kind = Literal["IMPORT", "EXPORT", "PROFILE_EXPORT", "ATTRIBUTE_REMOVAL"]
JsonObject = dict[str, Any]  # as clients write and read it
Members = dict[str, Any]  # fields of a job to set


@dataclass(frozen=True)
class JobKey:
    """The name of one job, and with it its keys in the control table and in the bucket."""

    application_id: str
    kind: Kind
    job_id: str

    @property
    def item_key(self) -> Key:
        """Return the record's primary key in the control table.

        Job ids are time-ordered, so the highest sort key of a kind is its newest job.
        """
        return JOB.key(application_id=self.application_id, kind=self.kind, job_id=self.job_id)

    @property
    def work_prefix(self) -> str:
        """Return the prefix of the job's passing files in the service's bucket; they expire."""
        return bucket.work_prefix(self.application_id, self.job_id)

    @property
    def failures_key(self) -> str:
        """Return the key of the job's failure file in the service's bucket."""
        return bucket.failures_key(self.application_id, self.job_id)

    @property
    def failures_csv_key(self) -> str:
        """Return the key of the CSV of the job's failures in the service's bucket."""
        return bucket.failures_csv_key(self.application_id, self.job_id)


@dataclass(frozen=True)
class StatusChange:
    """A change of a job's status: to which, and when (ISO 8601)."""

    status: Status
    at: str
    by: str = ""  # tells it from the same change that somebody else made at that time


@dataclass(frozen=True)
class Job:
    """A job as it is recorded; None stands for what is not known yet."""

    key: JobKey
    created: str  # ISO 8601
    definition: (
        JsonObject  # what is to be done, as clients see it; each kind of jobs has a class that reads it
    )
    status: Status = "CREATED"
    run: int = 1  # counts up each time the job is opened again
    changes: tuple[StatusChange, ...] = ()
    announced: int = 0  # how many of the changes have been announced
    finishing_until: int = 0  # until when somebody may be finishing it, in seconds since 1970
    # Digests of the inputs of long work at its end, by the work's name (audience.jobs.finishing.ProgressKeeper).
    progress: Mapping[str, str] = field(default_factory=dict)

    completed: str | None = None  # ISO 8601
    total_pieces: int | None = None
    completed_pieces: int | None = None
    failed_pieces: int | None = None
    not_attempted_pieces: int | None = None
    total_processed: int | None = None
    total_failures: int | None = None
    failures: list[str] | None = None

    segment_id: str | None = None  # of imports and exports: the segment that they make or use
    refreshes: bool | None = None  # of imports: whether the segment was there before
    skipped_files: list[str] | None = None  # of imports
    replanned_files: list[str] | None = None  # of imports
    ignored_fields: list[str] | None = None  # of imports: columns and members
    external_id: str = ""  # of exports: the role is assumed with it
    namespaces: dict[str, int] | None = None  # of profile exports: rows by identity namespace
    # Of profile exports: what Experience Platform's clients know the job by, and their request (JSON).
    number: int | None = None
    organisation: str = ""
    sandbox: str = ""
    request: str = ""
    request_id: str = ""

    def to_item(self) -> Item:
        """Return the job as its item in the control table, without the keys."""
        known = {name: getattr(self, field_name) for field_name, name in ATTRIBUTES.items()}
        return {
            "Id": self.key.job_id,
            "ApplicationId": self.key.application_id,
            "Type": self.key.kind,
            "changes": [asdict(change) for change in self.changes],
            **{name: value for name, value in known.items() if value is not None and value != ""},
            **{f"{_PROGRESS}{work}": digest for work, digest in self.progress.items()},
        }

    @classmethod
    def from_item(cls, item: Item) -> Self:
        """Return the job of an item of the control table."""
        return cls(
            key=JobKey(item["ApplicationId"], item["Type"], item["Id"]),
            changes=tuple(StatusChange(**change) for change in item["changes"]),
            progress={
                name.removeprefix(_PROGRESS): item[name] for name in item if name.startswith(_PROGRESS)
            },
            **{field_name: item[name] for field_name, name in ATTRIBUTES.items() if name in item},
        )


_PROGRESS = "progress_"
# The attributes that clients see too have the names that the contract gives them.
_SHOWN = {
    "status": "JobStatus",
    "created": "CreationDate",
    "definition": "Definition",
    "completed": "CompletionDate",
    "total_pieces": "TotalPieces",
    "completed_pieces": "CompletedPieces",
    "failed_pieces": "FailedPieces",
    "not_attempted_pieces": "NotAttemptedPieces",
    "total_processed": "TotalProcessed",
    "total_failures": "TotalFailures",
    "failures": "Failures",
    "skipped_files": "SkippedFiles",
    "replanned_files": "ReplannedFiles",
    "ignored_fields": "IgnoredFields",
}
_OWN = (
    "run",
    "announced",
    "finishing_until",
    "segment_id",
    "refreshes",
    "external_id",
    "namespaces",
    "number",
    "organisation",
    "sandbox",
    "request",
    "request_id",
)
ATTRIBUTES = {**_SHOWN, **{name: name for name in _OWN}}


def job_response(job: Job) -> JsonObject:
    """Return what the API answers of a job: the members of the contract that it has."""
    known = {name: getattr(job, field_name) for field_name, name in _SHOWN.items()}
    return {
        "Id": job.key.job_id,
        "ApplicationId": job.key.application_id,
        "Type": job.key.kind,
        "StatusChanges": [{"Status": change.status, "ChangedAt": change.at} for change in job.changes],
        **{name: value for name, value in known.items() if value is not None},
    }
