"""The rows of the files that were saved, counted here and not by the service, so that its counts can be compared."""

import csv
import gzip
import io
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, cast

from migrate.folders import Format

_GZIP = b"\x1f\x8b"
NO_CHANNEL = "(none)"


@dataclass
class Counted:
    """The rows of a file, also by their channel."""

    rows: int = 0
    channels: Counter[str] = field(default_factory=Counter)


def count_rows(content: IO[bytes], file_format: Format) -> Counted:
    """Count the rows of a file, plain or gzip; blank lines and CSV's header are none.

    A row of JSON that cannot be parsed counts, without a channel.
    """
    buffered = io.BufferedReader(cast("io.RawIOBase", content))
    compressed = buffered.peek(len(_GZIP))[: len(_GZIP)] == _GZIP
    plain = cast("IO[bytes]", gzip.GzipFile(fileobj=buffered)) if compressed else buffered
    newline = "" if file_format == "CSV" else "\n"  # csv.reader finds CSV's line ends itself
    text = io.TextIOWrapper(plain, encoding="utf-8-sig", errors="replace", newline=newline)
    counted = Counted()
    for channel in _csv_channels(text) if file_format == "CSV" else _json_channels(text):
        counted.rows += 1
        counted.channels[channel.strip().upper() or NO_CHANNEL] += 1
    return counted


def _csv_channels(lines: Iterable[str]) -> Iterator[str]:
    csv.field_size_limit(sys.maxsize)
    rows = (row for row in csv.reader(lines) if any(cell.strip() for cell in row))
    names = [name.strip().lower() for name in next(rows, [])]
    place = names.index("channeltype") if "channeltype" in names else None
    for row in rows:
        yield row[place] if place is not None and place < len(row) else ""


def _json_channels(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if line.strip():
            try:
                row = json.loads(line)
            except json.JSONDecodeError:
                row = None
            channel = row.get("ChannelType") if isinstance(row, dict) else None
            yield str(channel or "")
