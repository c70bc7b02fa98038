"""Damaged CSV files against a plain model: each bad row costs itself, wherever the file is cut."""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audience.endpoints.columns import ColumnRules
from audience.endpoints.rows import Row
from audience.imports.failures import Failure
from tests.unit.imports.sources import judged, judged_by, reader_of
from tests.unit.sources.cutting import cut
from tests.unit.sources.fake_s3 import FakeS3

FIELDS = {
    "nr": "Id",
    "mail": "Address",
    "Attributes.a": "Attributes.a",
    "b": "User.UserAttributes.b",
    "x": "",
}
RULES = ColumnRules({"nr": "Id", "mail": "Address", "b": "User.UserAttributes.b"}, {"ChannelType": "EMAIL"})
VALUES = [
    "v",
    "two words",
    "日本",
    'say "hi"',
    "a,b",
    "a;b",
    "a|b",
    "a\tb",
    "line\nbreak",
    "crlf\r\nbreak",
    " lead",
    "'",
]
ENDS = ["\n", "\r\n", "\r\r\n", "\n\r"]
DAMAGE = ["stray", "inch", "wide", "narrow"]


@dataclass(frozen=True)
class Damaged:
    """A file, and what an independent reader says of it."""

    content: bytes
    rows: list[Row]
    bad: int


@st.composite
def damaged_files(draw: st.DrawFn) -> Damaged:
    """Files of up to 25 records, a quarter of them bad; the delimiter, the line end and the columns' order differ."""
    delimiter, end = draw(st.sampled_from(",;\t|")), draw(st.sampled_from(ENDS))
    order = draw(st.permutations(list(FIELDS)))
    lines, rows, bad = [delimiter.join(order)], [], 0
    for number in range(draw(st.integers(1, 25))):
        damage = draw(st.sampled_from([*DAMAGE, *[""] * 12]))
        if damage:
            bad += 1
            lines.append(delimiter.join(_damaged(draw, damage, [f"bad{number}"] * len(order))))
            continue
        # A lone CR at a line's beginning belongs to the line end before it, so that such files have no other breaks.
        values = [value for value in VALUES if end != "\n\r" or "\n" not in value]
        row = {name: draw(st.sampled_from(values)) for name in order}
        row |= {"nr": f"i{number}", "mail": f"a{number}@example.com"}
        lines.append(
            delimiter.join(_cell(row[name], delimiter, quoted=draw(st.booleans())) for name in order)
        )
        rows.append(_expected(row))
    text = draw(st.sampled_from(["", "\ufeff"])) + end.join(_with_blanks(draw, lines))
    return Damaged((text + draw(st.sampled_from(["", end]))).encode(), rows, bad)


def _damaged(draw: st.DrawFn, damage: str, cells: list[str]) -> list[str]:
    at = draw(st.integers(0, len(cells) - 1))
    if damage == "wide":
        return [*cells, "more"]
    if damage == "narrow":
        return cells[1:]
    cells[at] = '"Bob' if damage == "stray" else '"pipe 12"" long'
    return cells


def _cell(value: str, delimiter: str, *, quoted: bool) -> str:
    if quoted or value != value.strip() or any(sign in value for sign in f'"\r\n{delimiter}'):
        return '"' + value.replace('"', '""') + '"'
    return value


def _expected(row: dict[str, str]) -> Row:
    fields: Any = {"Address": row["mail"], "Attributes.a": [row["Attributes.a"]], "ChannelType": "EMAIL"}
    return Row(row["nr"], "", fields, {"User.UserAttributes.b": [row["b"]]})


def _with_blanks(draw: st.DrawFn, lines: list[str]) -> list[str]:
    return [part for line in lines for part in [*[""] * draw(st.sampled_from([0, 0, 0, 0, 1, 3])), line]]


def cut_and_judged(content: bytes, piece_bytes: int, rules: ColumnRules) -> tuple[list[Row], list[Failure]]:
    """The rows and the failures of a file that is cut into pieces."""
    s3 = FakeS3({"file": content})
    found = cut(s3, "file", csv=True, piece_bytes=piece_bytes, rules=rules)
    return judged_by(*(reader_of(s3, "file", csv=True, source=source, rules=rules) for (source,) in found))


@settings(deadline=None, max_examples=200)
@given(file=damaged_files(), piece_bytes=st.integers(20, 400))
def test_a_bad_row_costs_itself_and_no_content_changes(file: Damaged, piece_bytes: int) -> None:
    rows, failures = judged(file.content, csv=True, rules=RULES)
    assert (rows, len(failures)) == (file.rows, file.bad)
    assert cut_and_judged(file.content, piece_bytes, RULES) == (rows, failures)


@pytest.mark.parametrize("first", ["bad", "bad;1;2;3", "a,b", '"Bob;1', '"pipe 12"" x;1'])
@pytest.mark.parametrize("piece_bytes", [20, 1000])
def test_a_bad_first_row_of_a_file_without_header_hides_no_delimiter(first: str, piece_bytes: int) -> None:
    content = (first + "\n" + "".join(f"{number};x, y, z\n" for number in range(9))).encode()
    rules = ColumnRules(header=("Id", "Attributes.a"))
    rows, failures = cut_and_judged(content, piece_bytes, rules)
    assert [row.fields for row in rows] == [{"Attributes.a": ["x, y, z"]}] * 9
    assert [failure.line for failure in failures] == [1]
