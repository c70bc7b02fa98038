"""Checks the base segments that a client names: they exist, and none is built on the segment itself."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from audience.segments.version import SegmentVersion
from http_api import stores
from http_api.errors import BadRequestError

Seen = dict[tuple[str, int | None], SegmentVersion | None]


class _Base(NamedTuple):
    """A reference to a base segment, and the member of the request that it is."""

    member: str
    id: str
    version: int | None

    @property
    def found_as(self) -> tuple[str, int | None]:
        """What the store finds it by: its id, and its version or None for the newest."""
        return self.id, self.version


def check_bases(application_id: str, segment_id: str, groups: dict[str, Any] | None) -> None:
    """Look up what a segment is built on, so that no export has to fail for it.

    Args:
        application_id: the app.
        segment_id: the segment that is to get these groups.
        groups: the request's SegmentGroups, whose form has been checked; None where it has none.

    Raises:
        BadRequestError: there is no such base segment, or it is built on the segment that is written.
    """
    seen: Seen = {}
    for base in _bases(groups):
        if _find(seen, application_id, base) is None:
            version = f"version {base.version} of " if base.version else ""
            raise BadRequestError(f"{base.member}: there is no {version}segment {base.id!r} in this app")
        if _leads_to(segment_id, application_id, base, seen):
            raise BadRequestError(f"{base.member}: segment {base.id!r} is built on the segment itself")


def _leads_to(segment_id: str, application_id: str, base: _Base, seen: Seen) -> bool:
    """Return whether a base is built on the newest version of the segment; older versions never change."""
    waiting, done = [base], set()
    while waiting:
        lower = waiting.pop()
        if lower.found_as == (segment_id, None):
            return True
        if lower.found_as not in done:
            done.add(lower.found_as)
            found = _find(seen, application_id, lower)
            waiting += _bases(found.segment_groups if found else None)
    return False


def _find(seen: Seen, application_id: str, base: _Base) -> SegmentVersion | None:
    if base.found_as not in seen:
        seen[base.found_as] = stores.segments().find(application_id, base.id, base.version)
    return seen[base.found_as]


def _bases(groups: dict[str, Any] | None) -> Iterator[_Base]:
    for number, group in enumerate((groups or {}).get("Groups") or []):
        for index, reference in enumerate(group.get("SourceSegments") or []):
            member = f"SegmentGroups.Groups[{number}].SourceSegments[{index}]"
            yield _Base(member, reference["Id"], reference.get("Version"))
