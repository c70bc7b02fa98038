"""Records of a text file: lines of JSON, or CSV records.

CSV records may hold line breaks in quotes (RFC 4180). The planner that cuts files and the worker that reads them use
this same reader, so they cannot differ about where a record ends.
"""

from collections.abc import Iterator
from itertools import chain

from audience.sources.plain_records import Limits, PlainRecords
from audience.sources.quoting import Quoting, quoting_after
from audience.sources.record import BLANK, BOM, Record, without_marks
from audience.sources.sound_records import SoundRecords
from audience.sources.unread import Unread

__all__ = [
    "BLANK",
    "BOM",
    "LOOK_AHEAD",
    "MAX_RECORD",
    "MOST_LINES",
    "Quoting",
    "Record",
    "quoting_after",
    "record_lists",
    "records",
    "without_marks",
]

# Longer than any row that could go in (15 KB), and enough for a line of a hundred thousand user ids.
MAX_RECORD = 1 << 20
# How far the end of a quoted field is looked for: a larger one is taken for a quote that is never closed.
LOOK_AHEAD = 16 << 20  # bytes, and so many lines at most
MOST_LINES = 1_500_000
# Plain records that are read before sound ones are looked for again, where there was none.
_LONGEST_PAUSE = 64


def records(chunks: Iterator[bytes], *, csv: bool, line: int = 1, delimiter: str = ",") -> Iterator[Record]:
    """Yield the records of a stream; see `record_lists`."""
    return chain.from_iterable(record_lists(chunks, csv=csv, line=line, delimiter=delimiter))


def record_lists(
    chunks: Iterator[bytes], *, csv: bool, line: int = 1, delimiter: str = ","
) -> Iterator[list[Record]]:
    """Yield the records of a stream in lists, none of which is empty.

    Blank lines are records too: who cuts a file must count their bytes. Of several records in a list none is blank.

    Args:
        chunks: the stream's bytes, from a record's beginning.
        csv: whether quotes may hold line breaks.
        line: the line number of the stream's first line, from 1.
        delimiter: what stands between the fields of CSV.

    Yields:
        Every record in its order. A record longer than 1 MiB comes as its first line with its `problem`. One whose
        quote is never closed, or is closed in the middle of a field, comes as its first line alone with its `problem`;
        reading goes on at the next line.
    """
    unread = Unread(chunks)
    sound = SoundRecords(unread, MAX_RECORD, csv=csv, delimiter=delimiter)
    plain = PlainRecords(unread, Limits(MAX_RECORD, LOOK_AHEAD, MOST_LINES), csv=csv, delimiter=delimiter)
    # The first line is a plain one: it may begin with a byte order mark.
    pause = waiting = 1
    while True:
        # Lines that were looked at are not in the text any more.
        if not waiting and not plain.at_hand:
            pause = min(2 * pause, _LONGEST_PAUSE)
            for found in sound.lists(line):
                yield found
                line = found[-1].line + found[-1].lines
                pause = 1
            waiting = pause
        if (record := plain.next(line)) is None:
            return
        yield [record]
        line += record.lines
        waiting -= waiting > 0
