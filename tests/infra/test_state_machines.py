"""The state machine files: what is retried and caught, and how they end."""

import json

from audience.errors import TransientError, UnexpectedError
from tests.infra.machine import Machine, folder_of, ways
from tests.infra.reading import Template

# https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html, "Best practice": what AWS has
# everybody retry of Lambda, and what Lambda calls a worker that died.
OF_LAMBDA = {
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.ClientExecutionTimeoutException",
}
CRASHES = {"Lambda.Unknown", "Runtime.ExitError", "Runtime.OutOfMemory", "Sandbox.Timedout", "States.Timeout"}
HOURS = 8


def test_every_state_has_a_comment(machine: Machine) -> None:
    assert [name for name, state in machine.states.items() if not state.get("Comment")] == []


def test_all_tasks_have_the_same_retries(machine: Machine) -> None:
    for task in machine.of_type("Task").values():
        waited_for, transient, unexpected = task["Retry"]
        assert waited_for["ErrorEquals"] == ["Lambda.TooManyRequestsException"]
        assert set(transient["ErrorEquals"]) == {TransientError.__name__} | OF_LAMBDA
        assert set(unexpected["ErrorEquals"]) == {UnexpectedError.__name__} | CRASHES
        assert {retrier["JitterStrategy"] for retrier in task["Retry"]} == {"FULL"}
        assert waited_for["MaxDelaySeconds"] == transient["MaxDelaySeconds"] == 60
        assert waited_for["MaxAttempts"] > transient["MaxAttempts"] > unexpected["MaxAttempts"]
        assert task["Retry"] == next(iter(machine.of_type("Task").values()))["Retry"]


def test_a_throttled_worker_is_retried_for_hours(machine: Machine) -> None:
    waited_for = machine.of_type("Task")["Fail Piece"]["Retry"][0]
    # With full jitter half the longest delay is what a try waits on average; a try is at most five events of the
    # 25,000 that an execution's history has room for
    # (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html).
    assert waited_for["MaxAttempts"] * waited_for["MaxDelaySeconds"] / 2 > HOURS * 3600
    assert waited_for["MaxAttempts"] * 5 < 25_000


def test_a_map_that_s3_throttles_is_retried(machine: Machine) -> None:
    for pieces in machine.of_type("Map").values():
        (retrier,) = pieces["Retry"]
        assert retrier["ErrorEquals"] == ["States.ItemReaderFailed", "States.ResultWriterFailed"]


def test_no_permanent_error_is_retried(machine: Machine) -> None:
    assert "States.ALL" not in {
        name
        for task in machine.of_type("Task").values()
        for retrier in task["Retry"]
        for name in retrier["ErrorEquals"]
    }


def test_every_task_and_every_map_catches_all_errors_and_keeps_its_input(machine: Machine) -> None:
    for state in (machine.of_type("Task") | machine.of_type("Map")).values():
        (catch,) = state["Catch"]
        assert (catch["ErrorEquals"], catch["ResultPath"]) == (["States.ALL"], "$.error")


def test_every_catch_can_end_in_fail_and_none_leads_directly_to_success(machine: Machine) -> None:
    for state in (machine.of_type("Task") | machine.of_type("Map")).values():
        (catch,) = state["Catch"]
        assert "Fail" in machine.ends(catch["Next"])
        assert machine.states[catch["Next"]]["Type"] != "Succeed"


def test_a_failed_piece_and_a_failed_finish_always_end_in_fail(machine: Machine) -> None:
    assert machine.ends("Fail Piece") == {"Fail"}
    (finish,) = (state for name, state in machine.states.items() if name.startswith("Finish"))
    assert machine.ends(finish["Catch"][0]["Next"]) == {"Fail"}


