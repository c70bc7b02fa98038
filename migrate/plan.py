"""Which folder is which segment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from migrate.folders import Folder, derived_id
from migrate.saved_segments import SavedSegment

_ID_LENGTH = 32


@dataclass(frozen=True)
class PlannedImport:
    """One import job: a folder, and the segment that it makes; none where its endpoints are all there is."""

    folder: Folder
    segment_id: str = ""
    segment_name: str = ""
    saved: SavedSegment | None = None


def planned_imports(
    folders: Iterable[Folder], saved: Sequence[SavedSegment], app_id: str
) -> list[PlannedImport]:
    """Return the jobs that bring folders in, each with its segment.

    A folder is the saved segment whose id or name it has. Where no segments were saved, each folder is a segment: under
    its own name if that is an id, else under one that is made of the app and the folder. Files that stand alone, and
    folders that are no saved segment, bring endpoints only.
    """
    by_name: dict[str, SavedSegment | None] = {}
    for segment in saved:
        # Of two that have the same name, neither is meant.
        by_name[segment.name] = None if segment.name in by_name else segment
    by_name |= {segment.id: segment for segment in saved}
    return [_planned(folder, by_name, app_id) for folder in folders]


def _planned(folder: Folder, by_name: dict[str, SavedSegment | None], app_id: str) -> PlannedImport:
    segment = by_name.get(folder.name)
    if segment is not None and segment.imported:
        return PlannedImport(folder, segment.id, segment.name, segment)
    if segment is not None or by_name or folder.is_file:
        return PlannedImport(folder)
    return PlannedImport(folder, _id(folder, app_id), folder.name)


def _id(folder: Folder, app_id: str) -> str:
    own = len(folder.name) == _ID_LENGTH and not set(folder.name) - set("0123456789abcdef")
    return folder.name if own else derived_id(app_id, folder)
