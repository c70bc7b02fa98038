"""Ways to run coroutines of requests: at the same time, where there is an event loop, or one after the other."""

from collections.abc import Coroutine, Sequence
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Together(Protocol):
    """What runs coroutines and returns their results in their order, for example asyncio.gather."""

    async def __call__(self, work: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
        """Run the coroutines; raises the first error of one."""


async def one_after_another(work: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """Run coroutines one after the other and return their results; after an error, those left do not run."""
    try:
        return [await each for each in work]
    finally:
        for each in work:
            each.close()
