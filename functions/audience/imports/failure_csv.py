"""The CSV of a job's failures, to be mended in a spreadsheet and imported as it is."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing

from audience.aws.client_types import S3Client
from audience.aws.concatenation import Concatenation
from audience.endpoints.fields import LINE, OBJECT, REASONS
from audience.imports.failure_cells import WHOLE, Column, FailedRow, failed_rows
from audience.jobs.model import Job
from audience.resumable_work import Progress
from audience.sources.records import BOM

# As many as a sheet has in Excel ("Excel specifications and limits") and LibreOffice Calc. A row that would bring a
# further one is a whole in the column `Row`, so that the file grows with the rows and not with rows times columns.
MOST_COLUMNS = 16_384
# Bytes of failure files whose columns one step looks up.
STEP = 8 << 20
_CHUNK = 1 << 16
_HEADER = ""  # stands for the header in the list of what the file is made of

# Returns the lines of one failure file of a piece.
Lines = Callable[[str], Iterator[bytes]]


def write_failure_csv(
    s3: S3Client, bucket: str, job: Job, files: Sequence[str], progress: Progress, *, step_bytes: int = STEP
) -> None:
    """Write the CSV of the pieces' failure files, given in source order, from where `progress` is.

    First the columns of all rows are looked up, then the rows are written below them. The work is the same however
    often it is done, so that whoever goes on in the middle of a file leaves out what is written already.

    Raises:
        TimeIsUpError: the file is not whole yet, another invocation has to go on.
    """

    def lines(file: str) -> Iterator[bytes]:
        with closing(s3.get_object(Bucket=bucket, Key=file)["Body"]) as body:
            yield from body.iter_lines(_CHUNK)

    columns = _look_up_columns(lines, files, progress, step_bytes)
    table = FailureTable(columns, job.definition.get("Delimiter") or ",")

    def read(file: str, offset: int) -> Iterator[bytes]:
        return _beyond(offset, table.chunks(failed_rows(lines(file))) if file else iter([table.header()]))

    whole = Concatenation(s3, bucket, job.key.failures_csv_key, "text/csv; charset=utf-8", read)
    whole.run([_HEADER, *files], progress.document.setdefault("file", {}), progress.step)


def _look_up_columns(
    lines: Lines, files: Sequence[str], progress: Progress, step_bytes: int
) -> dict[Column, None]:
    """Return the columns of all rows, in order of first appearance; `looked_up` counts the files that are done."""
    document = progress.document
    columns = dict.fromkeys(Column(*column) for column in document.get("columns", []))
    size = 0

    def counted(file: str) -> Iterator[bytes]:
        nonlocal size
        for line in lines(file):
            size += len(line)
            yield line

    for number in range(document.get("looked_up", 0), len(files)):
        add_columns(columns, failed_rows(counted(files[number])))
        if size >= step_bytes or number + 1 == len(files):
            size = 0
            document.update(columns=[list(column) for column in columns], looked_up=number + 1)
            progress.step()
    return columns


def add_columns(columns: dict[Column, None], rows: Iterable[FailedRow]) -> None:
    """Add the columns of rows that are not there yet; those of a row that would be too many become `Row`."""
    last: tuple[Column, ...] | None = None
    for row in rows:
        if row.columns is last:
            continue
        last = row.columns
        more = [column for column in row.columns if column not in columns]
        fits = len(columns) + len(more) <= MOST_COLUMNS
        columns.update(dict.fromkeys(more if fits else [WHOLE]))


class FailureTable:
    """The CSV's columns, and rows written in them."""

    def __init__(self, columns: Iterable[Column], delimiter: str = ",") -> None:
        """Keep the columns of the rows; Object, Line and Reasons follow, and Row is the last where there is one.

        `delimiter` is the one that the job names, with which the mended file is imported again.
        """
        self._delimiter = delimiter
        self._needs_quotes = re.compile(rf'["\r\n{re.escape(delimiter)}]|^[ \t]|[ \t]$')
        given = list(dict.fromkeys(columns))
        own = [Column(name, 0) for name in (OBJECT, LINE, REASONS)]
        self._columns = [
            *(each for each in given if each != WHOLE),
            *own,
            *(each for each in given if each == WHOLE),
        ]
        self._positions = {column: position for position, column in enumerate(self._columns)}
        self._own = slice(self._positions[own[0]], self._positions[own[0]] + len(own))

    def header(self) -> bytes:
        """Return the first line, behind the byte order mark by which Excel knows UTF-8."""
        return BOM + self._line([self._quoted(column.name) for column in self._columns])

    def chunks(self, rows: Iterable[FailedRow]) -> Iterator[bytes]:
        """Yield rows as lines, many in a chunk."""
        chunk = bytearray()
        last: tuple[Column, ...] | None = None
        positions: list[int] | None = None
        for row in rows:
            if row.columns is not last:
                last, positions = row.columns, self._positions_of(row.columns)
            chunk += self._row(row, positions)
            if len(chunk) >= _CHUNK:
                yield bytes(chunk)
                chunk.clear()
        if chunk:
            yield bytes(chunk)

    def _positions_of(self, columns: Iterable[Column]) -> list[int] | None:
        """Return where columns are, or None where one is not among those that were kept."""
        found = [self._positions.get(column, -1) for column in columns]
        return None if -1 in found else found

    def _row(self, row: FailedRow, positions: list[int] | None) -> bytes:
        cells = [""] * len(self._columns)
        if positions is None:
            cells[self._positions[WHOLE]] = self._quoted(row.whole)
        else:
            for position, cell in zip(positions, row.cells, strict=True):
                cells[position] = self._quoted(cell)
        cells[self._own] = [self._quoted(row.place), str(row.line), self._quoted(row.reasons)]
        return self._line(cells)

    def _quoted(self, cell: str) -> str:
        """Return a cell as RFC 4180 writes it; blanks at its ends are its own, which our reader keeps within quotes."""
        return f'"{cell.replace(chr(34), chr(34) * 2)}"' if self._needs_quotes.search(cell) else cell

    def _line(self, cells: list[str]) -> bytes:
        return (self._delimiter.join(cells) + "\r\n").encode()


def _beyond(offset: int, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield chunks without their first `offset` bytes."""
    for chunk in chunks:
        if offset < len(chunk):
            yield chunk[offset:]
        offset = max(0, offset - len(chunk))
