"""Who may do what: for each function the exact set of its actions, and on what."""

import pytest

from tests.infra.reading import EXECUTIONS, Template, role_of

BUS = "arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:event-bus/default"

MACHINES = ("ImportJob", "ExportJob", "ProfileExportJob", "AttributeRemovalJob")

# Function -> what it is about (see TARGETS; else keys of the bucket) -> actions.
ALLOWED: dict[str, dict[str, str]] = {
    "api": {
        "Control": "GetItem PutItem UpdateItem DeleteItem Query BatchWriteItem",
        "Endpoints": "GetItem PutItem UpdateItem DeleteItem Query BatchWriteItem",
        "work/*": "DeleteObject",
        "jobs/*": "GetObject DeleteObject",
        "segments/*": "DeleteObject",
        "uploads/*": "GetObject PutObject DeleteObject",
        "exports/*": "GetObject DeleteObject",
        "datasets/*": "DeleteObject",
        "Bucket": "ListBucket",
        "machines": "StartExecution",
        "executions": "StopExecution",
        "WorkerRole": "AssumeRole",
        "bus": "PutEvents",
    },
    "experience_platform_api": {
        "Control": "GetItem PutItem UpdateItem DeleteItem Query",
        "machines": "StartExecution",
        "bus": "PutEvents",
    },
    "authorize_call": {"Control": "GetItem"},
    "plan_import": {
        "Control": "GetItem UpdateItem PutItem Query",
        "work/*": "PutObject GetObject",
        "uploads/*": "GetObject",
        "Bucket": "ListBucket",
        "WorkerRole": "AssumeRole",
        "bus": "PutEvents",
    },
    "survey_range": {
        "Control": "GetItem",
        "work/*": "PutObject",
        "uploads/*": "GetObject",
        "WorkerRole": "AssumeRole",
    },
    "compose_pieces": {
        "Control": "GetItem UpdateItem Query",
        "work/*": "PutObject GetObject",
        "Bucket": "ListBucket",
        "bus": "PutEvents",
    },
    "import_piece": {
        "Control": "GetItem UpdateItem PutItem",
        "Endpoints": "GetItem UpdateItem PartiQLInsert",
        "work/*": "PutObject AbortMultipartUpload",
        "uploads/*": "GetObject",
        "WorkerRole": "AssumeRole",
    },
    "finish_import": {
        "Control": "GetItem PutItem UpdateItem DeleteItem Query",
        "work/*": "GetObject PutObject AbortMultipartUpload",
        "jobs/*": "GetObject PutObject",
        "segments/*": "PutObject AbortMultipartUpload",
        "bus": "PutEvents",
    },
    "plan_export": {
        "Control": "GetItem UpdateItem Query",
        "Endpoints": "Query",
        "work/*": "PutObject GetObject",
        "Bucket": "ListBucket",
        "bus": "PutEvents",
    },
    "export_piece": {
        "Control": "GetItem UpdateItem PutItem",
        "Endpoints": "Query BatchGetItem",
        "segments/*": "GetObject",
        "exports/*": "PutObject AbortMultipartUpload",
        "WorkerRole": "AssumeRole",
    },
    "finish_export": {
        "Control": "GetItem UpdateItem DeleteItem Query",
        "exports/*": "PutObject",
        "WorkerRole": "AssumeRole",
        "bus": "PutEvents",
    },
    "plan_profile_export": {
        "Control": "GetItem UpdateItem Query",
        "Endpoints": "Query",
        "work/*": "PutObject GetObject",
        "Bucket": "ListBucket",
        "bus": "PutEvents",
    },
    "profile_piece": {
        "Control": "GetItem UpdateItem PutItem",
        "Endpoints": "Query BatchGetItem",
        "work/*": "GetObject PutObject",
        "segments/*": "GetObject",
        "datasets/*": "PutObject AbortMultipartUpload",
    },
    "publish_evaluation": {
        "Control": "GetItem PutItem Query",
        "work/*": "GetObject PutObject AbortMultipartUpload",
        "segments/*": "GetObject PutObject AbortMultipartUpload PutObjectTagging",
    },
    "finish_profile_export": {
        "Control": "GetItem UpdateItem DeleteItem Query",
        "datasets/*": "PutObject DeleteObject",
        "Bucket": "ListBucket",
        "bus": "PutEvents",
    },
    "plan_attribute_removal": {
        "Control": "GetItem UpdateItem Query",
        "Endpoints": "Query",
        "work/*": "PutObject GetObject",
        "Bucket": "ListBucket",
        "bus": "PutEvents",
    },
    "attribute_removal_piece": {
        "Control": "GetItem UpdateItem PutItem",
        "Endpoints": "Query UpdateItem",
    },
    "finish_attribute_removal": {"Control": "GetItem UpdateItem DeleteItem Query", "bus": "PutEvents"},
    "fail_piece": {"Control": "GetItem PutItem"},
    "reconcile_job": {
        "Control": "GetItem PutItem UpdateItem DeleteItem Query BatchWriteItem",
        "Endpoints": "Query BatchWriteItem",
        "work/*": "GetObject PutObject DeleteObject",
        "jobs/*": "GetObject PutObject DeleteObject",
        "segments/*": "DeleteObject",
        "uploads/*": "DeleteObject",
        "exports/*": "DeleteObject",
        "datasets/*": "DeleteObject",
        "Bucket": "ListBucket",
        "executions": "DescribeExecution",
        "machines": "StartExecution",
        "bus": "PutEvents",
    },
}

