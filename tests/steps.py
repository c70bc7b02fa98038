"""Waiting for jobs: whoever waits looks again when a step of some job has ended, not over and over."""

import time
from collections.abc import Callable
from threading import Condition
from typing import Any

from local.lambdas import Outcome
from local.stack import LocalStack

DEADLINE_S = 60
# For what ends without a step: a step's own end is told at once.
PAUSE_S = 0.5
# Their functions answer whoever looks.
FRONTS = ("api", "experience_platform_api", "authorize_call")


class Steps:
    """The invocations of a stack's functions that have ended, but for those that answer requests."""

    def __init__(self, stack: LocalStack) -> None:
        """Watch the stack's functions."""
        self._fronts = {stack.function_name(folder) for folder in FRONTS}
        self._ended = 0
        self._another = Condition()
        self._invoke = stack.lambdas.invoke
        stack.lambdas.invoke = self._watched  # type: ignore[method-assign]

    def until(self, look: Callable[[], Any], is_over: Callable[[Any], bool]) -> Any:
        """What was seen when it was over."""
        deadline = time.monotonic() + DEADLINE_S
        while True:
            before = self._ended
            found = look()
            if is_over(found):
                return found
            assert time.monotonic() < deadline, f"still {found}"
            self._wait(before)

    def _wait(self, before: int) -> None:
        with self._another:
            self._another.wait_for(lambda: self._ended != before, PAUSE_S)

    def _watched(self, name: str, payload: bytes) -> Outcome:
        try:
            return self._invoke(name, payload)
        finally:
            if name not in self._fronts:
                with self._another:
                    self._ended += 1
                    self._another.notify_all()
