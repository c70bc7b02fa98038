"""A text in chunks, and its records line by line."""

import itertools
from collections.abc import Iterator

from audience.sources.records import Record


def line_by_line(record: Record) -> list[Record]:
    if record.problem or not record.blank or record.lines == 1:
        return [record]
    text = record.content.ljust(record.length - 1, b"\r") + b"\n"  # the last line end is not part of it
    lines = text.removesuffix(b"\n").split(b"\n")
    assert (len(lines), len(text)) == (record.lines, record.length)
    return [
        Record(line.strip(b"\r"), record.line + number, 1, len(line) + 1) for number, line in enumerate(lines)
    ]


def in_chunks(text: bytes, cuts: list[int]) -> Iterator[bytes]:
    edges = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    return (text[start:end] for start, end in itertools.pairwise(edges) if start < end)
