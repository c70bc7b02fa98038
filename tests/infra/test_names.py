"""One name everywhere: state = folder = construct = placeholder = substitution."""

from infra.functions import FUNCTIONS
from infra.names import FUNCTIONS_FOLDER, construct_id
from infra.state_machines import STATE_MACHINES
from tests.infra.machine import Machine, folder_of
from tests.infra.reading import Template, text


def test_every_folder_with_a_handler_is_one_function_and_every_function_has_its_folder(
    template: Template,
) -> None:
    folders = sorted(path.parent.name for path in FUNCTIONS_FOLDER.glob("*/handler.py"))
    handlers = [one["Handler"] for one in template.of_type("AWS::Lambda::Function").values()]
    assert sorted(handlers) == [f"{folder}.handler.handler" for folder in folders]


def test_the_construct_of_a_function_is_called_like_its_folder(template: Template) -> None:
    for logical_id, function in template.of_type("AWS::Lambda::Function").items():
        folder = function["Handler"].split(".")[0]
        assert logical_id[:-8] == f"Functions{construct_id(folder)}"


def test_the_file_is_deployed_unchanged(machine: Machine, deployed: dict) -> None:
    assert deployed["DefinitionString"] == machine.text
    assert deployed["StateMachineType"] == "STANDARD"


def test_every_placeholder_has_its_substitution_and_no_substitution_is_left_over(
    machine: Machine, deployed: dict
) -> None:
    assert machine.placeholders == set(deployed["DefinitionSubstitutions"])


def test_a_task_its_folder_its_construct_and_its_placeholder_have_the_same_name(
    machine: Machine, deployed: dict
) -> None:
    tasks = machine.of_type("Task")
    for name, task in tasks.items():
        folder = folder_of(name)
        assert (FUNCTIONS_FOLDER / folder / "handler.py").is_file()
        placeholder = f"{construct_id(folder)}FunctionArn"
        assert task["Parameters"]["FunctionName"] == f"${{{placeholder}}}"
        arn = text(deployed["DefinitionSubstitutions"][placeholder])
        assert arn[1:-13] == f"Functions{construct_id(folder)}", "logical id, 8 digits, .Arn"
    names = {f"{construct_id(folder_of(name))}FunctionArn" for name in tasks}
    assert machine.placeholders == names | {"Bucket"}


def test_all_functions_but_those_of_the_apis_and_the_reconciler_are_tasks() -> None:
    tasks = {folder_of(name) for machine in STATE_MACHINES for name in Machine.load(machine).of_type("Task")}
    assert tasks == set(FUNCTIONS) - {"api", "experience_platform_api", "authorize_call", "reconcile_job"}
