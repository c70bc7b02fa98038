"""Which evaluations are due before the histories of an app's segments can be read."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TypedDict

from audience.memberships.store import History
from audience.segments.version import SegmentVersion


class Evaluation(TypedDict):
    """Who was in a version of a segment at a moment (ms since 1970).

    `bases` says which versions of the segments that it is built on count (audience.segments.bases.newest_bases).
    """

    segment_id: str
    version: int
    at: int
    bases: dict[str, int]


def due_evaluations(
    segments: Iterable[SegmentVersion],
    history_of: Callable[[str], History | None],
    versions: Callable[[str, int], Iterable[SegmentVersion]],
    wanted: Callable[[str, History | None], bool],
    bases: Callable[[SegmentVersion], dict[str, int]],
    now: int,
) -> Iterator[Evaluation]:
    """Return the evaluations that are due, in the order of their time for each segment.

    `versions` gives those of a segment after a version, oldest first.

    Each version of an imported segment is an evaluation of its own, at the time it was published. A dimensional one is
    evaluated now (ms since 1970) where it is `wanted`; otherwise its last evaluation serves.
    """
    for segment in segments:
        history = history_of(segment.id)
        if segment.is_imported:
            for version in versions(segment.id, history.version if history else 0):
                yield _evaluation(version, milliseconds(version.modified), {})
        elif wanted(segment.id, history):
            yield _evaluation(segment, now, bases(segment))


def milliseconds(date: str) -> int:
    """Return an ISO 8601 date in ms since 1970."""
    return round(datetime.fromisoformat(date).timestamp() * 1000)


def _evaluation(segment: SegmentVersion, at: int, bases: dict[str, int]) -> Evaluation:
    return {"segment_id": segment.id, "version": segment.version, "at": at, "bases": bases}
