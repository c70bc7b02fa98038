"""A runner of coroutines, in which the test says which of those that wait goes on first."""

from collections.abc import Callable, Coroutine, Generator
from types import coroutine
from typing import Any


@coroutine
def answer() -> Generator[bool, None, None]:
    """What takes a turn of the runner."""
    yield False


@coroutine
def pause() -> Generator[bool, None, None]:
    """What takes longer than anything else."""
    yield True


class Waiting:
    """A runner in which every wait lasts until the turn that `choose` picks it in, given how many wait."""

    def __init__(self, limit: int = 4, choose: Callable[[int], int] = lambda _: 0) -> None:
        self.limit = limit
        self.waiting: list[Coroutine[Any, Any, None]] = []
        self.pausing: list[Coroutine[Any, Any, None]] = []
        self.most = 0
        self._choose = choose

    def start(self, begun: Coroutine[Any, Any, None]) -> None:
        self._go_on(begun)

    def turn(self) -> None:
        found = self.waiting or self.pausing
        assert found, "nothing waits: this would be for ever"
        self._go_on(found.pop(self._choose(len(found))))

    def _go_on(self, each: Coroutine[Any, Any, None]) -> None:
        try:
            pauses = each.send(None)
        except StopIteration:
            return
        (self.pausing if pauses else self.waiting).append(each)
        self.most = max(self.most, len(self.waiting))
