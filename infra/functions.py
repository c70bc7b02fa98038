"""The functions in one table: memory, time limit, settings and permissions of each."""

from dataclasses import dataclass

from audience.layout.bucket import DATASETS, EXPORTS, JOBS, OF_AN_APP, SEGMENTS, UPLOADS, WORK
from infra.grants import (
    ASSUME_WORKER_ROLE,
    LIST_BUCKET,
    PUT_EVENTS,
    Grant,
    Target,
    control,
    endpoints,
    listing,
    objects,
    states,
)
from infra.state_machines import STATE_MACHINES

STORAGE = ("CONTROL_TABLE", "ENDPOINTS_TABLE", "BUCKET")
ACCESS = ("WORKER_ROLE_ARN", "ALLOWED_ROLE_ARNS", "ACCOUNT_ID")
STATE_MACHINE_ARNS = tuple(machine.setting for machine in STATE_MACHINES.values())
LIMITS = ("MAX_RUNNING_IMPORTS", "MAX_RUNNING_IMPORTS_PER_APP")

ONE_CPU_MB = 1769  # Lambda gives one full vCPU at this memory: the row loops are bound by CPU
LONGEST_S = 900  # Lambda's limit
AUTHORIZER_S = 10  # longer than two requests to the issuer may take: its configuration, its keys
API_GATEWAY_S = 29  # API Gateway's default limit for an integration


@dataclass(frozen=True)
class FunctionSpec:
    """Resources, settings and permissions of one function, which is called like its folder."""

    memory_mb: int
    timeout_s: int
    settings: tuple[str, ...]
    grants: tuple[Grant, ...]
    parquet: bool = False  # has the layer with pyarrow too
    asynchronous: bool = False  # invoked by events: those that fail for good go to the dead-letter queue


