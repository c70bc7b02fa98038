"""A table reads as the same rows however it is delimited, quoted, ordered, named and cut into sources."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audience.endpoints.columns import ColumnRules
from audience.endpoints.rows import Row
from tests.unit.imports.sources import entries, failure_file, judged, reader_of
from tests.unit.sources.cutting import cut
from tests.unit.sources.fake_s3 import FakeS3

COLUMNS = ["Id", "Address", "User.UserId", "Attributes.a", "User.UserAttributes.b"]
_cells = st.text(st.sampled_from('abc,;|\t\n"é1'), min_size=1, max_size=6).filter(str.strip)


def written(header: list[str] | None, rows: list[list[str]], delimiter: str, quoting: Any) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting)
    writer.writerows([header, *rows] if header else rows)
    return text.getvalue().encode()


@settings(deadline=None, max_examples=150)
@given(data=st.data(), table=st.lists(st.lists(_cells, min_size=5, max_size=5), min_size=1, max_size=6))
def test_a_table_is_the_same_rows_however_it_is_written(data: st.DataObject, table: list[list[str]]) -> None:
    plain = [[*row, "EMAIL"] for row in table]
    expected, failures = judged(written([*COLUMNS, "ChannelType"], plain, ",", csv.QUOTE_ALL), csv=True)
    assert failures == []
    order = data.draw(st.permutations(range(len(COLUMNS))))
    delimiter = data.draw(st.sampled_from(",;\t|"))
    names = {column: f"own {number}" for number, column in enumerate(COLUMNS) if data.draw(st.booleans())}
    header = [names.get(COLUMNS[place], COLUMNS[place].lower()) for place in order]
    has_header, said = data.draw(st.booleans()), data.draw(st.booleans())
    rules = ColumnRules(
        {own: column for column, own in names.items()},
        {"ChannelType": "EMAIL"},
        delimiter if said or not has_header else "",
        () if has_header else tuple(header),
    )
    rows = [[row[place] for place in order] for row in table]
    content = written(header if has_header else None, rows, delimiter, csv.QUOTE_ALL)
    assert judged(content, csv=True, rules=rules) == (expected, [])
    s3 = FakeS3({"file": content})
    pieces = cut(s3, "file", csv=True, piece_bytes=data.draw(st.integers(1, 80)), rules=rules)
    found: list[Row] = []
    for (source,) in pieces:
        reader = reader_of(s3, "file", csv=True, source=source, rules=rules)
        for record, _ in reader.records(-1, 0):
            found += reader.rows(record)
    assert found == expected


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("mark", ["", "sep={}\r\n"])
def test_the_delimiter_is_found_by_the_header_or_the_first_line(delimiter: str, mark: str) -> None:
    header = 'Id{}"Attributes.a"\r\n' if not mark else "own{}Attributes.a\r\n"
    content = (mark + header + '1{}"x\ny, ; |"\r\n').format(*[delimiter] * 3)
    rules = ColumnRules({"own": "Id"})
    rows, failures = judged(content.encode(), csv=True, rules=rules)
    assert (failures, [row.fields for row in rows]) == ([], [{"Attributes.a": ["x\ny, ; |"]}])


def test_the_line_that_names_the_delimiter_is_no_row_below_a_header_that_was_given() -> None:
    rows, failures = judged(b"sep=;\n1;x\n", csv=True, rules=ColumnRules(header=("Id", "Attributes.a")))
    assert (rows, failures) == ([Row("1", "", {"Attributes.a": ["x"]})], [])


def test_a_failure_of_a_file_without_header_has_the_given_one_and_imports_again_with_the_same_columns() -> (
    None
):
    rules = ColumnRules({"own": "OptOut"}, header=("Id", "own"), delimiter=";")
    (entry,) = entries(judged(b"1;SOME\n2;ALL\n", csv=True, rules=rules)[1])
    assert (entry["Line"], entry["Field"], entry["Header"], entry["Delimiter"]) == (1, "own", "Id;own", ";")
    again = failure_file([{**entry, "Row": "1;NONE"}])
    rows, failures = judged(again, csv=False, rules=ColumnRules({"own": "OptOut"}))
    assert (rows, failures) == ([Row("1", "", {"OptOut": "NONE"})], [])
