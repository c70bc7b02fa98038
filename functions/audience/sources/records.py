"""Records of a text file: lines of JSON, or CSV records.

CSV records may hold line breaks in quotes (RFC 4180). The planner that cuts files and the worker that reads them use
this same reader, so they cannot differ about where a record ends.
"""

import re
from collections import deque
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

# Longer than any row that could go in (15 KB), and enough for a line of a hundred thousand user ids.
MAX_RECORD = 1 << 20
# How far the end of a quoted field is looked for: a larger one is taken for a quote that is never closed.
LOOK_AHEAD = 16 << 20  # bytes, and so many lines at most
MOST_LINES = 1_500_000
BOM = b"\xef\xbb\xbf"
BLANK = b" \t\r\n\v\f\0"  # NUL: padding, as some writers leave it at the end of a file
_BLANK_LINES = re.compile(rb"[ \t\r\n\v\f\0]*\n")
_NOT_CLOSED = "a quote is opened and not closed, or closed in the middle of a field"


class Record(NamedTuple):
    """One record without its line end; `length` is its bytes in the file, with the line end.

    Consecutive blank lines are one blank record of so many `lines`, of up to 1 MiB.
    """

    content: bytes
    line: int  # its first line in the file, from 1
    lines: int
    length: int
    problem: str = ""  # why it cannot be a row, where that is known already

    @property
    def blank(self) -> bool:
        """Return whether there is nothing in it but spaces, line ends and padding."""
        return not self.content.strip(BLANK)


class _Line(NamedTuple):
    content: bytes  # without its last LF; cut off after LOOK_AHEAD
    length: int
    lines: int = 1  # more for consecutive blank lines


