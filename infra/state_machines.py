"""The state machines in one table: the file of each, and the setting by which functions know its ARN."""

from dataclasses import dataclass


@dataclass(frozen=True)
class StateMachineSpec:
    """One state machine: its file in statemachines/, and the functions' setting that holds its ARN."""

    file: str
    setting: str


STATE_MACHINES: dict[str, StateMachineSpec] = {
    "import_job": StateMachineSpec("import_job.asl.json", "IMPORT_STATE_MACHINE_ARN"),
    "export_job": StateMachineSpec("export_job.asl.json", "EXPORT_STATE_MACHINE_ARN"),
    "attribute_removal_job": StateMachineSpec(
        "attribute_removal_job.asl.json", "ATTRIBUTE_REMOVAL_STATE_MACHINE_ARN"
    ),
    "profile_export_job": StateMachineSpec("profile_export_job.asl.json", "PROFILE_EXPORT_STATE_MACHINE_ARN"),
}
