"""A window over the bytes of a file, which is read on as far as it is looked at."""

from collections.abc import Callable, Iterator

from audience.sources.records import BOM

# What is read behind a range at a time: a record seldom ends further away.
_AHEAD = 1 << 16
_MOST_AHEAD = 1 << 20
# So many are dropped at a time, because dropping some copies the others.
_MANY = 1 << 20
# Returns the bytes of the file from a position to before another, in chunks.
Read = Callable[[int, int], Iterator[bytes]]


class TextWindow:
    """The bytes of a file from one before `start` on, by their positions in the file.

    A line feed stands before a file's first byte, and carriage returns in place of its byte order marks: so its first
    line begins like every other, and a quoted field after them as at the beginning of a record.
    """

    def __init__(self, read: Read, size: int, start: int, stop: int) -> None:
        """Keep what reads the file of so many bytes, and that it is read from `start` to `stop` at least."""
        self._read = read
        self.size = size
        self.base = start - 1  # the position of the window's first byte
        self.text = b"" if start else b"\n"
        self.end = max(0, self.base)  # of what has been read
        self._chunks = read(self.end, stop)
        self._ahead = _AHEAD
        if not start:
            self._replace_marks()

    def have(self, stop: int) -> None:
        """Read on to `stop`, or to the end of the file."""
        stop = min(stop, self.size)
        if self.end >= stop:
            return
        parts = [self.text]
        while self.end < stop:
            chunk = next(self._chunks, b"")
            if not chunk:
                ahead = min(self.size, max(stop, self.end + self._ahead))
                self._ahead = min(2 * self._ahead, _MOST_AHEAD)
                self._chunks = self._read(self.end, ahead)
                continue
            parts.append(chunk)
            self.end += len(chunk)
        self.text = b"".join(parts)

    def forget(self, before: int) -> None:
        """Drop the bytes before a position, but for the one right before it, once they are many."""
        if before - 1 - self.base >= _MANY:
            self.text = self.text[before - 1 - self.base :]
            self.base = before - 1

    def last_line(self, start: int, stop: int) -> int:
        """Return where the last line begins that does so after `start` and at `stop` at the latest; else `start`."""
        self.have(stop)
        found = self.text.rfind(b"\n", start - self.base, min(stop, self.end) - self.base)
        return start if found < 0 else found + 1 + self.base

    def next_line(self, at: int, stop: int) -> int | None:
        """Return where the first line begins after `at` and at `stop` at the latest; None if none does."""
        found = self.find(b"\n", at, stop)
        return None if found is None else found + 1

    def far_line(self, at: int, stop: int) -> int | None:
        """Return what `next_line` does, and drop what is passed: a line may be longer than the memory."""
        while at < stop:
            part = min(stop, at + _MOST_AHEAD)
            if (found := self.next_line(at, part)) is not None:
                return found
            at = part
            self.forget(at)
        return None

    def find(self, what: bytes, start: int, stop: int) -> int | None:
        """Return the position of a byte from `start` to before `stop`, reading on to it; None if it is not there."""
        stop, at = min(stop, self.size), start
        while at < stop:
            self.have(at + 1)
            found = self.text.find(what, at - self.base, min(stop, self.end) - self.base)
            if found >= 0:
                return found + self.base
            at = self.end
        return None

    def count_lines(self, start: int, stop: int) -> int:
        """Return how many line feeds there are from `start` to before `stop`, which have been read."""
        return self.text.count(b"\n", start - self.base, stop - self.base)

    def _replace_marks(self) -> None:
        at, mark = 1, len(BOM)
        self.have(mark)
        while self.text.startswith(BOM, at):
            at += mark
            self.have(at - 1 + mark)
        self.text = b"\n" + b"\r" * (at - 1) + self.text[at:]