def test_an_execution_succeeds_only_with_the_status_of_the_finish_step(machine: Machine) -> None:
    (verdict,) = (
        state
        for state in machine.of_type("Choice").values()
        if state["Choices"][0]["Variable"] == "$.result.status"
    )
    assert machine.states[verdict["Default"]]["Type"] == "Fail"
    good = {choice["StringEquals"]: machine.states[choice["Next"]]["Type"] for choice in verdict["Choices"]}
    assert good == {"COMPLETED": "Succeed", "CANCELLED": "Succeed"}


def test_a_worker_that_is_not_done_is_started_again(machine: Machine) -> None:
    choice = machine.states["Is Piece Done"]
    assert choice["Default"] in {"Import Piece", "Export Piece", "Profile Piece", "Attribute Removal Piece"}
    (done,) = choice["Choices"]
    assert (done["Variable"], done["BooleanEquals"]) == ("$.result.done", True)
    assert machine.states[done["Next"]]["Type"] == "Succeed"


def test_an_import_whose_finish_step_hands_over_is_finished_by_another() -> None:
    machine = Machine.load("import_job")
    assert ways(machine.states["Finish Import"]) == ["Is Import Finished"]
    (done,) = machine.states["Is Import Finished"]["Choices"]
    assert (done["Variable"], done["BooleanEquals"], done["Next"]) == (
        "$.result.done",
        True,
        "Is Import Completed",
    )
    assert machine.states["Is Import Finished"]["Default"] == "Finish Import"


def test_a_task_times_out_at_least_half_a_minute_after_its_function(
    machine: Machine, template: Template
) -> None:
    functions = template.functions()
    for name, task in machine.of_type("Task").items():
        assert task["TimeoutSeconds"] - functions[folder_of(name)]["Timeout"] >= 30


def test_an_execution_ends_after_a_week_at_the_latest(machine: Machine) -> None:
    assert json.loads(machine.text)["TimeoutSeconds"] == 7 * 24 * 3600


def test_the_map_reads_a_list_of_pieces_and_goes_on_when_some_fail(machine: Machine) -> None:
    (pieces,) = (one for name, one in machine.of_type("Map").items() if name != "Survey Files")
    assert pieces["ItemProcessor"]["ProcessorConfig"] == {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    assert pieces["ItemReader"]["ReaderConfig"] == {"InputType": "JSON"}
    assert (pieces["MaxConcurrencyPath"], pieces["ToleratedFailurePercentage"]) == (
        "$.max_concurrency",
        100.0,
    )
    stage = {"stage.$": "$.stage"} if "Profile Piece" in machine.states else {}
    assert pieces["ItemSelector"] == {
        "application_id.$": "$.application_id",
        "job_id.$": "$.job_id",
        "piece.$": "$$.Map.Item.Value",
        **stage,
    }
    assert pieces["ResultPath"] is None, "the payload does not grow with the number of pieces"
    assert pieces["ResultWriter"]["Parameters"] == {"Bucket": "${Bucket}", "Prefix": "executions"}


def test_an_empty_list_of_pieces_goes_straight_to_the_finish(machine: Machine) -> None:
    (check,) = (
        state
        for state in machine.of_type("Choice").values()
        if state["Choices"][0]["Variable"] == "$.piece_count"
    )
    (empty,) = check["Choices"]
    assert empty["NumericEquals"] == 0
    after = machine.states[empty["Next"]]
    assert empty["Next"].startswith("Finish") or after["Default"].startswith("Finish")
    assert machine.states[check["Default"]]["Type"] == "Map"


def test_every_state_is_reached(machine: Machine) -> None:
    starts = {json.loads(machine.text)["StartAt"]}
    starts |= {one["ItemProcessor"]["StartAt"] for one in machine.of_type("Map").values()}
    caught = {catch["Next"] for state in machine.states.values() for catch in state.get("Catch", [])}
    reached = {one for state in machine.states.values() for one in ways(state)}
    assert starts | caught | reached == set(machine.states)


def test_the_machines_are_traced_and_log_errors_without_data(deployed: dict) -> None:
    assert deployed["TracingConfiguration"] == {"Enabled": True}
    logging = deployed["LoggingConfiguration"]
    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ERROR", False)
