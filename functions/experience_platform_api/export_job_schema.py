"""The schema of an export job as clients see it (contract: Create, Get, List)."""

from http_api.operations import Schema
from http_api.schemas import ANYTHING, COUNT, FLAG, TEXT, array_of, closed_object

_SPAN = closed_object({"startTimeInMs": COUNT}, {"endTimeInMs": COUNT, "totalTimeInMs": COUNT})
_METRICS = closed_object(
    {"totalTime": _SPAN},
    {
        "profileExportTime": _SPAN,
        "totalExportedProfileCounter": COUNT,
        "exportedProfileByNamespaceCounter": {"type": "object", "additionalProperties": COUNT},
    },
)
_BATCH = closed_object({"segmentId": TEXT, "segmentNs": TEXT, "status": array_of(TEXT), "batchId": TEXT})
STATUSES = ("NEW", "PROCESSING", "SUCCEEDED", "FAILED", "CANCELLING", "CANCELLED")
_STATUS: Schema = {"type": "string", "enum": list(STATUSES)}
EXPORT_JOB = closed_object(
    {
        "id": {"type": "integer", "minimum": 1},
        "jobType": {"const": "BATCH"},
        "destination": closed_object(
            {"datasetId": TEXT, "segmentPerBatch": FLAG}, {"batchId": TEXT, "batches": array_of(_BATCH)}
        ),
        "schema": {"type": "object"},
        "imsOrgId": TEXT,
        "status": _STATUS,
        "mergePolicy": closed_object({"id": TEXT, "version": COUNT}),
        "profileInstanceId": {"const": "ups"},
        "metrics": _METRICS,
        "computeGatewayJobId": closed_object({"exportJob": TEXT}),
        "creationTime": COUNT,
        "updateTime": COUNT,
        "requestId": TEXT,
    },
    {
        # As the request had them.
        **dict.fromkeys(("fields", "filter", "additionalFields", "evaluationInfo"), ANYTHING),
        "errors": array_of(closed_object({"code": TEXT, "msg": TEXT, "callStack": TEXT})),
    },
)
EXPORT_JOBS = closed_object(
    {
        "records": array_of(EXPORT_JOB),
        "page": closed_object({"sortField": TEXT, "sort": TEXT, "pageOffset": TEXT, "pageSize": COUNT}),
        "link": closed_object({"next": TEXT}),
    }
)
