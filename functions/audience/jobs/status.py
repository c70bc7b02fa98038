"""The statuses of a job and the order they may take (contract: Import job, Status)."""

from typing import Literal

Status = Literal[
    "CREATED",
    "PENDING_JOB",
    "PREPARING_FOR_INITIALIZATION",
    "INITIALIZING",
    "PROCESSING",
    "COMPLETING",
    "COMPLETED",
    "FAILING",
    "FAILED",
    "CANCELLING",
    "CANCELLED",
]

TERMINAL: frozenset[Status] = frozenset({"COMPLETED", "FAILED", "CANCELLED"})
_WAY: tuple[Status, ...] = (
    "CREATED",
    "PENDING_JOB",
    "PREPARING_FOR_INITIALIZATION",
    "INITIALIZING",
    "PROCESSING",
    "COMPLETING",
)


def may_precede(new: Status) -> list[Status]:
    """Return the statuses from which a job may move to `new`; nothing leaves a terminal status."""
    if new in _WAY:
        return list(_WAY[: _WAY.index(new)])
    if new == "COMPLETED":
        return list(_WAY)
    if new == "FAILING":
        return list(_WAY)
    if new == "CANCELLING":
        return list(_WAY[:-1])  # whoever is COMPLETING is past the last row
    if new == "CANCELLED":
        return ["PENDING_JOB", "CANCELLING"]
    return [*_WAY, "FAILING", "CANCELLING"]
