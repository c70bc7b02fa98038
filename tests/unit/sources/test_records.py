"""Records are the same however their bytes arrive, and the same as the csv module reads in the whole text."""

import csv
import gzip
import io
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audience.endpoints.csv_rows import cells_of
from audience.sources import plain_records
from audience.sources import records as module
from audience.sources.gzip_text import inflated
from audience.sources.records import BOM, MAX_RECORD, Quoting, Record, records
from tests.unit.sources.naive_records import NOT_CLOSED, naive_records, without_marks
from tests.unit.sources.parts import in_chunks, line_by_line
from tests.unit.sources.strategies import blank_soups, chunkings, csv_files, quote_soups


def read(text: bytes, cuts: list[int] | None = None, *, is_csv: bool = True) -> list[Record]:
    """The records, blank ones line by line, as the plain rules have them."""
    found = records(in_chunks(text, cuts or []), csv=is_csv)
    return [single for record in found for single in line_by_line(record)]


@settings(deadline=None, max_examples=300)
@given(text=csv_files(), cuts=chunkings)
def test_any_csv_in_any_chunks_gives_the_records_of_the_csv_module(text: bytes, cuts: list[int]) -> None:
    whole = text.removeprefix(BOM).decode()
    expected = list(csv.reader(io.StringIO(whole, newline=""))) or [[] for _ in range(text == BOM)]
    found = read(text, cuts)
    assert [cells_of(record.content) if record.content else [] for record in found] == expected
    assert not any(record.problem for record in found)


@settings(deadline=None, max_examples=200)
@given(text=st.one_of(csv_files(), quote_soups, blank_soups), cuts=chunkings, is_csv=st.booleans())
def test_lengths_add_up_to_the_file_and_lines_are_counted_from_its_top(
    text: bytes, cuts: list[int], is_csv: bool
) -> None:
    position = 0
    for record in read(text, cuts, is_csv=is_csv):
        taken = text[position : position + record.length]
        assert record.line == text[:position].count(b"\n") + 1
        assert record.lines == taken.count(b"\n") + (not taken.endswith(b"\n"))
        position += record.length
    assert position == len(text)


@settings(deadline=None, max_examples=500)
@given(
    text=st.one_of(quote_soups, blank_soups),
    cuts=chunkings,
    limit=st.integers(1, 40),
    beyond=st.integers(0, 200),
)
def test_stray_quotes_and_oversize_lines_are_read_as_by_the_naive_reader(
    text: bytes, cuts: list[int], limit: int, beyond: int
) -> None:
    with patch.object(module, "MAX_RECORD", limit), patch.object(module, "LOOK_AHEAD", limit + beyond):
        assert read(text, cuts) == naive_records(text, limit, limit + beyond)


@settings(deadline=None, max_examples=200)
@given(texts=st.lists(blank_soups, max_size=8), cuts=chunkings)
def test_gzip_members_with_and_without_content_give_the_records_of_the_whole_text(
    texts: list[bytes], cuts: list[int]
) -> None:
    stored = b"".join(gzip.compress(text, mtime=0) for text in texts)
    found = records(inflated(in_chunks(stored, cuts), "file"), csv=True)
    singles = [single for record in found for single in line_by_line(record)]
    assert singles == naive_records(b"".join(texts), MAX_RECORD)


def test_consecutive_blank_lines_of_a_chunk_are_one_record() -> None:
    chunks = [b"a\n" + b"\n" * 1000, b"\r\n \n" * 1000, b"\n" * 1000 + b"b\n"]
    found = list(records(iter(chunks), csv=True))
    assert [(record.content.strip(), record.line, record.lines, record.length) for record in found] == [
        (b"a", 1, 1, 2),
        (b"", 2, 1000, 1000),
        (b"", 1002, 2000, 4000),
        (b"", 3002, 1000, 1000),
        (b"b", 4002, 1, 2),
    ]


def test_a_blank_line_of_more_than_a_mebibyte_is_one_bad_record_among_blank_ones() -> None:
    found = list(records(iter([b"\n\n" + b" " * MAX_RECORD + b"\n\n"]), csv=True))
    assert [(record.lines, bool(record.problem)) for record in found] == [(2, False), (1, True), (1, False)]


def test_a_quoted_record_of_exactly_the_limit_is_one_record_again_and_again() -> None:
    text = b'1,"a\nb"\n' * 3 + b'1,"ab\nc"\n'
    with patch.object(module, "MAX_RECORD", 8):
        found = read(text)
    assert [(record.lines, bool(record.problem)) for record in found] == [
        (2, False),
        (2, False),
        (2, False),
        (2, True),
    ]


