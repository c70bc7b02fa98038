"""Each template is synthesised once a session; every test reads the same one."""

from pathlib import Path

import pytest

from infra.names import construct_id
from infra.state_machines import STATE_MACHINES
from infra.synth import synthesise
from tests.infra.contexts import CHOSEN, LOCAL
from tests.infra.machine import Machine
from tests.infra.reading import Template


@pytest.fixture(scope="session")
def template_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthesise(tmp_path_factory.mktemp("cdk.out"), LOCAL)


@pytest.fixture(scope="session")
def template(template_path: Path) -> Template:
    return Template.load(template_path)


@pytest.fixture(scope="session")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The template of a deployment that sets every setting."""
    return Template.load(synthesise(tmp_path_factory.mktemp("chosen"), CHOSEN))


@pytest.fixture(params=STATE_MACHINES)
def machine_name(request: pytest.FixtureRequest) -> str:
    """Each state machine in turn, by its name in the table."""
    return str(request.param)


@pytest.fixture
def machine(machine_name: str) -> Machine:
    return Machine.load(machine_name)


@pytest.fixture
def deployed(template: Template, machine_name: str) -> dict:
    """The properties of the same state machine in the template."""
    return template.named("AWS::StepFunctions::StateMachine")[construct_id(machine_name)]