FUNCTIONS: dict[str, FunctionSpec] = {
    "api": FunctionSpec(
        1024,
        API_GATEWAY_S,
        (*STORAGE, *ACCESS, *STATE_MACHINE_ARNS, *LIMITS, "MAX_UPLOAD_BYTES", "PROBE_EXTERNAL_ID", "VERSION"),
        (
            control("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "BatchWriteItem"),
            endpoints("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "BatchWriteItem"),
            objects("GetObject", below=(UPLOADS, JOBS, EXPORTS)),
            objects("PutObject", below=(UPLOADS,)),
            objects("DeleteObject", below=OF_AN_APP),
            LIST_BUCKET,
            states(Target.MACHINES, "StartExecution"),
            states(Target.EXECUTIONS, "StopExecution"),
            ASSUME_WORKER_ROLE,
            PUT_EVENTS,
        ),
    ),
    "experience_platform_api": FunctionSpec(
        1024,
        API_GATEWAY_S,
        (*STORAGE, *STATE_MACHINE_ARNS),
        (
            control("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query"),
            states(Target.MACHINES, "StartExecution"),
            PUT_EVENTS,
        ),
    ),
    "authorize_call": FunctionSpec(
        512,
        AUTHORIZER_S,
        ("CONTROL_TABLE", "TOKEN_ISSUER", "TOKEN_AUDIENCE"),
        (control("GetItem"),),
    ),
    "plan_import": FunctionSpec(
        ONE_CPU_MB,
        LONGEST_S,
        (*STORAGE, *ACCESS, "PIECE_BYTES", "PIECE_ROWS", "SURVEY_BYTES", "MAX_CONCURRENCY"),
        (
            control("GetItem", "UpdateItem", "PutItem", "Query"),
            objects("PutObject", "GetObject", below=(WORK,)),
            objects("GetObject", below=(UPLOADS,)),
            listing(WORK, UPLOADS),
            ASSUME_WORKER_ROLE,
            PUT_EVENTS,
        ),
    ),
    "survey_range": FunctionSpec(
        ONE_CPU_MB,
        LONGEST_S,
        (*STORAGE, *ACCESS),
        (
            control("GetItem"),
            objects("PutObject", below=(WORK,)),
            objects("GetObject", below=(UPLOADS,)),
            ASSUME_WORKER_ROLE,
        ),
    ),
    "compose_pieces": FunctionSpec(
        ONE_CPU_MB,
        LONGEST_S,
        STORAGE,
        (
            control("GetItem", "UpdateItem", "Query"),
            objects("PutObject", "GetObject", below=(WORK,)),
            listing(WORK),
            PUT_EVENTS,
        ),
    ),
    "import_piece": FunctionSpec(
        ONE_CPU_MB,
        LONGEST_S,
        (*STORAGE, *ACCESS),
        (
            control("GetItem", "UpdateItem", "PutItem"),
            endpoints("GetItem", "UpdateItem", "PartiQLInsert"),
            objects("PutObject", "AbortMultipartUpload", below=(WORK,)),
            objects("GetObject", below=(UPLOADS,)),
            ASSUME_WORKER_ROLE,
        ),
    ),
    "finish_import": FunctionSpec(
        ONE_CPU_MB,
        LONGEST_S,
        STORAGE,
        (
            control("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query"),
            objects("GetObject", below=(WORK, JOBS)),
            objects("PutObject", below=(WORK, JOBS, SEGMENTS)),
            objects("AbortMultipartUpload", below=(WORK, SEGMENTS)),
            PUT_EVENTS,
        ),
    ),
    "plan_export": FunctionSpec(
        ONE_CPU_MB,
        LONGEST_S,
        (*STORAGE, "MAX_CONCURRENCY"),
        (
            control("GetItem", "UpdateItem", "Query"),
            endpoints("Query"),
            objects("PutObject", "GetObject", below=(WORK,)),
            listing(WORK),
            PUT_EVENTS,
        ),
    ),
    "export_piece": FunctionSpec(
        ONE_CPU_MB,
        LONGEST_S,
        (*STORAGE, *ACCESS),
        (
            control("GetItem", "UpdateItem", "PutItem"),
            endpoints("Query", "BatchGetItem"),
            objects("GetObject", below=(SEGMENTS,)),
            objects("PutObject", "AbortMultipartUpload", below=(EXPORTS,)),
            ASSUME_WORKER_ROLE,
        ),
    ),
    "finish_export": FunctionSpec(
        ONE_CPU_MB,
        LONGEST_S,
        (*STORAGE, *ACCESS),
        (
            control("GetItem", "UpdateItem", "DeleteItem", "Query"),
            objects("PutObject", below=(EXPORTS,)),
            ASSUME_WORKER_ROLE,
            PUT_EVENTS,
        ),
    ),
    "plan_profile_export": FunctionSpec(
        ONE_CPU_MB,
        LONGEST_S,
        (*STORAGE, "MAX_CONCURRENCY"),
        (
            control("GetItem", "UpdateItem", "Query"),
            endpoints("Query"),
            objects("PutObject", "GetObject", below=(WORK,)),
            listing(WORK),
            PUT_EVENTS,
        ),
    ),
    "profile_piece": FunctionSpec(
        ONE_CPU_MB,
        LONGEST_S,
        STORAGE,
        (
            control("GetItem", "UpdateItem", "PutItem"),
            endpoints("Query", "BatchGetItem"),
            objects("GetObject", below=(WORK, SEGMENTS)),
            objects("PutObject", below=(WORK, DATASETS)),
            objects("AbortMultipartUpload", below=(DATASETS,)),
        ),
        parquet=True,
    ),
    "publish_evaluation": FunctionSpec(
        ONE_CPU_MB,
        LONGEST_S,
        STORAGE,
        (
            control("GetItem", "PutItem", "Query"),
            objects("GetObject", below=(WORK, SEGMENTS)),
            objects("PutObject", "AbortMultipartUpload", below=(WORK, SEGMENTS)),
            objects("PutObjectTagging", below=(SEGMENTS,)),
        ),
    ),
    "finish_profile_export": FunctionSpec(
        ONE_CPU_MB,
        LONGEST_S,
        STORAGE,
        (
            control("GetItem", "UpdateItem", "DeleteItem", "Query"),
            objects("PutObject", "DeleteObject", below=(DATASETS,)),
            LIST_BUCKET,
            PUT_EVENTS,
        ),
    ),
    "plan_attribute_removal": FunctionSpec(
        ONE_CPU_MB,
        LONGEST_S,
        (*STORAGE, "MAX_CONCURRENCY"),
        (
            control("GetItem", "UpdateItem", "Query"),
            endpoints("Query"),
            objects("PutObject", "GetObject", below=(WORK,)),
            listing(WORK),
            PUT_EVENTS,
        ),
    ),
    "attribute_removal_piece": FunctionSpec(
        ONE_CPU_MB,
        LONGEST_S,
        STORAGE,
        (
            control("GetItem", "UpdateItem", "PutItem"),
            endpoints("Query", "UpdateItem"),
        ),
    ),
    "finish_attribute_removal": FunctionSpec(
        ONE_CPU_MB,
        LONGEST_S,
        STORAGE,
        (
            control("GetItem", "UpdateItem", "DeleteItem", "Query"),
            PUT_EVENTS,
        ),
    ),
    "fail_piece": FunctionSpec(256, 60, STORAGE, (control("GetItem", "PutItem"),)),
    "reconcile_job": FunctionSpec(
        512,
        300,
        (*STORAGE, *STATE_MACHINE_ARNS, *LIMITS),
        (
            control("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "BatchWriteItem"),
            endpoints("Query", "BatchWriteItem"),
            objects("GetObject", below=(WORK, JOBS)),
            objects("PutObject", below=(WORK, JOBS)),
            objects("DeleteObject", below=OF_AN_APP),
            LIST_BUCKET,
            states(Target.EXECUTIONS, "DescribeExecution"),
            states(Target.MACHINES, "StartExecution"),
            PUT_EVENTS,
        ),
        asynchronous=True,
    ),
}
