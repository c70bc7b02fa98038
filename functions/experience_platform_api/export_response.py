"""An export job as the dialect shows it (contract: Create, Get)."""

from typing import Any
from uuid import UUID

import orjson

from audience.jobs.model import Record
from audience.jobs.status import TERMINAL
from audience.memberships.plan import milliseconds
from experience_platform_api.call import Body

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


def status_of(record: Record) -> str:
    """NEW, PROCESSING, SUCCEEDED, FAILED, CANCELLING or CANCELLED."""
    return _STATUSES.get(record["JobStatus"], "PROCESSING")


def response_of(record: Record) -> Body:
    """The job of a record, with its request repeated."""
    definition, request = record["Definition"], orjson.loads(record["request"])
    policy = definition["MergePolicy"]
    created = milliseconds(record["CreationDate"])
    return {
        "id": record["number"],
        "jobType": "BATCH",
        "destination": _destination(definition, request),
        **{name: request[name] for name in ECHOED if name in request},
        "schema": request["schema"],
        "imsOrgId": record["organisation"],
        "status": status_of(record),
        "mergePolicy": {"id": policy["Id"], "version": policy["Version"]},
        "profileInstanceId": "ups",
        **_errors(record),
        "metrics": _metrics(record, created),
        "computeGatewayJobId": {"exportJob": str(UUID(record["Id"]))},
        "creationTime": created,
        "updateTime": milliseconds(record["changes"][-1]["at"]) if record.get("changes") else created,
        "requestId": record["request_id"],
    }


def _destination(definition: Record, request: Body) -> Body:
    batches = definition["Batches"]
    place = {"datasetId": definition["DatasetId"], "segmentPerBatch": definition["SegmentPerBatch"]}
    if not definition["SegmentPerBatch"]:
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


def _errors(record: Record) -> Body:
    if record["JobStatus"] != "FAILED":
        return {}
    reasons = record.get("Failures") or ["The job failed for a reason that nobody recorded."]
    where = f"execution {record['Id']}"  # as it is called in the Step Functions console
    return {
        "errors": [{"code": "EXPORT_JOB_FAILED", "msg": reason, "callStack": where} for reason in reasons]
    }


def _metrics(record: Record, created: int) -> Body:
    ended = milliseconds(record["CompletionDate"]) if "CompletionDate" in record else None
    metrics: dict[str, Any] = {"totalTime": _span(created, ended)}
    begun = [change["at"] for change in record.get("changes", []) if change["status"] == "PROCESSING"]
    if begun:
        metrics["profileExportTime"] = _span(milliseconds(begun[0]), ended)
    elif record["JobStatus"] in TERMINAL and ended is not None:
        metrics["profileExportTime"] = _span(ended, ended)
    if record["JobStatus"] == "COMPLETED":
        metrics["totalExportedProfileCounter"] = record["TotalProcessed"]
        metrics["exportedProfileByNamespaceCounter"] = record["namespaces"]
    return metrics


def _span(start: int, end: int | None) -> Body:
    if end is None:
        return {"startTimeInMs": start}
    return {"startTimeInMs": start, "endTimeInMs": end, "totalTimeInMs": end - start}
