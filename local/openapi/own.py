"""What this service has beside Amazon Pinpoint's API, for the description."""

from audience.identifiers import DATASET_ID
from local.openapi.api_description import Schema

_TEXT: Schema = {"type": "string"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_COUNT: Schema = {"type": "integer", "minimum": 0}


def _object(**members: Schema) -> Schema:
    return {
        "type": "object",
        "properties": members,
        "required": list(members),
        "additionalProperties": False,
    }


def _page(**members: Schema) -> Schema:
    page = _object(Item={"type": "array", "items": _object(**members)})
    page["properties"]["NextToken"] = _TEXT
    return page


_DOWNLOAD = {"Url": _TEXT, "ExpiresInSeconds": _COUNT}

_BINDING = _object(
    ApplicationId=_TEXT, ImsOrgId=_TEXT, SandboxName=_TEXT, ApiKeys={"type": "array", "items": _TEXT}
)

# Operations that Pinpoint never had: our own request model's name, and a schema or the name of a shape of the model.
OWN_OPERATIONS: dict[str, tuple[str | None, Schema | str]] = {
    "ListEndpoints": (None, "EndpointsResponse"),
    "CancelImportJob": (None, "ImportJobResponse"),
    "RetryImportJob": (None, "ImportJobResponse"),
    "GetImportJobFailures": (None, _object(**_DOWNLOAD)),
    "CancelExportJob": (None, "ExportJobResponse"),
    "RetryExportJob": (None, "ExportJobResponse"),
    "GetExportJobFiles": (None, _page(FileName=_TEXT, Size=_COUNT, **_DOWNLOAD)),
    "CreateUpload": ("UploadRequest", _object(Url=_TEXT, S3Url=_TEXT, ExpiresInSeconds=_COUNT)),
    "BindApp": ("PlatformRequest", _BINDING),
    "GetBinding": (None, _BINDING),
    "UnbindApp": (None, _BINDING),
}
PAGED = frozenset({"ListEndpoints", "GetExportJobFiles"})
ONCE = frozenset({"CreateImportJob", "CreateExportJob"})
CONFLICTS = ONCE | {"CancelImportJob", "RetryImportJob", "CancelExportJob", "RetryExportJob", "BindApp"}

_NOT_ATTEMPTED: dict[str, Schema] = {"NotAttemptedPieces": _COUNT}
OWN_MEMBERS: dict[str, dict[str, Schema]] = {
    "ImportJobResponse": {**_NOT_ATTEMPTED, "SkippedFiles": _TEXTS, "ReplannedFiles": _TEXTS},
    "ExportJobResponse": _NOT_ATTEMPTED,
    "ImportJobResource": {
        "DryRun": {"type": "boolean"},
        "DatasetId": {"type": "string", "pattern": DATASET_ID},
    },
    "EndpointsResponse": {"NextToken": _TEXT},
    # What Pinpoint's own exports carry beside EndpointRequest.
    "EndpointRequest": {"CreationDate": _TEXT},
    "EndpointBatchItem": {"CreationDate": _TEXT},
}
OWN_VALUES: dict[str, tuple[str, ...]] = {"JobStatus": ("CANCELLING", "CANCELLED")}