TARGETS: dict[str, tuple[str, tuple[str, ...]]] = {
    "Control": ("dynamodb", ("<Control.Arn>",)),
    "Endpoints": ("dynamodb", ("<Endpoints.Arn>",)),
    "Bucket": ("s3", ("<Bucket.Arn>",)),
    "machines": ("states", tuple(f"<{machine}>" for machine in MACHINES)),
    "executions": ("states", tuple(f"{EXECUTIONS}<{machine}.Name>:*" for machine in MACHINES)),
    "WorkerRole": ("sts", ("<WorkerRole.Arn>",)),
    "bus": ("events", (BUS,)),
}


def target(what: str) -> tuple[str, tuple[str, ...]]:
    return TARGETS.get(what, ("s3", (f"<Bucket.Arn>/{what}",)))


def expected(folder: str, log_group: str) -> set[tuple[str, str]]:
    pairs = {("xray:PutTraceSegments", "*"), ("xray:PutTelemetryRecords", "*")}
    pairs |= {(f"logs:{action}", f"<{log_group}.Arn>") for action in ("CreateLogStream", "PutLogEvents")}
    if folder == "reconcile_job":
        pairs.add(("sqs:SendMessage", "<DeadLetters.Arn>"))
    for what, actions in ALLOWED[folder].items():
        service, resources = target(what)
        pairs |= {(f"{service}:{action}", one) for action in actions.split() for one in resources}
    return pairs


@pytest.mark.parametrize("folder", ALLOWED)
def test_a_function_may_do_exactly_what_the_table_says(template: Template, folder: str) -> None:
    function = template.functions()[folder]
    log_group = function["LoggingConfig"]["LogGroup"]["Ref"]
    assert template.permissions(role_of(function)) == expected(folder, log_group)


@pytest.mark.parametrize(
    ("folder", "below"),
    [
        ("plan_import", ["work/*", "uploads/*"]),
        ("compose_pieces", ["work/*"]),
        ("plan_export", ["work/*"]),
        ("plan_profile_export", ["work/*"]),
        ("plan_attribute_removal", ["work/*"]),
    ],
)
def test_a_planner_may_list_only_the_prefixes_that_it_reads(
    template: Template, folder: str, below: list[str]
) -> None:
    role = role_of(template.functions()[folder])
    (listing,) = (one for one in template.statements(role) if one["Action"] == "s3:ListBucket")
    prefixes = listing["Condition"]["StringLike"]["s3:prefix"]
    assert sorted([prefixes] if isinstance(prefixes, str) else prefixes) == sorted(below)


def test_no_policy_names_an_action_by_pattern(template: Template) -> None:
    for policy in template.of_type("AWS::IAM::Policy").values():
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement["Effect"] == "Allow"
            assert "*" not in str(statement["Action"])
