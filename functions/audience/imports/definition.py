"""What an import job is to do: written by the API, read by the job's steps."""

from dataclasses import dataclass, field
from typing import Self

from audience.endpoints.columns import ColumnRules
from audience.jobs.model import JsonObject
from audience.sources.names import SourceFormat


@dataclass(frozen=True)
class ImportDefinition:
    """The Definition of an import job; None and False stand for members that are not there."""

    s3_url: str
    role_arn: str  # empty for what was uploaded to the service's own bucket
    external_id: str
    format: SourceFormat
    register_endpoints: bool
    define_segment: bool
    segment_id: str | None = None
    segment_name: str | None = None
    dry_run: bool = False
    dataset_id: str | None = None
    missing_segment: str | None = None  # what the request said of a segment that is not there
    rules: ColumnRules = field(default_factory=ColumnRules)

    @property
    def publishes(self) -> bool:
        """Return whether the job makes a version of a segment."""
        return self.define_segment and not self.dry_run

    def source(self) -> JsonObject:
        """Return the members that say where the rows come from, as a segment repeats them."""
        return {
            "S3Url": self.s3_url,
            "RoleArn": self.role_arn,
            "ExternalId": self.external_id,
            "Format": self.format,
        }

    def to_document(self) -> JsonObject:
        """Return the Definition as clients see it."""
        optional = {
            "SegmentId": self.segment_id,
            "SegmentName": self.segment_name,
            "DryRun": self.dry_run or None,
            "DatasetId": self.dataset_id,
            "MissingSegment": self.missing_segment,
        }
        return {
            **self.source(),
            "RegisterEndpoints": self.register_endpoints,
            "DefineSegment": self.define_segment,
            **{name: value for name, value in optional.items() if value is not None},
            **self.rules.to_document(),
        }

    @classmethod
    def from_document(cls, document: JsonObject) -> Self:
        """Read the Definition of a job."""
        return cls(
            document["S3Url"],
            document["RoleArn"],
            document["ExternalId"],
            document["Format"],
            document["RegisterEndpoints"],
            document["DefineSegment"],
            document.get("SegmentId"),
            document.get("SegmentName"),
            bool(document.get("DryRun")),
            document.get("DatasetId"),
            document.get("MissingSegment"),
            ColumnRules.from_document(document),
        )
