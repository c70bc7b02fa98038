"""One name everywhere: folder import_piece = construct ImportPiece = substitution ImportPieceFunctionArn."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FUNCTIONS_FOLDER = ROOT / "functions"
STATE_MACHINES_FOLDER = ROOT / "statemachines"
STACK_NAME = "SegmentJobs"


def construct_id(name: str) -> str:
    """Return the construct id of a folder or a state machine: `import_piece` -> `ImportPiece`."""
    return "".join(word.capitalize() for word in name.split("_"))


def substitution(folder: str) -> str:
    """Return the placeholder of a function's ARN in the state machines: `ImportPieceFunctionArn`."""
    return f"{construct_id(folder)}FunctionArn"


def handler(folder: str) -> str:
    """Return the entry point of a function, from the code asset's root: `import_piece.handler.handler`."""
    return f"{folder}.handler.handler"
