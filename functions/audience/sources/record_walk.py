"""A walk over the records of a text, from a record's beginning: as the reader has them, but without their contents."""

from typing import NamedTuple

from audience.sources import records
from audience.sources.records import Quoting, quoting_after
from audience.sources.sound_text import Passed, sound_text
from audience.sources.text_window import TextWindow

# Records are passed in stretches of so many bytes at most: a quoted field in one has fewer lines than are too many.
STRETCH = 1 << 20


class Step(NamedTuple):
    """What a step of a walk came to.

    `end` is where the next record begins; None: at the first line start at or after the end of the range.
    """

    end: int | None
    records: int  # that were passed
    lines: int  # their line feeds


class RecordWalk:
    """Steps from record to record over a window; what decides is where a record begins (audience.sources.records)."""

    def __init__(self, window: TextWindow, delimiter: str, *, csv: bool) -> None:
        """Keep the text, its delimiter, and whether quotes may hold line breaks."""
        self._window = window
        self._csv = csv
        self._opening = delimiter.encode() + b'"'
        self._sound = sound_text(delimiter)
        self._plain = True  # whether each record that was passed last was a line

    def step(self, at: int, stop: int, range_end: int) -> Step:
        """Walk from a record's beginning to the last record that begins at `stop` at the latest, or over one record.

        A step may also end anywhere in between.

        Args:
            at: where the first record begins.
            stop: how far to walk.
            range_end: the end of the range; the line that goes beyond it is not read to its end unless quotes are open.
        """
        window = self._window
        line = window.last_line(at, min(stop, at + self._stretch()))
        passed = self._pass(at, line) if line > at else Step(at, 0, 0)
        if passed.end == line > at:
            return passed
        start = passed.end or at
        over = self._over_record(start, range_end)
        return Step(over.end, passed.records + over.records, passed.lines + over.lines)

    def _stretch(self) -> int:
        return min(STRETCH, records.LOOK_AHEAD, records.MOST_LINES)

    def _pass(self, at: int, line: int) -> Step:
        """Pass the records up to a line start, or up to the first of them that is not sound or not whole there."""
        text, base = self._window.text, self._window.base
        first, last = at - base, line - base
        if not self._csv or text.find(b'"', first, last) < 0:
            lines = text.count(b"\n", first, last)
            return Step(line, lines, lines)
        passed = self._sound.pass_quoted(text, first, last, plain=self._plain)
        if passed.end < last:
            passed = self._pass_on(passed, last)
        self._plain = passed.plain
        return Step(passed.end + base, passed.records, passed.lines)

    def _pass_on(self, passed: Passed, last: int) -> Passed:
        """Pass the records behind those that were passed, whatever their quotes are like; both together."""
        text, sound = self._window.text, self._sound
        more = sound.pass_plain(text, passed.end, last) if self._plain else None
        if more is None or more.end < last:
            more = sound.pass_records(text, passed.end, last)
        plain = passed.plain and more.plain
        return Passed(more.end, passed.records + more.records, passed.lines + more.lines, plain=plain)

    def _over_record(self, at: int, range_end: int) -> Step:
        window = self._window
        furthest = at + records.LOOK_AHEAD
        end = window.next_line(at, furthest) if self._csv else None
        if self._csv and end is None and window.end == window.size <= furthest:
            return Step(window.size, 1, 0)  # the last line, without a line feed
        if end is None:
            far = window.far_line(at, range_end)
            return Step(far, 1, far is not None)
        closed = self._closed(at, end, furthest) or end
        return Step(closed, 1, window.count_lines(at, closed))

    def _closed(self, at: int, end: int, furthest: int) -> int | None:
        """Return the end of the record whose first line ends at `end`, if that line opens a quote which is closed."""
        window = self._window
        first = window.text[at - window.base : end - window.base]
        if b'"' not in first:
            return None
        content = first.removesuffix(b"\n").lstrip(b"\r")
        if quoting_after(content, inside=False, opening=self._opening) is not Quoting.OPEN:
            return None
        return self.close(end, furthest)

    def close(self, at: int, furthest: int) -> int | None:
        """Return where the line ends that closes a quote which is open at the line start `at`.

        None where no line does that ends at `furthest` at the latest, or a quote is closed in the middle of a field.
        """
        window, line = self._window, at
        while (quote := window.find(b'"', line, furthest)) is not None:
            line = window.last_line(line, quote)
            end = window.next_line(quote, furthest)
            if end is None and window.end == window.size <= furthest:
                end = window.size
            if end is None:
                return None
            content = window.text[line - window.base : end - window.base].removesuffix(b"\n")
            found = quoting_after(content, inside=True, opening=self._opening)
            if found is Quoting.CLOSED:
                return end if self._few_lines(at, end) else None
            if found is Quoting.BROKEN:
                return None
            line = end
        return None

    def _few_lines(self, start: int, end: int) -> bool:
        window = self._window
        unended = not window.text.endswith(b"\n") if end == window.size else False
        return window.count_lines(start, end) + unended <= records.MOST_LINES
