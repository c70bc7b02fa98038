"""The request for an export job, as pydantic models (contract: Create)."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from experience_platform_api.models import Name, Request, Schema

# https://www.rfc-editor.org/rfc/rfc3339#section-5.6
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
MOST_SEGMENTS = 500
_MOST_STEPS = 100  # rows are never as deep
RequestedStatus = Literal["realized", "existing", "exited"]


def _moment(text: Any) -> datetime:
    try:
        if isinstance(text, str) and _RFC_3339.fullmatch(text):
            return datetime.fromisoformat(text.upper())
    except ValueError:
        pass
    raise PydanticCustomError("moment", "an RFC 3339 date and time such as 2018-01-01T00:00:00Z")


def _namespace(name: str) -> str:
    if name.lower() != "ups":
        raise PydanticCustomError("namespace", "ups, the only namespace of segments here")
    return "ups"


def _paths(fields: str) -> str:
    if any(path.count(".") >= _MOST_STEPS for path in fields.split(",")):
        raise PydanticCustomError("paths", "a list of paths of at most {most} steps", {"most": _MOST_STEPS})
    return fields


def _listed(statuses: Any) -> Any:
    return [statuses] if isinstance(statuses, str) else statuses  # as in an example of Adobe's


def _realized() -> list[RequestedStatus]:
    return ["realized"]


Moment = Annotated[datetime, BeforeValidator(_moment)]
Fields = Annotated[str, AfterValidator(_paths)]
Statuses = Annotated[list[RequestedStatus], BeforeValidator(_listed), Field(min_length=1)]


class SegmentRequest(Request):
    """A segment whose members are exported."""

    segment_id: Name
    segment_ns: Annotated[str, AfterValidator(_namespace)] = "ups"
    status: Statuses = Field(default_factory=_realized)


class QualificationTime(Request):
    """When the status was gained."""

    start_time: Moment | None = None
    end_time: Moment | None = None


class Filter(Request):
    """Which profiles are exported."""

    segments: list[SegmentRequest] | None = Field(default=None, max_length=MOST_SEGMENTS)
    segment_qualification_time: QualificationTime | None = None
    from_ingest_timestamp: Moment | None = None
    empty_profiles: bool | None = None


class EventFilter(Request):
    """Which events are exported, by the time they were ingested."""

    from_ingest_timestamp: Moment | None = None
    to_ingest_timestamp: Moment | None = None


class EventListRequest(Request):
    """Events with the profiles."""

    fields_: Fields | None = Field(default=None, alias="fields")
    filter: EventFilter | None = None


class AdditionalFields(Request):
    """What is exported beside the profile's own fields."""

    event_list: EventListRequest | None = None


class PolicyReference(Request):
    """A merge policy."""

    id: Name
    version: int | None = Field(default=None, ge=1)


class Destination(Request):
    """Where the export goes."""

    dataset_id: Name
    segment_per_batch: bool | None = None


class EvaluationInfo(Request):
    """Whether segments are evaluated in the job."""

    segmentation: bool | None = None


class ExportJobRequest(Request):
    """A new export job."""

    fields_: Fields | None = Field(default=None, alias="fields")
    merge_policy: PolicyReference | None = None
    filter: Filter | None = None
    additional_fields: AdditionalFields | None = None
    destination: Destination
    schema_: Schema = Field(alias="schema")
    evaluation_info: EvaluationInfo | None = None
