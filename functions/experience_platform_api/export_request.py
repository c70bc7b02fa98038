"""The Definition of a new profile export: its request, checked against what is there."""

import math
import re
from datetime import datetime
from uuid import uuid4

from audience.batches.columns import BY_NAME, COLUMNS, columns_of
from audience.batches.selection import Selection
from audience.experience_platform.datasets import Dataset
from audience.experience_platform.merge_policies import MergePolicy
from audience.identifiers import HEX_ID
from audience.profiles.definition import (
    EventListDefinition,
    PolicyDefinition,
    ProfileExportDefinition,
    SegmentDefinition,
)
from experience_platform_api import stores
from experience_platform_api.errors import InvalidRequestError
from experience_platform_api.export_models import (
    EventListRequest,
    ExportJobRequest,
    Filter,
    PolicyReference,
    QualificationTime,
    SegmentRequest,
)
from http_api.stores import datasets, segments


def profile_export_definition(request: ExportJobRequest, application_id: str) -> ProfileExportDefinition:
    """Return the job's Definition, once everything that can be checked has been.

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
    fields = _fields(request)
    policy = _policy(request.merge_policy, application_id)
    found = _segments(listed, application_id)
    _check_bounds(asked.segment_qualification_time)
    window = asked.segment_qualification_time
    events = _events(request.additional_fields.event_list if request.additional_fields else None)
    dataset = _dataset(request.destination.dataset_id, application_id)
    return ProfileExportDefinition(
        fields,
        policy,
        found,
        qualified_from=_upwards(window.start_time) if window else None,
        qualified_to=_downwards(window.end_time) if window else None,
        ingested_after=_downwards(asked.from_ingest_timestamp),
        empty_profiles=bool(asked.empty_profiles),
        event_list=events,
        dataset_id=dataset.id,
        format=dataset.format,
        segment_per_batch=by_segment,
        batches=tuple(uuid4().hex for _ in range(len(listed) if by_segment else 1)),
        evaluate=bool(request.evaluation_info and request.evaluation_info.segmentation),
        memberships="segmentMembership" in Selection.parse(request.fields_),
    )


def _fields(request: ExportJobRequest) -> str | None:
    """Return the field list: at least one of its paths must be a column, for a file has to have one."""
    if not columns_of(request.fields_):
        known = ", ".join(sorted(COLUMNS.keys() | BY_NAME))
        raise InvalidRequestError(f"fields: {request.fields_!r:.100} names no field of a profile: {known}")
    return request.fields_


def _policy(reference: PolicyReference | None, application_id: str) -> PolicyDefinition:
    store = stores.merge_policies()
    policy: MergePolicy | None = store.default(application_id)
    if reference is not None:
        policy = store.find(application_id, reference.id)
    if policy is None or (reference and reference.version not in (None, policy.version)):
        version = f" of version {reference.version}" if reference and reference.version else ""
        named = reference.id if reference else ""
        raise InvalidRequestError(f"mergePolicy.id: there is no merge policy {named!r:.100}{version}")
    return PolicyDefinition(
        policy.id, policy.version, policy.identity_graph, policy.attribute_merge, policy.order
    )


def _segments(listed: list[SegmentRequest], application_id: str) -> tuple[SegmentDefinition, ...]:
    found = []
    for place, each in enumerate(listed):
        if not _exists(each.segment_id, application_id):
            raise InvalidRequestError(
                f"filter.segments.{place}.segmentId: there is no segment {each.segment_id!r:.100}"
            )
        # `existing` is what `realized` was called for who had been in the segment before (contract: Meaning).
        statuses = sorted({"realized" if status == "existing" else status for status in each.status})
        found.append(SegmentDefinition(each.segment_id, tuple(statuses)))
    return tuple(found)


def _exists(segment_id: str, application_id: str) -> bool:
    """Return whether the app has the segment; what has not the shape of an id need not fit into a key either."""
    known = re.fullmatch(HEX_ID, segment_id)
    return known is not None and segments().find(application_id, segment_id) is not None


def _check_bounds(window: QualificationTime | None) -> None:
    """Check that the window of qualification times does not end before it begins."""
    if window and window.start_time and window.end_time and window.start_time > window.end_time:
        raise InvalidRequestError("filter.segmentQualificationTime: startTime is after endTime")


def _events(asked: EventListRequest | None) -> EventListDefinition | None:
    if asked is None:
        return None
    after = asked.filter.from_ingest_timestamp if asked.filter else None
    before = asked.filter.to_ingest_timestamp if asked.filter else None
    if after and before and after > before:
        raise InvalidRequestError(
            "additionalFields.eventList.filter: fromIngestTimestamp is after toIngestTimestamp"
        )
    return EventListDefinition(asked.fields_, _downwards(after), _upwards(before))


def _dataset(dataset_id: str, application_id: str) -> Dataset:
    dataset = datasets().find(application_id, dataset_id)
    if dataset is None:
        raise InvalidRequestError(f"destination.datasetId: there is no dataset {dataset_id!r:.100}")
    return dataset


def _downwards(moment: datetime | None) -> int | None:
    return math.floor(moment.timestamp() * 1000) if moment else None


def _upwards(moment: datetime | None) -> int | None:
    return math.ceil(moment.timestamp() * 1000) if moment else None
