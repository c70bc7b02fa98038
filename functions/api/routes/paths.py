"""The resources of the API, in API Gateway's notation. The stack deploys them; the resolver answers them.

PATHS are those that the API's description has.
"""

from audience.identifiers import HEX_ID

ROOT = "/"
OPENAPI = "/openapi.json"
CLIENTS = "/clients.zip"
CLIENTS_TYPE = "application/zip"  # the one media type of answers that are bytes

APPS = "/v1/apps"
APP = f"{APPS}/{{application-id}}"

SETTINGS = f"{APP}/settings"
CHANNELS = f"{APP}/channels"
ATTRIBUTES = f"{APP}/attributes/{{attribute-type}}"
TAGS = "/v1/tags/{resource-arn}"

ENDPOINTS = f"{APP}/endpoints"
ENDPOINT = f"{ENDPOINTS}/{{endpoint-id}}"
USER = f"{APP}/users/{{user-id}}"
EVENTS = f"{APP}/events"
UPLOADS = f"{APP}/uploads"
EXPERIENCE_PLATFORM = f"{APP}/platform"

IMPORT_JOBS = f"{APP}/jobs/import"
IMPORT_JOB = f"{IMPORT_JOBS}/{{job-id}}"
IMPORT_JOB_FAILURES = f"{IMPORT_JOB}/failures"
IMPORT_JOB_RETRY = f"{IMPORT_JOB}/retry"
EXPORT_JOBS = f"{APP}/jobs/export"
EXPORT_JOB = f"{EXPORT_JOBS}/{{job-id}}"
EXPORT_JOB_FILES = f"{EXPORT_JOB}/files"
EXPORT_JOB_RETRY = f"{EXPORT_JOB}/retry"
ATTRIBUTE_REMOVAL_JOBS = f"{APP}/jobs/attribute-removal"
ATTRIBUTE_REMOVAL_JOB = f"{ATTRIBUTE_REMOVAL_JOBS}/{{job-id}}"

SEGMENTS = f"{APP}/segments"
SEGMENT = f"{SEGMENTS}/{{segment-id}}"
SEGMENT_VERSIONS = f"{SEGMENT}/versions"
SEGMENT_VERSION = f"{SEGMENT_VERSIONS}/{{version}}"
SEGMENT_IMPORT_JOBS = f"{SEGMENT}/jobs/import"
SEGMENT_EXPORT_JOBS = f"{SEGMENT}/jobs/export"

# What is no other resource's: Pinpoint's operations that are not answered here are told so.
OTHERS = "/{proxy+}"

PATHS: tuple[str, ...] = (
    ROOT,
    OPENAPI,
    CLIENTS,
    APPS,
    APP,
    SETTINGS,
    CHANNELS,
    ATTRIBUTES,
    TAGS,
    ENDPOINTS,
    ENDPOINT,
    USER,
    EVENTS,
    UPLOADS,
    EXPERIENCE_PLATFORM,
    IMPORT_JOBS,
    IMPORT_JOB,
    IMPORT_JOB_FAILURES,
    IMPORT_JOB_RETRY,
    EXPORT_JOBS,
    EXPORT_JOB,
    EXPORT_JOB_FILES,
    EXPORT_JOB_RETRY,
    ATTRIBUTE_REMOVAL_JOBS,
    ATTRIBUTE_REMOVAL_JOB,
    SEGMENTS,
    SEGMENT,
    SEGMENT_VERSIONS,
    SEGMENT_VERSION,
    SEGMENT_IMPORT_JOBS,
    SEGMENT_EXPORT_JOBS,
)

# Of the parameters that are not any string.
PARAMETER_PATTERNS = dict.fromkeys(("application-id", "job-id", "segment-id"), HEX_ID)

# What browsers let scripts see of an answer, API Gateway's own answers included; it adds x-amzn-RequestId.
SEEN_BY_BROWSERS = "x-amzn-ErrorType,x-amzn-RequestId"
