"""The base segments that a client names: they are there, and none of them is built on the segment itself."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from api import stores
from api.errors import BadRequestError
from audience.segments.store import Segment

Seen = dict[tuple[str, int | None], Segment | None]


class _Base(NamedTuple):
    """A reference to a base segment, and where in the request it is."""

    place: str
    id: str
    version: int | None

    @property
    def found_as(self) -> tuple[str, int | None]:
        """What the store finds it by."""
        return self.id, self.version


def check_bases(application_id: str, segment_id: str, content: Segment) -> None:
    """Look up what a definition is built on, so that no export has to fail for it.

    Args:
        application_id: the app.
        segment_id: the segment that is to get this definition.
        content: a definition whose form has been checked.

    Raises:
        BadRequestError: there is no such base segment, or it is built on the segment that is written.
    """
    seen: Seen = {}
    for base in _bases(content):
        if _find(seen, application_id, base) is None:
            version = f"version {base.version} of " if base.version else ""
            raise BadRequestError(f"{base.place}: there is no {version}segment {base.id!r} in this app")
        if _leads_to(segment_id, application_id, base, seen):
            raise BadRequestError(f"{base.place}: segment {base.id!r} is built on the segment itself")


def _leads_to(segment_id: str, application_id: str, base: _Base, seen: Seen) -> bool:
    """Whether the way down from a base comes to the newest version of the segment; older ones never change."""
    waiting, done = [base], set()
    while waiting:
        lower = waiting.pop()
        if lower.found_as == (segment_id, None):
            return True
        if lower.found_as not in done:
            done.add(lower.found_as)
            waiting += _bases(_find(seen, application_id, lower) or {})
    return False


def _find(seen: Seen, application_id: str, base: _Base) -> Segment | None:
    if base.found_as not in seen:
        seen[base.found_as] = stores.segments().find(application_id, base.id, base.version)
    return seen[base.found_as]


def _bases(content: dict[str, Any]) -> Iterator[_Base]:
    groups = (content.get("SegmentGroups") or {}).get("Groups") or []
    for number, group in enumerate(groups):
        for index, reference in enumerate(group.get("SourceSegments") or []):
            place = f"SegmentGroups.Groups[{number}].SourceSegments[{index}]"
            yield _Base(place, reference["Id"], reference.get("Version"))
