"""What an export job is to do: a request checked against the state of things, its defaults filled in."""

import math
import re
from datetime import datetime
from typing import Any
from uuid import uuid4

from audience.batches.columns import BY_NAME, COLUMNS, columns_of
from audience.batches.selection import Selection
from audience.experience_platform.merge_policies import MergePolicy
from audience.identifiers import HEX_ID
from experience_platform_api import stores
from experience_platform_api.errors import InvalidRequestError
from experience_platform_api.export_models import (
    EventListRequest,
    ExportJobRequest,
    Filter,
    PolicyReference,
    SegmentRequest,
)
from http_api.stores import datasets, segments

Definition = dict[str, Any]


def definition_of(request: ExportJobRequest, application_id: str) -> Definition:
    """The job's Definition (audience.profiles.export reads it), once everything that can be checked has been.

    Times are ms since 1970; None is no bound.

    Raises:
        InvalidRequestError: a member cannot be used; the message names it.
    """
    asked = request.filter or Filter.model_validate({})
    listed = asked.segments or []
    by_segment = bool(request.destination.segment_per_batch)
    if by_segment and not listed:
        raise InvalidRequestError(
            "destination.segmentPerBatch: true needs filter.segments: a batch for each of them"
        )
    return {
        "Fields": _fields(request),
        "MergePolicy": _policy(request.merge_policy, application_id),
        "Segments": _segments(listed, application_id),
        **_bounds(asked),
        "EmptyProfiles": bool(asked.empty_profiles),
        "EventList": _events(request.additional_fields.event_list if request.additional_fields else None),
        **_place(request.destination.dataset_id, application_id),
        "SegmentPerBatch": by_segment,
        "Batches": [uuid4().hex for _ in range(len(listed) if by_segment else 1)],
        "Evaluate": bool(request.evaluation_info and request.evaluation_info.segmentation),
        "Memberships": "segmentMembership" in Selection.parse(request.fields_),
    }


def _fields(request: ExportJobRequest) -> str | None:
    """The field list: at least one of its paths must be a column, for a file has to have one."""
    if not columns_of(request.fields_):
        known = ", ".join(sorted(COLUMNS.keys() | BY_NAME))
        raise InvalidRequestError(f"fields: {request.fields_!r:.100} names no field of a profile: {known}")
    return request.fields_


def _policy(reference: PolicyReference | None, application_id: str) -> Definition:
    store = stores.merge_policies()
    policy: MergePolicy | None = store.default(application_id)
    if reference is not None:
        policy = store.find(application_id, reference.id)
    if policy is None or (reference and reference.version not in (None, policy.version)):
        version = f" of version {reference.version}" if reference and reference.version else ""
        named = reference.id if reference else ""
        raise InvalidRequestError(f"mergePolicy.id: there is no merge policy {named!r:.100}{version}")
    return {
        "Id": policy.id,
        "Version": policy.version,
        "IdentityGraph": policy.identity_graph,
        "AttributeMerge": policy.attribute_merge,
        "Order": list(policy.order),
    }


def _segments(listed: list[SegmentRequest], application_id: str) -> list[Definition]:
    found = []
    for place, each in enumerate(listed):
        if not _exists(each.segment_id, application_id):
            raise InvalidRequestError(
                f"filter.segments.{place}.segmentId: there is no segment {each.segment_id!r:.100}"
            )
        # `existing` is what `realized` was called for who had been in the segment before (contract: Meaning).
        statuses = sorted({"realized" if status == "existing" else status for status in each.status})
        found.append({"SegmentId": each.segment_id, "Statuses": statuses})
    return found


def _exists(segment_id: str, application_id: str) -> bool:
    """Whether the app has the segment; what has not the shape of an id may not be what a key may be, either."""
    known = re.fullmatch(HEX_ID, segment_id)
    return known is not None and segments().find(application_id, segment_id) is not None


def _bounds(asked: Filter) -> Definition:
    window = asked.segment_qualification_time
    start = window.start_time if window else None
    end = window.end_time if window else None
    if start and end and start > end:
        raise InvalidRequestError("filter.segmentQualificationTime: startTime is after endTime")
    return {
        "QualifiedFrom": _upwards(start),
        "QualifiedTo": _downwards(end),
        "IngestedAfter": _downwards(asked.from_ingest_timestamp),
    }


def _events(asked: EventListRequest | None) -> Definition | None:
    if asked is None:
        return None
    after = asked.filter.from_ingest_timestamp if asked.filter else None
    before = asked.filter.to_ingest_timestamp if asked.filter else None
    if after and before and after > before:
        raise InvalidRequestError(
            "additionalFields.eventList.filter: fromIngestTimestamp is after toIngestTimestamp"
        )
    return {"Fields": asked.fields_, "IngestedAfter": _downwards(after), "IngestedBefore": _upwards(before)}


def _place(dataset_id: str, application_id: str) -> Definition:
    dataset = datasets().find(application_id, dataset_id)
    if dataset is None:
        raise InvalidRequestError(f"destination.datasetId: there is no dataset {dataset_id!r:.100}")
    return {"DatasetId": dataset.id, "Format": dataset.format}


def _downwards(moment: datetime | None) -> int | None:
    return math.floor(moment.timestamp() * 1000) if moment else None


def _upwards(moment: datetime | None) -> int | None:
    return math.ceil(moment.timestamp() * 1000) if moment else None
