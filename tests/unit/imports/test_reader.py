"""Records become rows or failures; headers are found from any piece of a file."""

import re

import pytest

from audience.endpoints.rows import Row
from audience.errors import SourceInterruptedError, SourceNotOfFormatError
from audience.imports.reader import SourceReader
from tests.unit.imports.sources import entries, judged, reader_of, source_of
from tests.unit.sources.fake_s3 import FakeS3

CSV = b'\xef\xbb\xbf\r\n Id ,Attributes.a\r\n1,x\r\n\r\n  \r\n2,"y\r\nz"\r\n3\r\n4,w'


def values(rows: list[Row]) -> dict[str, object]:
    return {row.endpoint_id: row.fields.get("Attributes.a") for row in rows}


def test_blank_lines_and_the_header_are_no_rows() -> None:
    rows, failures = judged(CSV, csv=True)
    assert values(rows) == {"1": ["x"], "2": ["y\r\nz"], "4": ["w"]}
    assert entries(failures) == [
        {
            "Object": "s3://bucket/file",
            "Line": 8,
            "Field": "",
            "Reason": "has 1 columns where the header has 2",
            "Reasons": [{"Field": "", "Reason": "has 1 columns where the header has 2"}],
            "Header": " Id ,Attributes.a",
            "Row": "3",
        }
    ]


def test_a_source_further_down_the_file_reads_the_header_at_the_top() -> None:
    s3 = FakeS3({"file": CSV})
    start = CSV.index(b"4,w")
    part = {**source_of(s3, "file"), "start": start, "line": 9}
    reader = reader_of(s3, "file", csv=True, source=part)  # type: ignore[arg-type]
    found = [(record, reader.rows(record)) for record, _ in reader.records(-1, 0)]
    assert [(record.line, values(rows)) for record, rows in found] == [(9, {"4": ["w"]})]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"Id,\xff\n1,x\n2,y\n", "line 1: not UTF-8 at byte 4 of the line"),
        (b'\nId,"Attributes.a\n1,x\n', "line 2: a quote is opened and not closed"),
        (b"PK\x03\x04\n\0", "line 1: this is a zip archive"),
        (b"sep=;\nName;Town\n", "line 2: 'Name;Town' is not a CSV header"),
    ],
)
def test_a_file_that_cannot_be_of_the_format_is_not_read_row_by_row(content: bytes, reason: str) -> None:
    s3 = FakeS3({"file": content})
    for _ in range(2):
        with pytest.raises(SourceNotOfFormatError, match=re.escape(f"s3://bucket/file {reason}")):
            list(reader_of(s3, "file", csv=True).records(-1, 0))
    assert len(s3.ranges) == 4  # is it gzip, and its content, each time


def test_the_first_part_of_a_file_that_was_cut_is_not_judged_again() -> None:
    s3 = FakeS3({"file": b'["b"]\n{"Id": "1"}\n'})
    first = {**source_of(s3, "file"), "end": 6}
    reader = reader_of(s3, "file", csv=False, source=first)  # type: ignore[arg-type]
    assert [record.content for record, _ in reader.records(-1, 0)] == [b'["b"]']


@pytest.mark.parametrize("begin", [b'["b"]\n', b"\n"])
def test_a_file_whose_beginning_breaks_off_is_not_judged_by_what_there_is(begin: bytes) -> None:
    s3 = FakeS3({"file": begin + b'{"Id": "1"}\n'})
    s3.breaks = [None, len(begin), *[0] * 6]
    with pytest.raises(SourceInterruptedError):
        list(reader_of(s3, "file", csv=False).records(-1, 0))


def test_an_oversize_record_is_one_failure_and_the_next_row_goes_in() -> None:
    rows, failures = judged(b"Id,Attributes.a\n1," + b"x" * (3 << 20) + b"\n2,y\n", csv=True)
    assert values(rows) == {"2": ["y"]}
    (failure,) = failures
    assert (failure.line, failure.reason) == (2, "too large: more than 1048576 bytes")
    assert len(failure.row) <= 1 << 20


def test_json_has_no_header_and_one_object_a_line() -> None:
    rows, failures = judged(b'\xef\xbb\xbf{"Id":"1"}\r\n\r\n[\n{"Id":"2"}', csv=False)
    assert [row.endpoint_id for row in rows] == ["1", "2"]
    assert [(failure.line, failure.header) for failure in failures] == [(3, b"")]


def test_reading_goes_on_where_it_stopped_without_opening_the_file_again() -> None:
    s3 = FakeS3({"file": b"Id\n1\n2\n3\n"})
    reader = reader_of(s3, "file", csv=True)
    position, line = first_two(reader)
    asked = len(s3.ranges)
    assert [record.content for record, _ in reader.records(position, line)] == [b"2", b"3"]
    assert len(s3.ranges) == asked


def test_reading_can_begin_again_at_any_earlier_position() -> None:
    s3 = FakeS3({"file": b"Id\n1\n2\n3\n"})
    reader = reader_of(s3, "file", csv=True)
    position, line = first_two(reader)
    for _ in range(2):
        assert [record.content for record, _ in reader.records(position, line)] == [b"2", b"3"]


def first_two(reader: SourceReader) -> tuple[int, int]:
    """Read the header and the first row; returns where to go on."""
    records = reader.records(-1, 0)
    next(records)
    record, position = next(records)
    return position, record.line + record.lines
