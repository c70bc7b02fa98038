"""Records of a text file: lines of JSON, or CSV records.

CSV records may hold line breaks in quotes (RFC 4180). The planner that cuts files and the worker that reads them use
this same reader, so they cannot differ about where a record ends.
"""

import re
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

# Longer than any row that could go in (15 KB), and enough for a line of a hundred thousand user ids.
MAX_RECORD = 1 << 20
BOM = b"\xef\xbb\xbf"
_BLANK_LINES = re.compile(rb"[ \t\r\n\v\f]*\n")


class Record(NamedTuple):
    """One record without its line end; `length` is its bytes in the file, with the line end.

    Consecutive blank lines are one blank record of so many `lines`, of up to 1 MiB.
    """

    content: bytes
    line: int  # its first line in the file, from 1
    lines: int
    length: int
    problem: str = ""  # why it cannot be a row, where that is known already


class _Line(NamedTuple):
    content: bytes  # without its last LF; cut off after MAX_RECORD
    length: int
    lines: int = 1  # more for consecutive blank lines


def records(chunks: Iterator[bytes], *, csv: bool, line: int = 1) -> Iterator[Record]:
    """Yield the records of a stream.

    Blank lines are records too: who cuts a file must count their bytes.

    Args:
        chunks: the stream's bytes, from a record's beginning.
        csv: whether quotes may hold line breaks.
        line: the line number of the stream's first line, from 1.

    Yields:
        Every record in its order. Of a record longer than 1 MiB, or with a quote that is never closed, only the first
        line is yielded, with its `problem`; reading goes on at the next line.
    """
    lines = _Lines(chunks)
    while (first := lines.next()) is not None:
        if line == 1:
            first = first._replace(content=first.content.removeprefix(BOM))
        record = Record(_trimmed(first.content), line, first.lines, first.length)
        if first.length > MAX_RECORD:
            record = record._replace(problem=f"too large: more than {MAX_RECORD} bytes")
        elif csv and b'"' in first.content and open_after(first.content, inside=False):
            record = _multiline_record(lines, first, line)
        yield record
        line += record.lines


def open_after(text: bytes, *, inside: bool) -> bool:
    """Return whether a quoted field is open after `text`.

    The text begins at a field's start or `inside` quotes.
    """
    position = 0
    while True:
        if inside:
            quote = text.find(b'"', position)
            if quote < 0:
                return True
            if text[quote + 1 : quote + 2] == b'"':
                position = quote + 2
                continue
            inside = False
            comma = text.find(b",", quote + 1)
            if comma < 0:
                return False
            position = comma + 1
        if text[position : position + 1] == b'"':
            inside, position = True, position + 1
            continue
        quote = text.find(b',"', position)
        if quote < 0:
            return False
        inside, position = True, quote + 2


class _Lines:
    """Physical lines of a stream, with a look ahead for the end of an open quote.

    Lines that were searched without finding the end are kept: a quote that is open before one of them is open after
    it. So no line is searched twice, and a file full of stray quotes takes no longer than a correct one.
    """

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._lines = _split(chunks)
        self._searched: deque[_Line] = deque()
        self._searched_length = 0
        self._unsearched: _Line | None = None

    def next(self) -> _Line | None:
        if not self._searched:
            return self._read()
        line = self._searched.popleft()
        self._searched_length -= line.length
        return line

    def until_closed(self, room: int) -> list[_Line] | None:
        """Return the lines up to the one that closes an open quote, or None if `room` bytes hold no such line."""
        while (line := self._read()) is not None:
            if self._searched_length + line.length > room:
                self._unsearched = line
                return None
            self._searched.append(line)
            self._searched_length += line.length
            if not open_after(line.content, inside=True):
                lines = [*self._searched]
                self._searched.clear()
                self._searched_length = 0
                return lines
        return None

    def _read(self) -> _Line | None:
        line, self._unsearched = self._unsearched, None
        return line or next(self._lines, None)


def _multiline_record(lines: _Lines, first: _Line, line: int) -> Record:
    """Return the record that begins with `first`, up to the line that closes its open quote.

    If no line closes it, the first line is a bad record and the others are read again as lines of their own.
    """
    more = lines.until_closed(MAX_RECORD - first.length)
    if more is None:
        return Record(_trimmed(first.content), line, 1, first.length, "a quote is opened and not closed")
    parts = [first, *more]
    content = b"\n".join(part.content for part in parts)
    lines_in_all = sum(part.lines for part in parts)
    return Record(_trimmed(content), line, lines_in_all, sum(part.length for part in parts))


def _split(chunks: Iterator[bytes]) -> Iterator[_Line]:
    # The beginning of a line that no chunk has ended yet; bytes after MAX_RECORD are dropped.
    begun, length = bytearray(), 0
    for chunk in chunks:
        start = 0
        if length:
            start = chunk.find(b"\n") + 1
            more = chunk[: start - 1] if start else chunk
            begun += more[: MAX_RECORD - len(begun)]
            length += start or len(chunk)
            if not start:
                continue
            yield _Line(bytes(begun), length)
        for line in _whole_lines(chunk, start):
            start += line.length
            yield line
        begun, length = bytearray(chunk[start : start + MAX_RECORD]), len(chunk) - start
    if length:
        yield _Line(bytes(begun), length)


def _whole_lines(chunk: bytes, start: int) -> Iterator[_Line]:
    """Yield the lines that end in the chunk; consecutive blank lines are one."""
    while (end := chunk.find(b"\n", start) + 1) > 0:
        content, lines = chunk[start : end - 1], 1
        # The match ends within MAX_RECORD bytes: a longer blank line is a record that is too large, not a blank one.
        if not content.strip() and (blank := _BLANK_LINES.match(chunk, start, start + MAX_RECORD)):
            end = blank.end()
            content = chunk[start : end - 1]
            lines += content.count(b"\n")
        yield _Line(content[:MAX_RECORD], end - start, lines)
        start = end


def _trimmed(content: bytes) -> bytes:
    return content.removesuffix(b"\r")
