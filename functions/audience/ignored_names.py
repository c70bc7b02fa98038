"""The names of a job's columns and members that are none of an endpoint: how many are kept, and how they are merged."""

from collections.abc import Iterable

# How many of them a job shows; those of readers and pieces are cut so too.
MOST_IGNORED = 100
# An unknown name may be as long as the row.
MAX_NAME_SHOWN = 100


class IgnoredNames:
    """The names of columns and members that were ignored: of all names seen, the first 100 in order."""

    def __init__(self) -> None:
        """Keep no name yet."""
        self._names: set[str] = set()

    def add(self, name: str) -> None:
        """Add a name, cut to 100 characters."""
        self._names.add(name if len(name) <= MAX_NAME_SHOWN else f"{name[: MAX_NAME_SHOWN - 1]}…")
        if len(self._names) > 2 * MOST_IGNORED:
            self._names = set(self.sorted())

    def sorted(self) -> list[str]:
        """Return the names."""
        return first_names(self._names)


def first_names(*groups: Iterable[str]) -> list[str]:
    """Return the names of all groups, each once: the first 100 in order.

    Those of groups that were cut so themselves are the same as those of all names.
    """
    return sorted({name for group in groups for name in group})[:MOST_IGNORED]
