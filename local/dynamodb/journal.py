"""What was written to tables that are kept, as lines of JSON in one file, in order.

A line is in the file before its write is answered, so that it outlives this process however that ends. The next start
does the writes again, and replaces them with the items that came of them: a file grows with what is written in one run.
"""

import fcntl
from pathlib import Path
from typing import Any

import orjson

from local.dynamodb.engine import DEFINITIONS, WRITES, Answer, answer, items, put

_ITEM = "Item"  # what a start leaves of all writes of an item: its table and itself


class TablesInUseError(Exception):
    """Another process has the file open."""


class Journal:
    """The file, open for this process alone, and the engine with what it says."""

    def __init__(self, path: Path) -> None:
        """Open the file, do its writes, and write it anew.

        Raises:
            TablesInUseError: another process has it open.
        """
        self._lock = path.with_suffix(".lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise TablesInUseError from error
        definitions = _do_again(path) if path.exists() else []
        anew = path.with_suffix(".new")
        with anew.open("wb") as file:
            file.writelines(_line(*definition) for definition in definitions)
            file.writelines(_line(_ITEM, item) for item in items())
        anew.replace(path)
        self._file = path.open("ab")

    def answer(self, operation: str, body: bytes) -> Answer:
        """Run an operation as the engine does, and write it down if it changed something."""
        answered = answer(operation, body)
        if answered[0] == 200 and operation in DEFINITIONS | WRITES:  # noqa: PLR2004
            self._file.write(_line(operation, orjson.loads(body)))
            self._file.flush()
        return answered


def _line(operation: str, content: Any) -> bytes:
    return orjson.dumps([operation, content]) + b"\n"


def _do_again(path: Path) -> list[tuple[str, Any]]:
    """Do the file's writes, and return those that made, changed or deleted tables."""
    definitions = []
    with path.open("rb") as file:
        for line in file:
            if not line.endswith(b"\n"):
                break  # cut off, by a full disk: it was not answered
            operation, content = orjson.loads(line)
            if operation == _ITEM:
                put(*content)
            else:
                answer(operation, orjson.dumps(content))
            if operation in DEFINITIONS:
                definitions.append((operation, content))
    return definitions
