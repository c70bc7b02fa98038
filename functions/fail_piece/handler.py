"""Fail Piece: write into the piece's record why it could not be done."""

from typing import Any

from aws_lambda_powertools import Logger, Tracer

from audience.aws.clients import table
from audience.jobs.pieces import PieceStore, owner_of
from audience.jobs.reasons import reason_of
from audience.settings import StorageSettings

logger = Logger()
tracer = Tracer()


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: object) -> dict[str, bool]:
    """Mark `piece` of `job_id` failed for `error` ({Error, Cause}); a piece that is done stays done.

    Returns:
        `failed`: whether it is marked.
    """
    index = event["piece"]["index"]
    logger.append_keys(job_id=event["job_id"], piece=index)
    pieces = PieceStore(table(StorageSettings.from_env().control_table), owner_of(event))
    piece = pieces.get(index)
    reason = reason_of(event["error"])
    failed = piece.status != "DONE" and pieces.fail(piece, reason)
    logger.warning("piece failed", reason=event["error"].get("Error", ""), marked=failed)
    return {"failed": failed}
