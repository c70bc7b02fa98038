"""Records found many at a time are those found line by line, whatever the text, its chunks and the limits."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audience.sources import records as module
from audience.sources import sound_records
from audience.sources.plain_records import Limits, PlainRecords
from audience.sources.records import LOOK_AHEAD, MAX_RECORD, MOST_LINES, Record, records
from audience.sources.unread import Unread
from tests.unit.sources.parts import in_chunks, line_by_line
from tests.unit.sources.strategies import blank_soups, chunkings, csv_files, quote_soups

ROWS = b"".join(b"%d,Ada,Oslo\n" % number for number in range(500))


def plain(
    chunks: Iterator[bytes], limits: Limits, line: int, delimiter: str, *, csv: bool
) -> Iterator[Record]:
    reader = PlainRecords(Unread(chunks), limits, csv=csv, delimiter=delimiter)
    while (record := reader.next(line)) is not None:
        yield record
        line += record.lines


@settings(deadline=None, max_examples=600)
@given(
    text=st.one_of(csv_files(), quote_soups, blank_soups, st.just(ROWS)),
    cuts=chunkings,
    csv=st.booleans(),
    line=st.sampled_from([1, 2, 1000]),
    delimiter=st.sampled_from(",;\t|^"),
    limits=st.one_of(
        st.just((MAX_RECORD, LOOK_AHEAD)),
        st.tuples(st.integers(1, 40), st.integers(0, 200)).map(lambda some: (some[0], sum(some))),
    ),
    at_once=st.sampled_from([1, 50, 1 << 11]),
)
def test_sound_records_and_plain_ones_are_the_same(
    text: bytes,
    cuts: list[int],
    csv: bool,
    line: int,
    delimiter: str,
    limits: tuple[int, int],
    at_once: int,
) -> None:
    text = text.replace(b",", delimiter.encode())
    all_limits = Limits(*limits, MOST_LINES)
    expected = plain(in_chunks(text, cuts), all_limits, line, delimiter, csv=csv)
    with (
        patch.multiple(module, MAX_RECORD=limits[0], LOOK_AHEAD=limits[1]),
        patch.object(sound_records, "_LEAST", at_once),
    ):
        found = list(records(in_chunks(text, cuts), csv=csv, line=line, delimiter=delimiter))
    assert by_line(found) == by_line(expected)


def by_line(found: list[Record] | Iterator[Record]) -> list[Record]:
    return [single for record in found for single in line_by_line(record)]


@pytest.mark.parametrize(
    "bad",
    [
        b'1,"Bob"x,Oslo\n',  # closed in the middle of a field
        b'1,"Bob\n2,"Jim",Oslo\n3,"x"y"\n',  # not closed
        b"\n\n\n",
        b" 1,Bob,Oslo\n",
        b"x" * (MAX_RECORD + 1) + b"\n",
    ],
)
def test_after_a_record_that_is_not_sound_they_are_found_many_at_a_time_again(
    monkeypatch: pytest.MonkeyPatch, bad: bytes
) -> None:
    asked = 0
    next_plain = PlainRecords.next

    def counted(self: PlainRecords, line: int) -> Record | None:
        nonlocal asked
        asked += 1
        return next_plain(self, line)

    monkeypatch.setattr(PlainRecords, "next", counted)
    found = list(records(iter([ROWS + bad + ROWS]), csv=True))
    assert sum(record.content.endswith(b",Ada,Oslo") for record in found) == 1000
    assert asked < 10


@pytest.mark.parametrize(
    ("row", "several_lines"),
    [
        (b'"1","Ada ""A"" L","Oslo"\r\n', 1),
        (b'1,"Lovelace, Ada",12" pipe\n', 1),
        (b'1,"Ada\nLovelace",""\n', 2),
        (b'"1","","Ada\n\nLovelace","\n"\n', 4),
    ],
)
def test_quoted_records_of_every_kind_are_found_many_at_a_time(row: bytes, several_lines: int) -> None:
    reader = sound_records.SoundRecords(
        unread := Unread(iter([row * 100])), MAX_RECORD, csv=True, delimiter=","
    )
    unread.receive()
    found = [record for some in reader.lists(7) for record in some]
    content = row.rstrip(b"\r\n")
    assert found == [Record(content, 7 + n * several_lines, several_lines, len(row)) for n in range(100)]


def test_records_of_a_chunk_are_given_before_the_next_chunk_is_asked_for() -> None:
    def chunks() -> Iterator[bytes]:
        yield ROWS + b"500,A"
        raise ConnectionError

    reading = records(chunks(), csv=True)
    assert [next(reading).line for _ in range(500)] == list(range(1, 501))
    with pytest.raises(ConnectionError):
        next(reading)
