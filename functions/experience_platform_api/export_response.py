"""An export job as Experience Platform's clients see it (contract: Create, Get)."""

from typing import Any
from uuid import UUID

import orjson

from audience.jobs.model import Job
from audience.jobs.status import TERMINAL
from audience.memberships.plan import milliseconds
from audience.profiles.definition import ProfileExportDefinition
from http_api.call import Body

# Members of the request that the answer repeats as they were.
ECHOED = ("fields", "filter", "additionalFields", "evaluationInfo")
_STATUSES = {
    "CREATED": "NEW",
    "PENDING_JOB": "NEW",
    "COMPLETED": "SUCCEEDED",
    "FAILED": "FAILED",
    "CANCELLING": "CANCELLING",
    "CANCELLED": "CANCELLED",
}


def status_of(job: Job) -> str:
    """Return the job's status: NEW, PROCESSING, SUCCEEDED, FAILED, CANCELLING or CANCELLED."""
    return _STATUSES.get(job.status, "PROCESSING")


def response_of(job: Job) -> Body:
    """Return a job as clients see it, with its request repeated."""
    definition, request = ProfileExportDefinition.from_document(job.definition), orjson.loads(job.request)
    policy = definition.merge_policy
    created = milliseconds(job.created)
    return {
        "id": job.number,
        "jobType": "BATCH",
        "destination": _destination(definition, request),
        **{name: request[name] for name in ECHOED if name in request},
        "schema": request["schema"],
        "imsOrgId": job.organisation,
        "status": status_of(job),
        "mergePolicy": {"id": policy.id, "version": policy.version},
        "profileInstanceId": "ups",
        **_errors(job),
        "metrics": _metrics(job, created),
        "computeGatewayJobId": {"exportJob": str(UUID(job.key.job_id))},
        "creationTime": created,
        "updateTime": milliseconds(job.changes[-1].at) if job.changes else created,
        "requestId": job.request_id,
    }


def _destination(definition: ProfileExportDefinition, request: Body) -> Body:
    batches = definition.batches
    place = {"datasetId": definition.dataset_id, "segmentPerBatch": definition.segment_per_batch}
    if not definition.segment_per_batch:
        return {**place, "batchId": batches[0]}
    listed = request["filter"]["segments"]
    return {**place, "batches": [_batch(each, batch) for each, batch in zip(listed, batches, strict=True)]}


def _batch(segment: Body, batch: str) -> Body:
    status = segment.get("status", ["realized"])
    return {
        "segmentId": segment["segmentId"],
        "segmentNs": segment.get("segmentNs", "ups"),
        "status": [status] if isinstance(status, str) else status,
        "batchId": batch,
    }


def _errors(job: Job) -> Body:
    if job.status != "FAILED":
        return {}
    reasons = job.failures or ["The job failed for a reason that nobody recorded."]
    where = f"execution {job.key.job_id}"  # as it is called in the Step Functions console
    return {
        "errors": [{"code": "EXPORT_JOB_FAILED", "msg": reason, "callStack": where} for reason in reasons]
    }


def _metrics(job: Job, created: int) -> Body:
    ended = milliseconds(job.completed) if job.completed else None
    metrics: dict[str, Any] = {"totalTime": _span(created, ended)}
    begun = [change.at for change in job.changes if change.status == "PROCESSING"]
    if begun:
        metrics["profileExportTime"] = _span(milliseconds(begun[0]), ended)
    elif job.status in TERMINAL and ended is not None:
        metrics["profileExportTime"] = _span(ended, ended)
    if job.status == "COMPLETED":
        metrics["totalExportedProfileCounter"] = job.total_processed
        metrics["exportedProfileByNamespaceCounter"] = job.namespaces
    return metrics


def _span(start: int, end: int | None) -> Body:
    if end is None:
        return {"startTimeInMs": start}
    return {"startTimeInMs": start, "endTimeInMs": end, "totalTimeInMs": end - start}
