"""Field selection: a comma list of dot paths, as the request's `fields` says it."""

from collections.abc import Mapping
from typing import Any, Self

# Objects whose members are named by customers: the rest of a path is one name, dots and all.
MAPS = frozenset({"attributes", "metrics", "userAttributes"})

Tree = dict[str, "Tree | None"]


class Selection:
    """Which members of a row are wanted; everything where nothing is named.

    A path that no row has selects nothing: rows are of the customer's shape, so that there is nothing to check it by.
    """

    def __init__(self, tree: Tree | None) -> None:
        """Keep the wanted members, each with what is wanted of it; None is everything."""
        self._tree = tree

    @classmethod
    def parse(cls, fields: str | None) -> Self:
        """Read `identityMap, personalEmail.address`; spaces are tolerated, blank or None is everything."""
        paths = [path.strip() for path in (fields or "").split(",") if path.strip()]
        tree: Tree = {}
        for path in paths:
            _plant(tree, _steps(path))
        return cls(tree if paths else None)

    def __contains__(self, member: str) -> bool:
        """Return whether a top-level member, or any part of it, is wanted."""
        return self._tree is None or member in self._tree

    def names(self, member: str) -> bool:
        """Return whether a top-level member is asked for by its name."""
        return self._tree is not None and member in self._tree

    def below(self, member: str) -> "Selection":
        """Return what is wanted of a member."""
        return Selection((self._tree or {}).get(member))

    def of(self, value: Any) -> Any:
        """Return a value with only what is wanted of it; lists are filtered entry by entry."""
        if self._tree is None:
            return value
        if isinstance(value, list):
            return [self.of(entry) for entry in value]
        if not isinstance(value, Mapping):
            return value
        kept = {name: self.below(name).of(inner) for name, inner in value.items() if name in self._tree}
        return {name: inner for name, inner in kept.items() if inner not in ({}, None)}


def _steps(path: str) -> list[str]:
    first, dot, rest = path.partition(".")
    if first in MAPS and dot:
        return [first, rest]
    return path.split(".")


def _plant(tree: Tree, steps: list[str]) -> None:
    """Add a path; where it is a prefix of longer paths, all of the member is wanted."""
    first, *rest = steps
    if not rest:
        tree[first] = None
    elif (below := tree.setdefault(first, {})) is not None:
        _plant(below, rest)
