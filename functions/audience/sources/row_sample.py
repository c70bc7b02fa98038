"""A sample of the rows of files that are not surveyed: about how many bytes a row has."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from audience.errors import SourceChangedError, SourceInterruptedError, SourceUnreadableError
from audience.sources.listing import SourceObject
from audience.sources.records import records
from audience.sources.stream import ObjectStream

MOST_FILES = 8
_BYTES = 1 << 16  # of each file
USUAL_ROW_BYTES = 500.0  # where no file shows it


def row_bytes(
    objects: Sequence[SourceObject], stream_of: Callable[[SourceObject], ObjectStream], *, csv: bool
) -> float:
    """Return about how many bytes of text a row has: of some files, the most that a row has in one on average.

    A file that cannot be read shows nothing; its worker records why.
    """
    step = max(1, -(-len(objects) // MOST_FILES))
    with ThreadPoolExecutor(MOST_FILES) as pool:
        found = pool.map(lambda one: _row_bytes(stream_of(one), csv=csv), objects[::step])
        return max(found, default=0.0) or USUAL_ROW_BYTES


def _row_bytes(stream: ObjectStream, *, csv: bool) -> float:
    try:
        head = b"".join(stream.head(_BYTES))
        lengths = [record.length for record in records(iter([head]), csv=csv) if not record.blank]
    except (SourceChangedError, SourceInterruptedError, SourceUnreadableError):
        return 0.0
    return sum(lengths) / len(lengths) if lengths else 0.0
