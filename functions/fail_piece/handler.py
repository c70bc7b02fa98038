"""Fail Piece: write into the piece's record why it could not be done."""

from typing import Any

from aws_lambda_powertools import Logger

from audience.aws.clients import table
from audience.jobs.finishing import reason_of
from audience.jobs.model import JobKey
from audience.jobs.piece_store import PieceStore
from audience.jobs.pieces import owner_of
from audience.jobs.step import entry_point
from audience.jobs.store import JobStore
from audience.kinds import KINDS
from audience.settings import StorageSettings

logger = Logger()


@entry_point
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Mark `piece` of `job_id` failed for `error` ({Error, Cause}), unless the piece has ended.

    Returns:
        `failed`: whether it is marked; of a job that is gone with its app nothing is written.
    """
    index = event["piece"]["index"]
    control = table(StorageSettings.from_env().control_table)
    if not _job_is_there(JobStore(control), event):
        return {"failed": False}
    pieces = PieceStore(control, owner_of(event))
    piece = pieces.get(index)
    reason = reason_of(event["error"])
    failed = not piece.ended and pieces.fail(piece, reason)
    logger.warning("piece failed", reason=event["error"].get("Error", ""), marked=failed)
    return {"failed": failed}


def _job_is_there(jobs: JobStore, event: dict[str, Any]) -> bool:
    """Return whether the job has not gone with its app.

    The state machines share this step, whatever their kind.
    """
    names = event["application_id"], event["job_id"]
    return any(jobs.find(JobKey(names[0], kind, names[1])) for kind in KINDS)
