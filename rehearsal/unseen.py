"""Grants that the rehearsal does not use, each with the path that does; any other unused grant is a fault."""

from dataclasses import dataclass

WRITES_LOGS = "Lambda itself writes a function's logs with its role; the engine writes them by itself"
TRACES = "the X-Ray daemon beside a function sends its traces; the engine has none"
DEAD_LETTERS = "Lambda itself sends events that failed for good to the queue, with the function's role"

# By action, for every function.
OF_LAMBDA_ITSELF = {
    "logs:CreateLogStream": WRITES_LOGS,
    "logs:PutLogEvents": WRITES_LOGS,
    "xray:PutTraceSegments": TRACES,
    "xray:PutTelemetryRecords": TRACES,
    "sqs:SendMessage": DEAD_LETTERS,
}


@dataclass(frozen=True)
class Path:
    """A path of the code that no rehearsal can bring about, and the test that goes through it."""

    what: str
    test: str


_ABORTED = Path(
    "a file's upload is aborted where its content or S3 fails half-way",
    "tests/unit/aws/test_upload.py::test_an_upload_that_s3_refuses_is_aborted",
)
_DROPPED = Path(
    "of two workers on one piece, the slower one drops its file",
    "tests/contract/test_export_worker.py::test_two_workers_on_one_piece_leave_one_file_in_the_bucket",
)
_HANDED_OVER = Path(
    "a finish step that runs out of time leaves its progress to the next one",
    "tests/contract/test_finishing.py::test_a_finish_step_that_runs_out_of_time_is_continued_by_the_next",
)
_GOES_ON = Path(
    "the reconciler goes on where a finish step ran out of time",
    "tests/contract/test_finishing.py::test_the_reconciler_continues_where_a_finish_step_ran_out_of_time",
)
_ANSWER_LOST = Path(
    "an object whose completion was not answered is looked for",
    "tests/unit/aws/test_concatenation.py::test_a_completion_whose_answer_is_lost_is_recognised_by_the_object",
)
_EXPIRED = Path(
    "a plan that is not there is told from one that may not be read",
    "tests/contract/test_planning.py::test_a_missing_plan_has_expired_whatever_error_s3_answers",
)
_PLANNED_BEFORE = Path(
    "a planner whose answer was lost reads the plan that it made",
    "tests/contract/test_planning.py::test_a_kept_plan_is_used_again",
)
_NOT_SURVEYED = Path(
    "a survey's result that is not there is told from one that may not be read",
    "tests/unit/imports/test_plan.py::test_a_survey_reads_back_as_it_was_written_and_a_missing_result_is_told",
)

# By the grant's line: function, action, where.
RARE: dict[str, Path] = {
    "import_piece s3:AbortMultipartUpload work/*": _ABORTED,
    "export_piece s3:AbortMultipartUpload exports/*": _DROPPED,
    "profile_piece s3:AbortMultipartUpload datasets/*": _ABORTED,
    "publish_evaluation s3:AbortMultipartUpload work/*": _ABORTED,
    "publish_evaluation s3:AbortMultipartUpload segments/*": _ABORTED,
    "finish_import s3:AbortMultipartUpload work/*": _ABORTED,
    "finish_import s3:AbortMultipartUpload segments/*": _ABORTED,
    "finish_import s3:PutObject work/*": _HANDED_OVER,
    "finish_import s3:GetObject jobs/*": _ANSWER_LOST,
    "reconcile_job s3:PutObject work/*": _GOES_ON,
    "reconcile_job s3:GetObject jobs/*": _ANSWER_LOST,
    "plan_profile_export s3:ListBucket work/*": _EXPIRED,
    "plan_attribute_removal s3:ListBucket work/*": _EXPIRED,
    "plan_attribute_removal s3:GetObject work/*": _PLANNED_BEFORE,
    "compose_pieces s3:ListBucket work/*": _NOT_SURVEYED,
}


def reason_for(action: str, line: str) -> str:
    """Return why a grant is not used in the rehearsal; empty: it should be."""
    if line in RARE:
        return f"{RARE[line].what} ({RARE[line].test})"
    return OF_LAMBDA_ITSELF.get(action, "")
