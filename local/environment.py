"""os.environ as a running function sees it: its own variables, and none of another function's.

All functions run in one process. A context variable holds the variables of the function that runs in the
present thread; a thread that a handler starts does not inherit it and sees the process's variables only.
"""

import os
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar

_FUNCTION_VARIABLES: ContextVar[Mapping[str, str] | None] = ContextVar("function_variables", default=None)


class FunctionEnviron(MutableMapping[str, str]):
    """The process's environment, with the running function's variables laid over it."""

    def __init__(self, process: MutableMapping[str, str], settings: frozenset[str]) -> None:
        """Keep the names of all functions' variables, to hide each from functions that do not have it."""
        self._process = process
        self._settings = settings

    def copy(self) -> dict[str, str]:
        """Return a plain dictionary, as `os.environ.copy()` does."""
        return dict(self)

    def __getitem__(self, name: str) -> str:
        own = _FUNCTION_VARIABLES.get()
        if own is None:
            return self._process[name]
        if name in own:
            return own[name]
        if name in self._settings:
            raise KeyError(name)
        return self._process[name]

    def __iter__(self) -> Iterator[str]:
        own = _FUNCTION_VARIABLES.get()
        if own is None:
            return iter(self._process)
        return iter(dict.fromkeys((*own, *(name for name in self._process if name not in self._settings))))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __setitem__(self, name: str, value: str) -> None:
        self._process[name] = value

    def __delitem__(self, name: str) -> None:
        del self._process[name]


@contextmanager
def functions_see_their_own(settings: frozenset[str]) -> Iterator[None]:
    """Replace `os.environ` for as long as functions run in this process."""
    process = os.environ
    os.environ = FunctionEnviron(process, settings)  # type: ignore[assignment]  # noqa: B003  (the point of it)
    try:
        yield
    finally:
        os.environ = process  # noqa: B003


@contextmanager
def as_function(variables: Mapping[str, str]) -> Iterator[None]:
    """Show `variables` to whatever runs in this thread within the block."""
    token = _FUNCTION_VARIABLES.set(variables)
    try:
        yield
    finally:
        _FUNCTION_VARIABLES.reset(token)
