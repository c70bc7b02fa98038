"""The roles that are not a function's: the WorkerRole and those of the state machines."""

import pytest

from tests.infra.reading import EXECUTIONS, Template, role_of, text

ASSUMING = ("api", "plan_import", "survey_range", "import_piece", "export_piece", "finish_export")


def test_the_worker_role_trusts_exactly_the_functions_that_may_assume_it(template: Template) -> None:
    (trust,) = (
        one["AssumeRolePolicyDocument"]["Statement"]
        for name, one in template.named("AWS::IAM::Role").items()
        if name == "WorkerRole"
    )
    trusted = {text(statement["Principal"]["AWS"]) for statement in trust}
    functions = template.functions()
    allowed = {f"<{role_of(functions[folder])}.Arn>" for folder in ASSUMING}
    assert trusted == allowed


def worker_permissions(template: Template) -> set[tuple[str, str]]:
    (role_id,) = (one for one in template.of_type("AWS::IAM::Role") if one.startswith("AccessWorkerRole"))
    return template.permissions(role_id)


def test_the_worker_role_may_only_assume_the_roles_that_the_deployment_allows(
    template: Template, chosen: Template
) -> None:
    assert worker_permissions(template) == {("sts:AssumeRole", "arn:aws:iam::*:role/segment-jobs/*")}
    assert worker_permissions(chosen) == {
        ("sts:AssumeRole", "arn:aws:iam::111122223333:role/audience-*"),
        ("sts:AssumeRole", "arn:aws:iam::*:role/segment-jobs-*"),
    }


def keys_below(folder: str) -> str:
    return f"<Bucket.Arn>/{folder}/*"


INVOKED = {
    "ImportJob": {
        "plan_import",
        "survey_range",
        "compose_pieces",
        "import_piece",
        "finish_import",
        "fail_piece",
    },
    "ExportJob": {"plan_export", "export_piece", "finish_export", "fail_piece"},
    "AttributeRemovalJob": {
        "plan_attribute_removal",
        "attribute_removal_piece",
        "finish_attribute_removal",
        "fail_piece",
    },
    "ProfileExportJob": {
        *(
            "plan_profile_export",
            "profile_piece",
            "publish_evaluation",
            "finish_profile_export",
            "fail_piece",
        ),
    },
}


@pytest.mark.parametrize("machine", INVOKED)
def test_a_state_machine_may_invoke_its_functions_read_its_lists_and_run_its_maps(
    template: Template, machine: str
) -> None:
    properties = template.named("AWS::StepFunctions::StateMachine")[machine]
    functions = {
        f"<{logical_id}.Arn>"
        for logical_id, one in template.of_type("AWS::Lambda::Function").items()
        if one["Handler"].split(".")[0] in INVOKED[machine]
    }
    permissions = template.permissions(role_of(properties))
    invoked = {resource for action, resource in permissions if action == "lambda:InvokeFunction"}
    assert invoked == functions
    rest = {pair for pair in permissions if pair[0].split(":")[0] in {"s3", "states"}}
    children = f"{EXECUTIONS}<{machine}.Name>/*"
    assert rest == {
        ("s3:GetObject", keys_below("work")),
        ("s3:GetObject", keys_below("executions")),
        ("s3:PutObject", keys_below("executions")),
        ("s3:ListMultipartUploadParts", keys_below("executions")),
        ("s3:AbortMultipartUpload", keys_below("executions")),
        ("states:StartExecution", f"<{machine}>"),
        ("states:DescribeExecution", f"{EXECUTIONS}<{machine}.Name>:*"),
        ("states:StopExecution", f"{EXECUTIONS}<{machine}.Name>:*"),
        ("states:DescribeExecution", children),
        ("states:StopExecution", children),
    }
    others = {action.split(":")[0] for action, _ in permissions} - {"lambda", "s3", "states"}
    assert others == {"logs", "xray"}
