"""Records found line by line: slowly, but whatever there is in the text, with a look ahead where a quote is open."""

import re
from collections import deque
from typing import NamedTuple

from audience.sources.quoting import Quoting, quoting_after
from audience.sources.record import BLANK, Record, without_marks
from audience.sources.unread import Unread

_BLANK_LINES = re.compile(rb"[ \t\r\n\v\f\0]*\n")
_NOT_CLOSED = "a quote is opened and not closed, or closed in the middle of a field"


class Limits(NamedTuple):
    """How large a record may be, and how far the end of a quoted field is looked for."""

    record: int  # bytes, with the line end
    look_ahead: int  # bytes
    lines: int  # that are looked ahead at


class _Line(NamedTuple):
    content: bytes  # without its last LF; cut off after the look ahead
    length: int
    lines: int = 1  # more for consecutive blank lines


class PlainRecords:
    """The records of a text, one at a time, by the rules of `audience.sources.records.records`."""

    def __init__(self, unread: Unread, limits: Limits, *, csv: bool, delimiter: str) -> None:
        """Keep the text, the limits, whether quotes may hold line breaks, and the delimiter of CSV."""
        self._csv = csv
        self._limits = limits
        # A quoted field begins here, unless it is the first of its record.
        self._opening = delimiter.encode() + b'"'
        self._lines = _Lines(unread, limits, self._opening)

    @property
    def at_hand(self) -> bool:
        """Return whether lines behind the last record were looked at, which are read from here alone."""
        return self._lines.at_hand

    def next(self, line: int) -> Record | None:
        """Return the next record, which begins with `line` of the file; None at the end of the text."""
        first = self._lines.next()
        if first is None:
            return None
        if line == 1:
            first = first._replace(content=without_marks(first.content))
        if not self._csv or b'"' not in first.content or first.length > self._limits.look_ahead:
            return self._alone(first, line)
        if not self._is_open(first.content):
            return self._alone(first, line)
        return self._multiline(first, line)

    def _is_open(self, content: bytes) -> bool:
        text = content.lstrip(b"\r")
        return quoting_after(text, inside=False, opening=self._opening) is Quoting.OPEN

    def _alone(self, first: _Line, line: int) -> Record:
        """Return a line as a record by itself."""
        problem = self._too_large() if first.length > self._limits.record else ""
        content = first.content[: self._limits.record]
        content = _trimmed(content) if first.lines == 1 else content.removesuffix(b"\r")
        return Record(content, line, first.lines, first.length, problem)

    def _multiline(self, first: _Line, line: int) -> Record:
        """Return the record that begins with `first`, up to the line that closes its open quote.

        If no line closes it, the first line is a bad record and the others are read again as lines of their own.
        """
        room = self._limits.look_ahead - first.length
        more = None if self._lines.unclosable else self._lines.until_closed(room)
        alone = self._alone(first, line)
        if more is None:
            return alone if alone.problem else alone._replace(problem=_NOT_CLOSED)
        parts = [first, *more]
        count, length = sum(part.lines for part in parts), sum(part.length for part in parts)
        if length > self._limits.record:
            return alone._replace(lines=count, length=length, problem=self._too_large())
        return Record(_trimmed(b"\n".join(part.content for part in parts)), line, count, length)

    def _too_large(self) -> str:
        return f"too large: more than {self._limits.record} bytes"


class _Lines:
    """Physical lines of a stream, with a look ahead for the end of an open quote.

    Lines that were searched without finding the end are kept: a quote that is open before one of them is open after
    it, and comes to the same end. So no line is searched twice, and a file full of stray quotes takes no longer than a
    correct one.
    """

    def __init__(self, unread: Unread, limits: Limits, opening: bytes) -> None:
        self._unread = unread
        self._limits = limits
        self._opening = opening
        self._searched: deque[_Line] = deque()
        self._searched_length = 0
        self._unclosable = 0  # of the searched lines: a quote that opens in one of them is closed wrongly
        self._unsearched: _Line | None = None
        self.unclosable = False  # whether the last line was one of them

    @property
    def at_hand(self) -> bool:
        return bool(self._searched) or self._unsearched is not None

    def next(self) -> _Line | None:
        if not self._searched:
            self.unclosable = False
            return self._read()
        self.unclosable = self._unclosable > 0
        self._unclosable -= self.unclosable
        line = self._searched.popleft()
        self._searched_length -= line.length
        return line

    def until_closed(self, room: int) -> list[_Line] | None:
        """Return the lines up to the one that closes an open quote.

        None where `room` bytes hold no such line, or where a quote is closed in the middle of a field.
        """
        while (line := self._read()) is not None:
            if self._searched_length + line.length > room or len(self._searched) == self._limits.lines:
                self._unsearched = line
                return None
            self._searched.append(line)
            self._searched_length += line.length
            found = quoting_after(line.content, inside=True, opening=self._opening)
            if found is Quoting.BROKEN:
                self._unclosable = len(self._searched) - 1  # that line itself may begin a sound record
                return None
            if found is Quoting.CLOSED:
                lines = [*self._searched]
                self._searched.clear()
                self._searched_length = 0
                return lines
        return None

    def _read(self) -> _Line | None:
        if self._unsearched is None:
            return self._received()
        line, self._unsearched = self._unsearched, None
        return line

    def _received(self) -> _Line | None:
        """Return the next line of the text; blank ones that follow each other in a chunk are one."""
        chunk, start = self._unread.chunk, self._unread.at
        end = chunk.find(b"\n", start) + 1
        if not end and start < len(chunk):
            return self._over_chunks()
        if not end:
            return self._received() if self._unread.receive() else None
        content, lines = chunk[start : end - 1], 1
        # Within so many bytes no line is too large: one that is too large is no match.
        if not content.strip(BLANK) and (
            blank := _BLANK_LINES.match(chunk, start, start + self._limits.record)
        ):
            end = blank.end()
            content = chunk[start : end - 1]
            lines += content.count(b"\n")
        self._unread.at = end
        return _Line(content[: self._limits.look_ahead], end - start, lines)

    def _over_chunks(self) -> _Line:
        """Return a line that begins in this chunk and ends in another, or with the text."""
        most, unread = self._limits.look_ahead, self._unread
        begun = bytearray(unread.chunk[unread.at : unread.at + most])
        length = len(unread.chunk) - unread.at
        while unread.receive():
            end = unread.chunk.find(b"\n") + 1
            fresh = unread.chunk[: end - 1] if end else unread.chunk
            begun += fresh[: most - len(begun)]
            unread.at = end or len(unread.chunk)
            length += unread.at
            if end:
                break
        return _Line(bytes(begun), length)


def _trimmed(content: bytes) -> bytes:
    """Return a record without the carriage returns around it, of which some writers leave several."""
    return content.strip(b"\r")
