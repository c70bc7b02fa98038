"""Rows as Parquet, written a row group at a time."""

import os
from collections.abc import Mapping
from typing import Any

# pyarrow's own allocator keeps what it has freed: a worker's peak grew by up to a fifth over ten times the rows, and
# does not with the system's, at the same speed (`make bench`). It is chosen when pyarrow is loaded.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")

import pyarrow as pa
import pyarrow.parquet as pq

from audience.batches.columns import ListOf, MapOf, Struct, Type

# A row has 1 to 15 KB: a group is held as Python objects and as columns once more, some 100 MB at the most.
ROWS_A_GROUP = 2_000
_SCALARS = {"string": pa.string(), "double": pa.float64(), "bool": pa.bool_()}


class ParquetEncoder:
    """Writes rows of the given columns; memory holds one row group."""

    def __init__(self, sink: Any, columns: Struct) -> None:
        """Keep a file object and the columns."""
        self._schema = pa.schema([(name, arrow_type(kind)) for name, kind in columns.items()])
        self._columns = columns
        self._writer = pq.ParquetWriter(pa.PythonFile(sink, mode="w"), self._schema, compression="snappy")
        self._rows: list[dict[str, Any]] = []

    def write(self, row: Mapping[str, Any]) -> None:
        """Add a row; members that are no columns are left out, missing ones are null."""
        self._rows.append(arrow_value(row, self._columns))
        if len(self._rows) >= ROWS_A_GROUP:
            self._flush()

    def close(self) -> None:
        """Write the last group and the footer."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
            self._rows = []


def arrow_type(kind: Type) -> Any:
    """Return a column's type as pyarrow names it."""
    if isinstance(kind, str):
        return _SCALARS[kind]
    if isinstance(kind, MapOf):
        return pa.map_(pa.string(), arrow_type(kind.of))
    if isinstance(kind, ListOf):
        return pa.list_(arrow_type(kind.of))
    return pa.struct([(name, arrow_type(inner)) for name, inner in kind.items()])


def arrow_value(value: Any, kind: Type) -> Any:
    """Return a value as pyarrow needs it: a map is a list of pairs, in the order of its names."""
    if value is None or isinstance(kind, str):
        return value
    if isinstance(kind, MapOf):
        return [(name, arrow_value(inner, kind.of)) for name, inner in sorted(value.items())]
    if isinstance(kind, ListOf):
        return [arrow_value(inner, kind.of) for inner in value]
    return {name: arrow_value(value.get(name), inner) for name, inner in kind.items()}
