"""Records found many at a time, as far as a text is sound.

Nearly all of a file is: no line is blank or too large, and what is quoted is so by RFC 4180. Where it is not,
`audience.sources.plain_records` finds the next record. A record that both can find is the same.
"""

from collections.abc import Iterator
from itertools import accumulate, count, repeat

from audience.sources.record import Record
from audience.sources.sound_contents import SoundContents
from audience.sources.unread import Unread

# Bytes that are looked at at once: few behind a record that was not sound, because the next may not be either.
_LEAST, _MOST = 1 << 11, 1 << 16


class SoundRecords:
    """The records of a chunk up to the first one that is not sound, or not whole in it."""

    def __init__(self, unread: Unread, largest: int, *, csv: bool, delimiter: str) -> None:
        """Keep the text, how many bytes a record may have, whether quotes matter, and the delimiter of CSV."""
        self._unread = unread
        self._largest = largest
        self._format = SoundContents(delimiter.encode() if csv else b"")

    def lists(self, line: int) -> Iterator[list[Record]]:
        """Yield the records in lists, none of which is empty; the first begins with `line` of the file."""
        unread, size = self._unread, _LEAST
        while unread.at < unread.whole:
            stop = self._stop(size)
            contents, end, several_lines = self._format.find(unread.chunk, unread.at, stop, unread.whole)
            lengths = [len(content) + 1 for content in contents]
            if lengths and max(lengths) > self._largest:
                sound = next(place for place, length in enumerate(lengths) if length > self._largest)
                contents, lengths = contents[:sound], lengths[:sound]
                end = unread.at + sum(lengths)
            if contents:
                lines = [content.count(b"\n") + 1 for content in contents] if several_lines else None
                found = self._records(contents, lengths, lines, line, end)
                unread.at = end
                line = found[-1].line + found[-1].lines
                yield found
            if end < stop:
                return
            size = min(2 * size, _MOST)

    def _stop(self, size: int) -> int:
        """Return where the last line ends that does so within `size` bytes, or else the first line."""
        chunk, start = self._unread.chunk, self._unread.at
        within = min(start + size, self._unread.whole)
        return chunk.rfind(b"\n", start, within) + 1 or chunk.find(b"\n", within) + 1

    def _records(
        self, contents: list[bytes], lengths: list[int], lines: list[int] | None, line: int, end: int
    ) -> list[Record]:
        if self._unread.chunk.find(b"\r", self._unread.at, end) >= 0:
            contents = [content.rstrip(b"\r") for content in contents]
        starts = accumulate(lines, initial=line) if lines else count(line)
        # Record(*parts) of each, without a call of Python for each.
        parts = zip(contents, starts, lines or repeat(1), lengths, repeat(""), strict=False)
        return list(map(tuple.__new__, repeat(Record), parts))
