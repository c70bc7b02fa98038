"""The answers and queries of Experience Platform's dialect, for the description (contract: Create, Get, List)."""

from collections.abc import Mapping

from local.openapi.api_description import Schema

_TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_FLAG: Schema = {"type": "boolean"}
_ANY: Schema = {}


def _list(entry: Schema) -> Schema:
    return {"type": "array", "items": entry}


def _object(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None) -> Schema:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


_SPAN = _object({"startTimeInMs": _COUNT}, {"endTimeInMs": _COUNT, "totalTimeInMs": _COUNT})
_METRICS = _object(
    {"totalTime": _SPAN},
    {
        "profileExportTime": _SPAN,
        "totalExportedProfileCounter": _COUNT,
        "exportedProfileByNamespaceCounter": {"type": "object", "additionalProperties": _COUNT},
    },
)
_BATCH = _object({"segmentId": _TEXT, "segmentNs": _TEXT, "status": _list(_TEXT), "batchId": _TEXT})
_STATUS: Schema = {
    "type": "string",
    "enum": ["NEW", "PROCESSING", "SUCCEEDED", "FAILED", "CANCELLING", "CANCELLED"],
}
_JOB = _object(
    {
        "id": {"type": "integer", "minimum": 1},
        "jobType": {"const": "BATCH"},
        "destination": _object(
            {"datasetId": _TEXT, "segmentPerBatch": _FLAG}, {"batchId": _TEXT, "batches": _list(_BATCH)}
        ),
        "schema": {"type": "object"},
        "imsOrgId": _TEXT,
        "status": _STATUS,
        "mergePolicy": _object({"id": _TEXT, "version": _COUNT}),
        "profileInstanceId": {"const": "ups"},
        "metrics": _METRICS,
        "computeGatewayJobId": _object({"exportJob": _TEXT}),
        "creationTime": _COUNT,
        "updateTime": _COUNT,
        "requestId": _TEXT,
    },
    {
        # As the request had them.
        **dict.fromkeys(("fields", "filter", "additionalFields", "evaluationInfo"), _ANY),
        "errors": _list(_object({"code": _TEXT, "msg": _TEXT, "callStack": _TEXT})),
    },
)
_JOBS = _object(
    {
        "records": _list(_JOB),
        "page": _object({"sortField": _TEXT, "sort": _TEXT, "pageOffset": _TEXT, "pageSize": _COUNT}),
        "link": _object({"next": _TEXT}),
    }
)
_POLICY = _object(
    {
        "id": _TEXT,
        "name": _TEXT,
        "imsOrgId": _TEXT,
        "sandbox": _object({"sandboxName": _TEXT}),
        "schema": _object({"name": _TEXT}),
        "version": _COUNT,
        "identityGraph": _object({"type": {"enum": ["none", "pdg"]}}),
        "attributeMerge": _object(
            {"type": {"enum": ["timestampOrdered", "dataSetPrecedence"]}}, {"order": _list(_TEXT)}
        ),
        "default": _FLAG,
        "updateEpoch": _COUNT,
    }
)
_POLICIES = _object(
    {
        "_page": _object({"totalCount": _COUNT, "pageSize": _COUNT}),
        "children": _list(_POLICY),
        "_links": _object({"next": _object({"href": _TEXT})}),
    }
)
_DATASET = _object(
    {
        "name": _TEXT,
        "imsOrg": _TEXT,
        "created": _COUNT,
        "updated": _COUNT,
        "version": _TEXT,
        "state": _TEXT,
        "classification": _object({"dataBehavior": _TEXT}),
        "fileDescription": _object({"persisted": _FLAG, "containerFormat": _TEXT, "format": _TEXT}),
        "tags": {"type": "object", "additionalProperties": _list(_TEXT)},
    },
    {"description": _TEXT, "schemaRef": {"type": "object"}},
)
_DATASETS: Schema = {"type": "object", "additionalProperties": _DATASET}

# The answer of each operation; None has no body.
ANSWERS: dict[str, Schema | None] = {
    "CreateExportJob": _JOB,
    "GetExportJobs": _JOBS,
    "GetExportJob": _JOB,
    "DeleteExportJob": None,
    "CreateMergePolicy": _POLICY,
    "GetMergePolicies": _POLICIES,
    "GetMergePolicy": _POLICY,
    "DeleteMergePolicy": None,
    "CreateDataset": {**_list(_TEXT), "minItems": 1, "maxItems": 1},
    "GetDatasets": _DATASETS,
    "GetDataset": _DATASETS,
}
_START = {"start": "how many to leave out", "limit": "how many, 1 to 100"}
QUERIES: dict[str, dict[str, str]] = {
    "GetExportJobs": {
        "limit": "how many, 1 to 100",
        "offset": "{creationTimeMs}_{id} of the last job of the page before",
        "status": "jobs of this status alone",
    },
    "GetMergePolicies": {
        **_START,
        "default": "true or false",
        "schema.name": "of this schema alone",
        "identityGraph.type": "none or pdg",
        "attributeMerge.type": "timestampOrdered or dataSetPrecedence",
    },
    "GetDatasets": {**_START, "name": "of this name alone"},
}
