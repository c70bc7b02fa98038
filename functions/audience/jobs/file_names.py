"""Names of the files that a piece's workers left, kept short: those that count up are one entry.

A worker names its files with a token of its own and a counter, so that what it leaves one after the other is a
beginning, a first number and a count, however many files there are.
"""

import re
from collections.abc import Container, Iterable, Iterator
from typing import Any, NamedTuple

# Lossless: a number with a leading zero, or one too long for a counter, is part of the name.
_COUNTED = re.compile(r"(.*-)(0|[1-9][0-9]{0,8})((?:\.[a-z]+)*)", re.DOTALL)
OF_NO_SOURCE = -1


class _Entry(NamedTuple):
    head: str
    first: int  # -1: `head` is one whole name
    length: int
    tail: str
    source: int

    def names(self) -> Iterator[str]:
        if self.first < 0:
            return iter([self.head])
        numbers = range(self.first, self.first + self.length)
        return (f"{self.head}{number}{self.tail}" for number in numbers)


class FileNames:
    """An ordered list of names that cannot be changed; some belong to one source of the piece alone."""

    def __init__(self, entries: Iterable[_Entry] = ()) -> None:
        """Keep the entries; `FileNames()` is empty, and `plus` adds to it."""
        self._entries = tuple(entries)

    @classmethod
    def read(cls, stored: Any) -> "FileNames":
        """Read names as `stored` gave them; a plain list of names is read too."""
        if isinstance(stored, list):
            return cls().plus(stored)
        common = stored["common"]
        return cls(_Entry(common + head, *rest) for head, *rest in stored["entries"])

    def stored(self) -> dict[str, Any]:
        """Return the names as a record holds them.

        What all have in common is there once, and each entry has some 40 bytes.
        """
        common = _common([entry.head for entry in self._entries])
        return {
            "common": common,
            "entries": [[entry.head[len(common) :], *entry[1:]] for entry in self._entries],
        }

    def plus(self, names: Iterable[str], source: int = OF_NO_SOURCE) -> "FileNames":
        """Return these names and more after them, of the source of that number if they belong to one alone."""
        entries = list(self._entries)
        for name in names:
            fresh = _entry(name, source)
            if entries and _follows(fresh, entries[-1]):
                entries[-1] = entries[-1]._replace(length=entries[-1].length + 1)
            else:
                entries.append(fresh)
        return FileNames(entries)

    def without(self, sources: Container[int]) -> "FileNames":
        """Return these names without those of some sources."""
        return FileNames(entry for entry in self._entries if entry.source not in sources)

    def __iter__(self) -> Iterator[str]:
        """Yield the names in their order."""
        return (name for entry in self._entries for name in entry.names())

    def __len__(self) -> int:
        """Return how many names there are."""
        return sum(entry.length for entry in self._entries)

    def __eq__(self, other: object) -> bool:
        """Return whether the names, and the sources they belong to, are the same."""
        return isinstance(other, FileNames) and self._entries == other._entries

    def __hash__(self) -> int:
        """Return a hash that is equal for equal names."""
        return hash(self._entries)

    def __repr__(self) -> str:
        """Return the names, as a failing test shows them."""
        return f"FileNames({list(self)})"


def _common(texts: list[str]) -> str:
    """Return the prefix that all of some texts have in common."""
    if not texts:
        return ""
    lowest, highest = min(texts), max(texts)
    pairs = enumerate(zip(lowest, highest, strict=False))
    return lowest[: next((at for at, (one, other) in pairs if one != other), len(lowest))]


def _entry(name: str, source: int) -> _Entry:
    found = _COUNTED.fullmatch(name)
    if found is None:
        return _Entry(name, -1, 1, "", source)
    return _Entry(found[1], int(found[2]), 1, found[3], source)


def _follows(fresh: _Entry, last: _Entry) -> bool:
    same = (fresh.head, fresh.tail, fresh.source) == (last.head, last.tail, last.source)
    return same and last.first >= 0 and fresh.first == last.first + last.length


class WorkerFileNames:
    """Gives a worker's files names that no other run of its piece has.

    Only the record says which files count.
    """

    def __init__(self, work_prefix: str, index: int, token: str) -> None:
        """Keep where the job's files are, the piece, and the worker's token, which nobody else has."""
        self._work_prefix = work_prefix
        self._ending = f"{index:08d}-{token}"
        self._given: dict[str, int] = {}

    def next(self, kind: str, suffix: str) -> str:
        """Return the next name of a kind, which is a folder.

        None is given twice, whether the one before counts or not.
        """
        number = self._given.get(kind, 0)
        self._given[kind] = number + 1
        return f"{self._work_prefix}{kind}/{self._ending}-{number}{suffix}"
