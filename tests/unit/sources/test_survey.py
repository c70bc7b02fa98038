"""The summaries of ranges that were surveyed by themselves give the cuts of one reader of the whole file."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from audience.sources import record_walk
from audience.sources import records as module
from audience.sources import survey as survey_module
from audience.sources.cuts import Cut, cuts_of
from audience.sources.records import BOM, records
from audience.sources.survey import Summary, survey
from audience.sources.text_window import TextWindow
from tests.unit.sources.strategies import all_quoted_files, blank_soups, csv_files, quote_soups

FIRST_LINES = [b"", b"", BOM, BOM + BOM, BOM + b"\r", b"sep=;\n", b"\r", b'\r"', b"\0\0", b"\n\n"]
PARTS = [
    b'"',
    b'"',
    b'"',
    b'""',
    b",",
    b";",
    b',"',
    b'",',
    b"\n",
    b"\n",
    b"\r\n",
    b'"\n',
    b'"\r\n',
    b"\r",
    b"\0",
    b" ",
]
LARGER = [
    b"a",
    b"bcdefgh",
    BOM,
    b'\n"',
    b'\n\r"',
    b'",\n',
    b'\n"",',
    b'a"b',
    b'""\n',
    b'1,"a\n",5\n',
    b'x,"y" z\n',
]
tokens = st.sampled_from([*PARTS, *LARGER])
soups = st.builds(
    lambda first, rest, end: first + b"".join(rest) + end,
    st.sampled_from(FIRST_LINES),
    st.lists(tokens, max_size=120),
    st.sampled_from([b"", b"\n", b'"', b"\0" * 20, b"\n" * 10]),
)
files = st.one_of(soups, csv_files(), all_quoted_files(), quote_soups, blank_soups)
# Where ranges begin, as shares of the file.
shares = st.lists(st.floats(0, 1, exclude_max=True), max_size=12)


def bounds_of(text: bytes, at: list[float]) -> list[int]:
    return sorted({0, len(text), *(int(share * len(text)) for share in at)})


def reader(text: bytes, step: int = 7) -> Callable[[int, int], Iterator[bytes]]:
    def read(start: int, end: int) -> Iterator[bytes]:
        for at in range(start, end, step):
            yield text[at : min(at + step, end)]

    return read


def surveyed(text: bytes, bounds: list[int], delimiter: str = ",", *, csv: bool = True) -> list[Summary]:
    """Each range by itself, as workers do."""
    read = reader(text)
    return [one for pair in pairwise(bounds) for one in survey(read, len(text), pair, delimiter, csv=csv)]


def sequential(text: bytes, bounds: list[int], delimiter: str = ",", *, csv: bool = True) -> list[Cut]:
    """The cuts of one reader, line by line, so that blank lines are not put together."""
    lines = (text[start:end] for start, end in pairwise(edges_of_lines(text)))
    starts = []
    position = 0
    for record in records(lines, csv=csv, delimiter=delimiter):
        starts.append((position, record.line))
        position += record.length
    found = []
    for low, high in pairwise(bounds):
        here = [start for start in starts if low <= start[0] < high]
        if here:
            found.append(Cut(*here[0], len(here)))
    return found


def edges_of_lines(text: bytes) -> list[int]:
    ends = [at + 1 for at in range(len(text)) if text[at : at + 1] == b"\n"]
    return sorted({0, *ends, len(text)})


@settings(deadline=None, max_examples=600)
@given(
    text=files,
    at=shares,
    every_byte=st.booleans(),
    delimiter=st.sampled_from([",", ";", "a"]),
    csv=st.sampled_from([True, True, True, False]),
    look_ahead=st.integers(1, 120),
    most_lines=st.integers(1, 20),
    stretch=st.sampled_from([1, 10, 1 << 20]),
    tries=st.sampled_from([0, 2, 64]),
)
@example(b'\xef\xbb\xbf"a\nb",c\n1,2\n', [], True, ",", True, 100, 20, 10, 2)
@example(b'1,"note\n",5\n' * 9, [], True, ",", True, 100, 20, 10, 2)
def test_cuts_and_lines_are_those_of_one_reader(
    text: bytes,
    at: list[float],
    every_byte: bool,
    delimiter: str,
    csv: bool,
    look_ahead: int,
    most_lines: int,
    stretch: int,
    tries: int,
) -> None:
    bounds = list(range(len(text) + 1)) if every_byte else bounds_of(text, at)
    with (
        patch.object(module, "LOOK_AHEAD", look_ahead),
        patch.object(module, "MOST_LINES", most_lines),
        patch.object(record_walk, "STRETCH", stretch),
        patch.object(survey_module, "_TRIES", tries),
    ):
        found = list(cuts_of(surveyed(text, bounds, delimiter, csv=csv)))
        assert found == sequential(text, bounds, delimiter, csv=csv)


@settings(deadline=None, max_examples=200)
@given(text=files, at=shares)
def test_ranges_surveyed_one_after_the_other_give_the_same_summaries(text: bytes, at: list[float]) -> None:
    bounds = bounds_of(text, at)
    together = list(survey(reader(text), len(text), bounds, ",", csv=True))
    assert together == surveyed(text, bounds)


@given(
    lines=st.lists(st.integers(0, 12), min_size=1, max_size=4),
    beyond=st.integers(-1, 1),
    too_many=st.integers(-1, 1),
    first=st.sampled_from([b"", b"a\n", b'"b\n"\n']),
)
def test_the_end_of_a_quoted_field_is_looked_for_exactly_as_far_as_by_one_reader(
    lines: list[int], beyond: int, too_many: int, first: bytes
) -> None:
    record = b'1,"' + b"\n".join(b"x" * length for length in lines) + b'\n"\n'
    text = first + record + b"2,b\n" + record + b"3,c\n"
    bounds = list(range(len(text) + 1))
    with (
        patch.object(module, "LOOK_AHEAD", len(record) + beyond),
        patch.object(module, "MOST_LINES", max(1, len(lines) + too_many)),
    ):
        assert list(cuts_of(surveyed(text, bounds))) == sequential(text, bounds)


@pytest.mark.parametrize("csv", [True, False])
def test_a_line_of_many_ranges_is_not_kept_in_memory(csv: bool) -> None:
    size = 3 << 20
    text = b"Id\n" + b"x" * size + b"\nlast\n"
    largest = 0

    def read(start: int, end: int) -> Iterator[bytes]:
        for at in range(start, end, 1 << 16):
            yield text[at : min(at + (1 << 16), end)]

    def counted(window: TextWindow, stop: int) -> None:
        nonlocal largest
        have(window, stop)
        largest = max(largest, len(window.text))

    have = TextWindow.have
    with patch.object(TextWindow, "have", counted), patch.object(module, "LOOK_AHEAD", 1 << 18):
        bounds = [*range(0, len(text), 1 << 20), len(text)]
        found = list(cuts_of(survey(read, len(text), bounds, ",", csv=csv)))
    assert [(cut.start, cut.line) for cut in found] == [(0, 1), (size + 4, 3)]
    assert largest <= (2 << 20) + (1 << 17)