@given(text=quote_soups, cuts=chunkings)
def test_quotes_mean_nothing_in_json_where_each_line_is_a_record(text: bytes, cuts: list[int]) -> None:
    lines = without_marks(text).split(b"\n")
    expected = [line.strip(b"\r") for line in (lines if lines[-1] else lines[:-1])]
    found = [record.content for record in read(text, cuts, is_csv=False)]
    assert found == (expected or [b""] * (bool(text) and not without_marks(text)))


def test_a_line_of_more_than_a_mebibyte_is_one_bad_record_and_reading_goes_on() -> None:
    long = b"x" * (3 * MAX_RECORD)
    first, second = read(long + b"\nnext\n", [MAX_RECORD, 2 * MAX_RECORD + 5])
    assert first.problem == f"too large: more than {MAX_RECORD} bytes"
    assert (first.content, first.length) == (b"x" * MAX_RECORD, len(long) + 1)
    assert (second.content, second.line) == (b"next", 2)


def test_an_oversize_last_line_without_a_line_end_keeps_its_length() -> None:
    (only,) = read(b"y" * (MAX_RECORD + 7), [10, MAX_RECORD + 3])
    assert only.length == MAX_RECORD + 7
    assert only.problem


def test_a_quoted_field_of_more_than_a_mebibyte_is_one_bad_record() -> None:
    text = b'1,"open\n' + b"z" * 1000 + b"\n" + b"z" * MAX_RECORD + b'\nend"\n2,b\n'
    first, second = read(text)
    assert (first.content, first.lines) == (b'1,"open', 4)
    assert first.problem == f"too large: more than {MAX_RECORD} bytes"
    assert (second.content, second.line) == (b"2,b", 5)


def test_a_quoted_field_of_a_million_lines_is_one_bad_record() -> None:
    found = read(b'1,"' + b"z\n" * 1_000_000 + b'"\n2,b\n')
    assert [(record.line, record.lines, bool(record.problem)) for record in found] == [
        (1, 1_000_001, True),
        (1_000_002, 1, False),
    ]


def test_a_stray_quote_costs_its_own_row_alone() -> None:
    rows = [b"%d,x" % number for number in range(3000)]
    rows[100], rows[1100], rows[2000] = b'"Bob,x', b'"Jim,x', b'2000,"pipe 12""'
    found = read(b"".join(row + b"\n" for row in rows))
    assert [record.content for record in found] == rows
    assert [record.line for record in found if record.problem] == [101, 1101, 2001]
    assert {record.problem for record in found} == {"", NOT_CLOSED}


def test_a_record_after_a_stray_quote_may_have_line_breaks() -> None:
    found = read(b'1,"a\n2,b\n3,"c\nd"\n4,e\n')
    assert [(record.content, bool(record.problem)) for record in found] == [
        (b'1,"a', True),
        (b"2,b", False),
        (b'3,"c\nd"', False),
        (b"4,e", False),
    ]


def test_of_an_unclosed_quote_at_the_end_only_the_first_line_is_a_bad_record() -> None:
    found = read(b'1,a\n2,"b\n3,c\n')
    assert [(record.content, bool(record.problem)) for record in found] == [
        (b"1,a", False),
        (b'2,"b', True),
        (b"3,c", False),
    ]


def test_each_line_of_a_file_with_stray_quotes_is_searched_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked = 0
    look = plain_records.quoting_after

    def counted(text: bytes, **how: Any) -> Quoting:
        nonlocal looked
        looked += 1
        return look(text, **how)

    monkeypatch.setattr(plain_records, "quoting_after", counted)
    for end in (b"", b'"x\n'):
        looked = 0
        found = read(b'a","b\n' * 2000 + end)
        assert len(found) == 2000 + bool(end)
        assert looked <= 2 * len(found)


def test_only_the_top_of_a_file_has_its_byte_order_marks_removed() -> None:
    assert [record.content for record in records(iter([BOM + b"a\n" + BOM + b"b\n"]), csv=True)] == [
        b"a",
        BOM + b"b",
    ]
    assert [record.content for record in records(iter([BOM + b"a\n"]), csv=True, line=7)] == [BOM + b"a"]


def test_an_empty_stream_has_no_records() -> None:
    assert read(b"") == []
