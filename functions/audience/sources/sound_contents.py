"""The contents of sound records in a text: lines without quotes many at a time, and records with quotes one by one."""

import re
from functools import cache
from typing import NamedTuple

from audience.sources.record import BLANK

_QUOTE, _CR = b'"\r'


class Contents(NamedTuple):
    """What was found in a text."""

    records: list[bytes]  # without their LF
    end: int  # of the last one, with its LF
    several_lines: bool = False  # whether a record may have more than one


class SoundContents:
    """The format of a text, as far as it says which records of it are sound."""

    def __init__(self, delimiter: bytes) -> None:
        """Keep the delimiter of CSV; it is empty where quotes mean nothing."""
        self._quoted = _Quoted(delimiter) if delimiter else None
        # A line may be blank, and one of many, where it begins so. In CSV it may as well begin with an empty cell.
        blanks = re.escape(BLANK.replace(delimiter, b"") if delimiter else BLANK)
        self._blank = re.compile(b"[" + blanks + b"]")
        self._blank_below = re.compile(b"\n[" + blanks + b"]")

    def find(self, text: bytes, start: int, stop: int, whole: int) -> Contents:
        """Return the records that begin before `stop`, up to the first that may be another than it looks.

        Args:
            text: whole lines up to `whole`.
            start: where the first record begins.
            stop: where a line ends.
            whole: where the last line ends, which the last record may reach to.
        """
        if self._quoted is None:
            return self._lines(text, start, stop)
        found: list[bytes] = []
        several_lines = False
        while start < stop:
            quote = text.find(b'"', start, stop)
            # Lines above the one with the quote are records: none of them is within quotes.
            line = stop if quote < 0 else text.rfind(b"\n", start, quote) + 1
            if line > start:
                records, end, _ = self._lines(text, start, line)
                found += records
                if end < line:
                    return Contents(found, end, several_lines)
            else:
                end = self._quoted.end_of_line(text, start, whole)
                if not end:
                    several_lines = True
                    end = self._quoted.end_of_lines(text, start, whole)
                if not end:
                    break
                found.append(text[start : end - 1])
            start = end
        return Contents(found, start, several_lines)

    def _lines(self, text: bytes, start: int, stop: int) -> Contents:
        """Return the lines up to one that begins with a blank."""
        lines = text[start : stop - 1].split(b"\n")
        if min(lines)[:1] > b" ":  # which is the greatest of the blanks
            return Contents(lines, stop)
        if self._blank.match(text, start):
            return Contents([], start)
        blank = self._blank_below.search(text, start, stop)
        if blank is None:
            return Contents(lines, stop)
        end = blank.start() + 1
        return Contents(text[start : end - 1].split(b"\n"), end)


class _Quoted:
    """Sound records of CSV with quotes: a doubled quote closes its cell and opens it again.

    A quote in the middle of a cell is text.
    """

    def __init__(self, delimiter: bytes) -> None:
        self._between = b'"' + delimiter + b'"'
        # The first is the faster one, where the line's end is known.
        self._line = _pattern(delimiter, rb'[^"]*+', rb"\Z")
        self._lines = _pattern(delimiter, rb'[^"\n]*+', rb"\n")

    def end_of_line(self, text: bytes, start: int, whole: int) -> int:
        """Return where a record of one line ends, with its LF; 0 where it is none or not sound."""
        end = text.find(b"\n", start, whole)
        last = end - 2 if text[end - 1] == _CR else end - 1
        if text[start] == _QUOTE == text[last]:
            # Where there are no other quotes on the line, each of its cells is in quotes.
            quotes = 2 + 2 * text.count(self._between, start + 1, last)
            if quotes == text.count(b'"', start, end):
                return end + 1
        return end + 1 if self._line.match(text, start, end) else 0

    def end_of_lines(self, text: bytes, start: int, whole: int) -> int:
        """Return where a record ends, with its LF; 0 where it is not sound, or not whole in the text."""
        found = self._lines.match(text, start, whole)
        return found.end() if found else 0


@cache
def _pattern(delimiter: bytes, text: bytes, end: bytes) -> re.Pattern[bytes]:
    """Return the pattern of a record up to `end`; `text` is what may stand where no cell is quoted."""
    sign = re.escape(delimiter)
    cell = rb'(?:"[^"]*+")++(?=' + sign + rb"|\r*+" + end + rb")"
    first = rb"(?:" + cell + rb'|(?![" \r\v\f\0]))' + text
    other = rb"(?<=" + sign + rb")" + cell + text
    stray = rb"(?<![" + sign + rb'"])"++' + text
    return re.compile(first + rb"(?:" + other + rb"|" + stray + rb")*+" + end)
