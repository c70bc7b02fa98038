"""Members and values that answers and requests have beside those of Pinpoint's model, by structure or enumeration."""

from audience.identifiers import DATASET_ID
from http_api.operations import Schema
from http_api.schemas import COUNT, FLAG, TEXT, array_of

OWN_MEMBERS: dict[str, dict[str, Schema]] = {
    "ImportJobResponse": {
        "NotAttemptedPieces": COUNT,
        "SkippedFiles": array_of(TEXT),
        "ReplannedFiles": array_of(TEXT),
    },
    "ExportJobResponse": {"NotAttemptedPieces": COUNT},
    "ImportJobResource": {"DryRun": FLAG, "DatasetId": {"type": "string", "pattern": DATASET_ID}},
    "EndpointsResponse": {"NextToken": TEXT},
    # What Pinpoint's own exports carry beside EndpointRequest.
    "EndpointRequest": {"CreationDate": TEXT},
    "EndpointBatchItem": {"CreationDate": TEXT},
}
OWN_VALUES: dict[str, tuple[str, ...]] = {"JobStatus": ("CANCELLING", "CANCELLED")}
