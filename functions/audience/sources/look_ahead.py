"""Looking at the beginning of what an iterator gives, before it is read."""

from collections.abc import Iterator
from typing import Generic, TypeVar

from audience.errors import PlainError

T = TypeVar("T")


class LookAhead(Generic[T]):
    """An iterator whose first items can be looked at; an error that is met then is raised when they are read."""

    def __init__(self, items: Iterator[T]) -> None:
        """Keep the iterator, which nobody else may read any more."""
        self._items = items
        self._seen: list[T] = []
        self._error: PlainError | None = None

    def ahead(self) -> Iterator[T]:
        """Yield the items that have not been looked at yet, up to an error."""
        try:
            for item in self._items:
                self._seen.append(item)
                yield item
        except PlainError as error:
            self._error = error

    def items(self) -> Iterator[T]:
        """Yield all items, those that were looked at too.

        Raises:
            PlainError: as the iterator raised it.
        """
        yield from self._seen
        self._seen.clear()
        self.raise_error()
        yield from self._items

    def raise_error(self) -> None:
        """Raise the error that was met while looking ahead, if one was.

        Raises:
            PlainError: as the iterator raised it.
        """
        if self._error is not None:
            raise self._error
