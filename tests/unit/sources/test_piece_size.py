"""How large pieces are: few transitions for a million rows, few pieces of a large job, enough of a small one."""

from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from audience.sources import piece_size as module
from audience.sources.file_ranges import bounds, items_of, ranges_of
from audience.sources.listing import SourceObject
from audience.sources.piece_size import (
    MOST_ITEMS,
    MOST_PIECES,
    TRANSITIONS_OF_A_PIECE,
    TRANSITIONS_OF_AN_ITEM,
    item_bytes,
    piece_size,
)
from infra.settings import SETTINGS
from tests.infra.machine import Machine, ways
from tests.unit.sources.cutting import cut
from tests.unit.sources.fake_s3 import FakeS3

MIB, GIB, TIB = 1 << 20, 1 << 30, 1 << 40
PIECE_BYTES, PIECE_ROWS = (int(str(SETTINGS[name].default)) for name in ("pieceBytes", "pieceRows"))
LARGEST_ROW = 15_000


@given(
    files=st.lists(st.tuples(st.integers(1, 120), st.integers(2, 60)), min_size=1, max_size=6),
    piece_bytes=st.integers(20, 400),
    piece_rows=st.integers(1, 30),
)
def test_a_million_rows_of_any_size_take_no_more_transitions_than_pieces_of_enough_rows(
    files: list[tuple[int, int]], piece_bytes: int, piece_rows: int
) -> None:
    # Every row is as long as the sample says of files that are not surveyed.
    length = max(length for _, length in files)
    contents = {
        f"{number}.csv": b"Id\n" + (b"x" * (length - 1) + b"\n") * rows
        for number, (rows, _) in enumerate(files)
    }
    s3 = FakeS3(contents)
    pieces = cut(
        s3, *contents, csv=True, piece_bytes=piece_bytes, piece_rows=piece_rows, row_bytes=float(length)
    )
    rows = sum(rows + 1 for rows, _ in files)
    assert len(pieces) <= rows / piece_rows + 1


def test_a_million_rows_take_at_most_a_hundred_transitions_whatever_their_size() -> None:
    for row in (20, 100, 500, 1000, 2000, 4000, 8000, LARGEST_ROW):
        size = 100 * GIB
        of_pieces = TRANSITIONS_OF_A_PIECE / PIECE_ROWS
        of_items = TRANSITIONS_OF_AN_ITEM * row / item_bytes(size, row)
        assert (of_pieces + of_items) * 1e6 <= 100, row


def test_a_child_has_the_transitions_that_the_rule_counts_with() -> None:
    machine = Machine.load("import_job")
    assert ways(machine.states["Import Piece"]) == ["Is Piece Done"]
    assert ways(machine.states["Piece Imported"]) == []
    assert len(["its start", "Import Piece", "Is Piece Done", "Piece Imported"]) == TRANSITIONS_OF_A_PIECE
    assert machine.states["Survey Range"]["End"]
    assert len(["its start", "Survey Range"]) == TRANSITIONS_OF_AN_ITEM


def test_a_terabyte_has_thousands_of_pieces_and_items_and_a_gigabyte_hundreds() -> None:
    assert piece_size(TIB, PIECE_BYTES, PIECE_ROWS).bytes == 128 * MIB
    assert TIB // item_bytes(TIB, 500) == MOST_ITEMS
    assert piece_size(GIB, PIECE_BYTES, PIECE_ROWS).bytes == PIECE_BYTES
    assert GIB // item_bytes(GIB, 500) == 16
    assert piece_size(32 * GIB, PIECE_BYTES, PIECE_ROWS).bytes == PIECE_BYTES
    assert len(bounds(TIB, 128 * MIB)) == MOST_PIECES + 1


def test_a_piece_of_a_gibibyte_is_large_enough_however_few_rows_it_has() -> None:
    rows = b"Id\n" + (b"x" * 99 + b"\n") * 50
    with patch.object(module, "MAX_PIECE_BYTES", 1000):
        pieces = cut(FakeS3({"a": rows}), "a", csv=True, piece_bytes=500, piece_rows=1000)
    assert len(pieces) > 4
    assert max(source["end"] - source["start"] for (source,) in pieces) <= 1100


@given(size=st.integers(1, 5000), piece_bytes=st.integers(1, 300), range_bytes=st.integers(1, 1000))
def test_ranges_are_neighbours_and_their_parts_are_those_of_the_file(
    size: int, piece_bytes: int, range_bytes: int
) -> None:
    found = SourceObject("a", size, "etag", wanted=True)
    ranges = list(ranges_of(found, piece_bytes, range_bytes))
    parts = [bounds(size, piece_bytes, part["start"], part["end"]) for part in ranges]
    assert [at for each in parts for at in each[:-1]] + [size] == bounds(size, piece_bytes)
    items = items_of(ranges, piece_bytes, 500)
    assert [part for item in items for part in item["ranges"]] == ranges
    assert [item["index"] for item in items] == list(range(len(items)))
