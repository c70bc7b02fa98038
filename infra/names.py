"""One name everywhere: folder import_piece = construct ImportPiece = substitution ImportPieceFunctionArn."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FUNCTIONS_FOLDER = ROOT / "functions"
STATE_MACHINES_FOLDER = ROOT / "statemachines"
STACK_NAME = "SegmentJobs"
# Each state machine's file, and the setting by which functions know its ARN.
STATE_MACHINES = {
    "import_job": "IMPORT_STATE_MACHINE_ARN",
    "export_job": "EXPORT_STATE_MACHINE_ARN",
    "profile_export_job": "PROFILE_EXPORT_STATE_MACHINE_ARN",
}


def construct_id(folder: str) -> str:
    """Return the id of a function's construct: `import_piece` -> `ImportPiece`."""
    return "".join(word.capitalize() for word in folder.split("_"))


def substitution(folder: str) -> str:
    """Return what stands for a function's ARN in the state machines: `ImportPieceFunctionArn`."""
    return f"{construct_id(folder)}FunctionArn"


def handler(folder: str) -> str:
    """Return a function's entry point, from the code asset's root: `import_piece.handler.handler`."""
    return f"{folder}.handler.handler"
