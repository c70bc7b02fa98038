"""The functions of the template: one a folder, with exactly the settings it reads."""

import json
from pathlib import Path

import pytest

from infra.names import FUNCTIONS_FOLDER
from infra.version import VERSION
from tests.infra.reading import Template, role_of, text

STORAGE = {"CONTROL_TABLE", "ENDPOINTS_TABLE", "BUCKET"}
ACCESS = {"WORKER_ROLE_ARN", "ALLOWED_ROLE_ARNS", "ACCOUNT_ID"}
MACHINES = {
    "IMPORT_STATE_MACHINE_ARN",
    "EXPORT_STATE_MACHINE_ARN",
    "PROFILE_EXPORT_STATE_MACHINE_ARN",
    "ATTRIBUTE_REMOVAL_STATE_MACHINE_ARN",
}
LIMITS = {"MAX_RUNNING_IMPORTS", "MAX_RUNNING_IMPORTS_PER_APP"}
POWERTOOLS = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_LOG_LEVEL"}
SETTINGS = {
    "api": STORAGE | ACCESS | MACHINES | LIMITS | {"MAX_UPLOAD_BYTES", "PROBE_EXTERNAL_ID", "VERSION"},
    "experience_platform_api": STORAGE | MACHINES,
    "authorize_call": {"CONTROL_TABLE", "TOKEN_ISSUER", "TOKEN_AUDIENCE"},
    "plan_import": STORAGE | ACCESS | {"PIECE_BYTES", "PIECE_ROWS", "SURVEY_BYTES", "MAX_CONCURRENCY"},
    "survey_range": STORAGE | ACCESS,
    "compose_pieces": STORAGE,
    "import_piece": STORAGE | ACCESS,
    "finish_import": STORAGE,
    "plan_export": STORAGE | {"MAX_CONCURRENCY"},
    "export_piece": STORAGE | ACCESS,
    "finish_export": STORAGE | ACCESS,
    "plan_profile_export": STORAGE | {"MAX_CONCURRENCY"},
    "profile_piece": STORAGE,
    "publish_evaluation": STORAGE,
    "finish_profile_export": STORAGE,
    "plan_attribute_removal": STORAGE | {"MAX_CONCURRENCY"},
    "attribute_removal_piece": STORAGE,
    "finish_attribute_removal": STORAGE,
    "fail_piece": STORAGE,
    "reconcile_job": STORAGE | MACHINES | LIMITS,
}


@pytest.mark.parametrize("folder", SETTINGS)
def test_a_function_is_given_exactly_the_settings_it_reads(template: Template, folder: str) -> None:
    variables = template.functions()[folder]["Environment"]["Variables"]
    assert set(variables) == SETTINGS[folder] | POWERTOOLS


def test_each_setting_has_its_value(template: Template) -> None:
    functions = template.functions()
    variables = {key: text(value) for key, value in functions["api"]["Environment"]["Variables"].items()}
    assert variables == {
        "CONTROL_TABLE": "<Control>",
        "ENDPOINTS_TABLE": "<Endpoints>",
        "BUCKET": "<Bucket>",
        "WORKER_ROLE_ARN": "<WorkerRole.Arn>",
        "ALLOWED_ROLE_ARNS": "arn:aws:iam::*:role/segment-jobs/*",
        "ACCOUNT_ID": "<AWS::AccountId>",
        "PROBE_EXTERNAL_ID": "true",
        "IMPORT_STATE_MACHINE_ARN": "<ImportJob>",
        "EXPORT_STATE_MACHINE_ARN": "<ExportJob>",
        "PROFILE_EXPORT_STATE_MACHINE_ARN": "<ProfileExportJob>",
        "ATTRIBUTE_REMOVAL_STATE_MACHINE_ARN": "<AttributeRemovalJob>",
        "MAX_RUNNING_IMPORTS": "10",
        "MAX_UPLOAD_BYTES": "1073741824",
        "MAX_RUNNING_IMPORTS_PER_APP": "8",
        "VERSION": VERSION,
        "POWERTOOLS_SERVICE_NAME": "segment-jobs",
        "POWERTOOLS_METRICS_NAMESPACE": "SegmentJobs",
        "POWERTOOLS_LOG_LEVEL": "INFO",
    }
    planner = functions["plan_import"]["Environment"]["Variables"]
    cutting = {"PIECE_BYTES": "4194304", "PIECE_ROWS": "60000", "SURVEY_BYTES": "268435456"}
    assert {name: planner[name] for name in cutting} == cutting


def test_workers_have_one_cpu_and_15_minutes_and_apis_the_timeout_of_the_gateway(
    template: Template,
) -> None:
    functions = template.functions()
    first_words = ("plan", "survey", "compose", "finish", "publish")
    workers = {one for one in functions if one.startswith(first_words) or one.endswith("_piece")}
    workers.remove("fail_piece")
    assert len(workers) == 15
    assert {(functions[one]["MemorySize"], functions[one]["Timeout"]) for one in workers} == {(1769, 900)}
    for folder in ("api", "experience_platform_api"):
        assert functions[folder]["Timeout"] == 29
        assert 512 <= functions[folder]["MemorySize"] <= 1024


def test_every_function_is_traced_runs_python_3_13_on_arm_and_shares_code_and_packages(
    template: Template,
) -> None:
    functions = template.functions().values()
    assert {one["TracingConfig"]["Mode"] for one in functions} == {"Active"}
    assert {one["Runtime"] for one in functions} == {"python3.13"}
    assert {tuple(one["Architectures"]) for one in functions} == {("arm64",)}
    assert len({json.dumps(one["Code"]) for one in functions}) == 1
    assert len({json.dumps(one["Layers"][0]) for one in functions}) == 1
    assert not any("ReservedConcurrentExecutions" in one for one in functions)


def test_every_function_has_a_role_and_a_log_group_of_its_own(template: Template) -> None:
    functions = template.functions()
    assert len({role_of(one) for one in functions.values()}) == len(functions)
    groups = template.of_type("AWS::Logs::LogGroup")
    names = {
        folder: text(groups[one["LoggingConfig"]["LogGroup"]["Ref"]]["LogGroupName"])
        for folder, one in functions.items()
    }
    assert names == {folder: f"/aws/lambda/<AWS::StackName>/{folder}" for folder in functions}


def test_every_log_group_keeps_logs_for_three_months(template: Template) -> None:
    groups = template.of_type("AWS::Logs::LogGroup").values()
    assert [one["RetentionInDays"] for one in groups] == [90] * len(groups)


def test_only_the_function_that_events_invoke_has_a_dead_letter_queue(template: Template) -> None:
    targets = {
        folder: text(one["DeadLetterConfig"]["TargetArn"])
        for folder, one in template.functions().items()
        if "DeadLetterConfig" in one
    }
    assert targets == {"reconcile_job": "<DeadLetters.Arn>"}


def test_the_code_asset_is_the_source_without_bytecode(template: Template, template_path: Path) -> None:
    code = template.functions()["api"]["Code"]["S3Key"].removesuffix(".zip")
    asset = template_path.parent / f"asset.{code}"
    staged = {path.relative_to(asset) for path in asset.rglob("*") if path.is_file()}
    source = {
        path.relative_to(FUNCTIONS_FOLDER)
        for path in FUNCTIONS_FOLDER.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert staged == source


def test_only_the_function_that_writes_parquet_has_the_pyarrow_layer(template: Template) -> None:
    layers = {folder: len(one["Layers"]) for folder, one in template.functions().items()}
    assert {folder for folder, count in layers.items() if count > 1} == {"profile_piece"}
