"""The files that one interval of work writes to a dataset's batches."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from audience.batches.columns import Struct
from audience.batches.files import SUFFIXES, BatchFile, FileFormat, Row, WrittenFile

# A file for whoever reads them one by one.
MAX_FILE = 100 << 20


@dataclass
class BatchFiles:
    """The files of one interval, one for each batch that has rows."""

    s3: Any
    bucket: str
    folder: str  # of the dataset, with a slash at its end
    columns: Struct
    kind: FileFormat
    name: str  # of the files, without their suffix
    _open: dict[str, BatchFile] = field(default_factory=dict)
    _stack: ExitStack = field(default_factory=ExitStack)

    def write(self, batch: str, row: Row) -> None:
        """Add a row to a batch's file."""
        if batch not in self._open:
            key = f"{self.folder}{batch}/{self.name}{SUFFIXES[self.kind]}"
            made = BatchFile(self.s3, self.bucket, batch, key, self.columns, self.kind)
            self._open[batch] = self._stack.enter_context(made)
        self._open[batch].write(row)

    @property
    def full(self) -> bool:
        """Return whether a file is large enough."""
        return any(file.size >= MAX_FILE for file in self._open.values())

    def __enter__(self) -> Self:
        """Begin; nothing is written yet."""
        self._stack.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Complete all files, or leave nothing of any where the block failed."""
        self._stack.__exit__(kind, error, trace)

    @property
    def written(self) -> list[WrittenFile]:
        """Return what the manifests say of the files, once they are complete."""
        return [file.written for file in self._open.values()]
