"""What was written to tables that are kept, as lines of JSON in one file, in order.

A line is in the file before its write is answered, so that it outlives this process however that ends. The next start
does the writes again, and replaces them with the items that came of them: a file grows with what is written in one run.
"""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import orjson

from local.dynamodb.engine import DEFINITIONS, WRITES, Answer, answer, items


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
        definitions = (
            [line for line in _lines(path) if _done_again(line) in DEFINITIONS] if path.exists() else []
        )
        new = path.with_suffix(".new")
        with new.open("wb") as file:
            file.writelines(definitions)
            for table, item in items():
                file.write(_line("PutItem", orjson.dumps({"TableName": table, "Item": item})))
        new.replace(path)
        self._file = path.open("ab", buffering=0)

    def answer(self, operation: str, body: bytes) -> Answer:
        """Run an operation as the engine does, and write it down if it changed something."""
        answered = answer(operation, body)
        if answered[0] == 200 and operation in DEFINITIONS | WRITES:  # noqa: PLR2004
            self._file.write(_line(operation, body))
        return answered


def _line(operation: str, body: bytes) -> bytes:
    return orjson.dumps([operation, orjson.Fragment(orjson.dumps(orjson.loads(body)))]) + os.linesep.encode()


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        for line in file:
            if line.endswith(
                b"\n"
            ):  # the last one may be cut off, by a full disk: its write was not answered
                yield line


def _done_again(line: bytes) -> str:
    operation, request = orjson.loads(line)
    answer(operation, orjson.dumps(request))
    return str(operation)