def records(chunks: Iterator[bytes], *, csv: bool, line: int = 1, delimiter: str = ",") -> Iterator[Record]:
    """Yield the records of a stream.

    Blank lines are records too: who cuts a file must count their bytes.

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
    opening = delimiter.encode() + b'"'  # a quoted field begins here, unless it is the first of its record
    lines = _Lines(chunks, opening)
    while (first := lines.next()) is not None:
        if line == 1:
            first = first._replace(content=without_marks(first.content))
        record = _alone(first, line)
        if csv and b'"' in first.content and first.length <= LOOK_AHEAD and _is_open(first.content, opening):
            record = _multiline_record(lines, first, line)
        yield record
        line += record.lines


def without_marks(content: bytes) -> bytes:
    """Return the beginning of a file without its byte order marks; some writers leave two."""
    while content.startswith(BOM):
        content = content[len(BOM) :]
    return content


class Quoting(Enum):
    """How a line ends, as to quoted fields."""

    CLOSED = "outside of quotes"
    OPEN = "inside a quoted field"
    BROKEN = "there is text between a closing quote and the next delimiter"


def quoting_after(text: bytes, *, inside: bool, opening: bytes = b',"') -> Quoting:
    """Return how a line ends that begins at a field's start, or `inside` quotes (RFC 4180).

    `opening` is a delimiter with the quote of a quoted field after it.
    """
    delimiter = opening[:-1]
    position = 0
    while True:
        if inside:
            quote = text.find(b'"', position)
            if quote < 0:
                return Quoting.OPEN
            position = quote + 2
            if text[quote + 1 : position] == b'"':
                continue
            if not text.startswith(delimiter, quote + 1):
                rest = text[quote + 1 :].strip(b"\r")
                return Quoting.BROKEN if rest else Quoting.CLOSED
            inside, position = False, quote + 1 + len(delimiter)
        if text[position : position + 1] == b'"':
            inside, position = True, position + 1
            continue
        quote = text.find(opening, position)
        if quote < 0:
            return Quoting.CLOSED
        inside, position = True, quote + len(opening)


def _is_open(content: bytes, opening: bytes) -> bool:
    text = content.lstrip(b"\r")
    return quoting_after(text, inside=False, opening=opening) is Quoting.OPEN


class _Lines:
    """Physical lines of a stream, with a look ahead for the end of an open quote.

    Lines that were searched without finding the end are kept: a quote that is open before one of them is open after
    it, and comes to the same end. So no line is searched twice, and a file full of stray quotes takes no longer than a
    correct one.
    """

    def __init__(self, chunks: Iterator[bytes], opening: bytes) -> None:
        self._opening = opening
        self._lines = _split(chunks)
        self._searched: deque[_Line] = deque()
        self._searched_length = 0
        self._unclosable = 0  # of the searched lines: a quote that opens in one of them is closed wrongly
        self._unsearched: _Line | None = None
        self.unclosable = False  # whether the last line was one of them

    def next(self) -> _Line | None:
        self.unclosable = self._unclosable > 0
        self._unclosable -= self.unclosable
        if not self._searched:
            return self._read()
        line = self._searched.popleft()
        self._searched_length -= line.length
        return line

    def until_closed(self, room: int) -> list[_Line] | None:
        """Return the lines up to the one that closes an open quote.

        None where `room` bytes hold no such line, or where a quote is closed in the middle of a field.
        """
        while (line := self._read()) is not None:
            if self._searched_length + line.length > room or len(self._searched) == MOST_LINES:
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
        line, self._unsearched = self._unsearched, None
        return line or next(self._lines, None)


def _alone(first: _Line, line: int) -> Record:
    """Return a line as a record by itself."""
    problem = _too_large() if first.length > MAX_RECORD else ""
    content = first.content[:MAX_RECORD]
    content = _trimmed(content) if first.lines == 1 else content.removesuffix(b"\r")
    return Record(content, line, first.lines, first.length, problem)


def _multiline_record(lines: _Lines, first: _Line, line: int) -> Record:
    """Return the record that begins with `first`, up to the line that closes its open quote.

    If no line closes it, the first line is a bad record and the others are read again as lines of their own.
    """
    more = None if lines.unclosable else lines.until_closed(LOOK_AHEAD - first.length)
    alone = _alone(first, line)
    if more is None:
        return alone if alone.problem else alone._replace(problem=_NOT_CLOSED)
    parts = [first, *more]
    count, length = sum(part.lines for part in parts), sum(part.length for part in parts)
    if length > MAX_RECORD:
        return alone._replace(lines=count, length=length, problem=_too_large())
    return Record(_trimmed(b"\n".join(part.content for part in parts)), line, count, length)


def _too_large() -> str:
    return f"too large: more than {MAX_RECORD} bytes"


def _split(chunks: Iterator[bytes]) -> Iterator[_Line]:
    # The beginning of a line that no chunk has ended yet; bytes after LOOK_AHEAD are dropped.
    begun, length = bytearray(), 0
    for chunk in chunks:
        start = 0
        if length:
            start = chunk.find(b"\n") + 1
            fresh = chunk[: start - 1] if start else chunk
            begun += fresh[: LOOK_AHEAD - len(begun)]
            length += start or len(chunk)
            if not start:
                continue
            yield _Line(bytes(begun), length)
        for line in _whole_lines(chunk, start):
            start += line.length
            yield line
        begun, length = bytearray(chunk[start : start + LOOK_AHEAD]), len(chunk) - start
    if length:
        yield _Line(bytes(begun), length)


def _whole_lines(chunk: bytes, start: int) -> Iterator[_Line]:
    """Yield the lines that end in the chunk; blank ones that follow each other are one step."""
    while (end := chunk.find(b"\n", start) + 1) > 0:
        content, lines = chunk[start : end - 1], 1
        # Within so many bytes no line is too large: one that is too large is no match.
        if not content.strip(BLANK) and (blank := _BLANK_LINES.match(chunk, start, start + MAX_RECORD)):
            end = blank.end()
            content = chunk[start : end - 1]
            lines += content.count(b"\n")
        yield _Line(content[:LOOK_AHEAD], end - start, lines)
        start = end


def _trimmed(content: bytes) -> bytes:
    """Return a record without the carriage returns around it, of which some writers leave several."""
    return content.strip(b"\r")
