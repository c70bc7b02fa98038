"""Members and values that answers and requests have beside those of Pinpoint's model, by structure or enumeration."""

from audience.endpoints.columns import DELIMITERS
from audience.identifiers import DATASET_ID, HEX_ID
from http_api.operations import Schema
from http_api.schemas import COUNT, FLAG, TEXT, array_of, closed_object

CHANGES: Schema = array_of(closed_object({"Status": TEXT, "ChangedAt": TEXT}))
MAP_OF_TEXT: Schema = {"type": "object", "additionalProperties": TEXT}

OWN_MEMBERS: dict[str, dict[str, Schema]] = {
    "ImportJobResponse": {
        "StatusChanges": CHANGES,
        "ExecutionArn": TEXT,
        "NotAttemptedPieces": COUNT,
        "SkippedFiles": array_of(TEXT),
        "ReplannedFiles": array_of(TEXT),
        "IgnoredFields": array_of(TEXT),
    },
    "ExportJobResponse": {"NotAttemptedPieces": COUNT, "StatusChanges": CHANGES, "ExecutionArn": TEXT},
    "AttributesResource": {"JobId": TEXT},
    "ImportJobResource": {
        "DryRun": FLAG,
        "DatasetId": {"type": "string", "pattern": DATASET_ID},
        "Columns": MAP_OF_TEXT,
        "Constants": MAP_OF_TEXT,
        "Delimiter": {"type": "string", "enum": list(DELIMITERS)},
        "Header": array_of(TEXT),
        "UnknownFields": {"type": "string", "enum": ["FAIL"]},
        "MissingSegment": {"type": "string", "enum": ["FAIL", "CREATE"]},
    },
    "WriteSegmentRequest": {"Id": {"type": "string", "pattern": HEX_ID}},  # of CreateSegment
    "EndpointsResponse": {"NextToken": TEXT},
    # What Pinpoint's own exports carry beside EndpointRequest.
    "EndpointRequest": {"CreationDate": TEXT},
    "EndpointBatchItem": {"CreationDate": TEXT},
}
OWN_VALUES: dict[str, tuple[str, ...]] = {"JobStatus": ("CANCELLING", "CANCELLED")}
