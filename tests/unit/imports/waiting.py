"""A runner of coroutines, in which the test says which of those that wait goes on first."""

from collections.abc import Callable, Coroutine, Generator
from types import coroutine
from typing import Any


@coroutine
def answer() -> Generator[None, None, None]:
    """What takes a turn of the runner."""
    yield


class Waiting:
    """A runner in which every wait lasts until the turn that `choose` picks it in, given how many wait."""

    def __init__(self, limit: int = 4, choose: Callable[[int], int] = lambda _: 0) -> None:
        self.limit = limit
        self.waiting: list[Coroutine[Any, Any, None]] = []
        self.most = 0
        self._choose = choose

    def start(self, begun: Coroutine[Any, Any, None]) -> None:
        self._go_on(begun)

    def turn(self) -> None:
        assert self.waiting, "nothing waits: this would be for ever"
        self._go_on(self.waiting.pop(self._choose(len(self.waiting))))

    def _go_on(self, each: Coroutine[Any, Any, None]) -> None:
        try:
            each.send(None)
        except StopIteration:
            return
        self.waiting.append(each)
        self.most = max(self.most, len(self.waiting))
