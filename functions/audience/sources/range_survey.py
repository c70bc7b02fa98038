"""The survey of ranges of a customer's files, each of which is judged by its beginning first."""

from collections.abc import Callable, Iterator
from itertools import chain

from audience.endpoints.columns import ColumnRules
from audience.endpoints.csv_rows import PLAIN
from audience.errors import SourceChangedError, SourceUnreadableError
from audience.sources.beginning import Beginning
from audience.sources.file_ranges import FileRange, bounds
from audience.sources.gzip_text import GZIP_MAGIC
from audience.sources.stream import ObjectStream
from audience.sources.survey import Summary, survey

# The first bytes of a file that are read for its delimiter and its first record, and mostly suffice.
_BEGINNING = 1 << 17

# Returns the stream of the object that a range is of.
StreamOf = Callable[[FileRange], ObjectStream]


class RangeSurveyor:
    """A surveyor of ranges of a job's files."""

    def __init__(
        self, stream_of: StreamOf, piece_bytes: int, *, csv: bool, rules: ColumnRules = PLAIN
    ) -> None:
        """Keep how files are opened, the size of the parts they are cut into, and what the job says of its columns."""
        self._stream_of = stream_of
        self._piece_bytes = piece_bytes
        self._csv = csv
        self._beginning = Beginning("CSV" if csv else "JSON", rules)

    def survey(self, part: FileRange) -> list[Summary] | None:
        """Return a summary of each part of the file in the range; None where the file is not to be cut.

        That is: it is gzip, it cannot be of the format, it cannot be read, or it was changed. Then it is one piece,
        whose worker finds out the same and records it.

        Raises:
            SourceInterruptedError: its stream broke again and again.
        """
        stream = self._stream_of(part)
        try:
            delimiter = self._delimiter(stream, part["key"])
            if delimiter is None:
                return None
            ends = bounds(part["size"], self._piece_bytes, part["start"], part["end"])
            return list(survey(stream.chunks, part["size"], ends, delimiter, csv=self._csv))
        except (SourceChangedError, SourceUnreadableError):
            return None

    def _delimiter(self, stream: ObjectStream, key: str) -> str | None:
        """Return the delimiter of a file that may be of the format; None for gzip.

        Raises:
            SourceNotOfFormatError: it cannot be of the format.
        """
        first = b"".join(stream.chunks(0, min(stream.size, _BEGINNING)))
        if first.startswith(GZIP_MAGIC):
            return None
        return self._beginning.read(chain([first], _rest(stream, len(first))), key).delimiter


def _rest(stream: ObjectStream, start: int) -> Iterator[bytes]:
    # Asked for only where the beginning does not suffice, and not in one piece: it is not read to its end.
    for at in range(start, stream.size, _BEGINNING):
        yield from stream.chunks(at, min(stream.size, at + _BEGINNING))
