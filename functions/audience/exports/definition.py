"""What an export job is to do: written by the API, read by the job's steps."""

from dataclasses import dataclass
from typing import Self

from audience.jobs.model import JsonObject


@dataclass(frozen=True)
class ExportDefinition:
    """The Definition of an export job: every endpoint of the app where there is no segment."""

    s3_url_prefix: str
    role_arn: str  # empty for the service's own bucket
    segment_id: str | None = None
    segment_version: int | None = None  # None: the newest when the job is planned

    def to_document(self) -> JsonObject:
        """Return the Definition as clients see it."""
        optional = {"SegmentId": self.segment_id, "SegmentVersion": self.segment_version}
        return {
            "S3UrlPrefix": self.s3_url_prefix,
            "RoleArn": self.role_arn,
            **{name: value for name, value in optional.items() if value is not None},
        }

    @classmethod
    def from_document(cls, document: JsonObject) -> Self:
        """Read the Definition of a job."""
        return cls(
            document["S3UrlPrefix"],
            document["RoleArn"],
            document.get("SegmentId"),
            document.get("SegmentVersion"),
        )
