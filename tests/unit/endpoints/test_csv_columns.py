"""Rows that are read together, as inserts, are the rows that are read one by one, up to the first that is not sound."""

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audience.endpoints import fields
from audience.endpoints.csv_rows import CsvHeader
from audience.endpoints.insert_statements import InsertStatements, StatementTexts
from audience.endpoints.known_values import KnownTexts, known_texts
from audience.endpoints.rows import Row, RowInvalidError
from audience.endpoints.text_rows import TextRow
from tests.unit.endpoints.partiql import inserted

APP = "0123456789abcdef0123456789abcdef"
TEXTS = StatementTexts("table")
SHARED = {
    "CreationDate": "2026-01-02T03:04:05.000Z",
    "EffectiveDate": "2026-01-02T03:04:05.000Z",
    "ingested": 5,
}
COLUMNS = [
    "Id",
    "Address",
    "ChannelType",
    "User.UserId",
    "OptOut",
    "EffectiveDate",
    "Location.Country",
    "Location.Latitude",
    "Attributes.a",
    "Attributes.b",
    "Attributes.b",
    "Metrics.m",
    "User.UserAttributes.u",
    "User.UserAttributes.u",
    "Strange",
]


def row_alone(header: CsvHeader, record: bytes) -> Row | None:
    try:
        (row,) = header.rows(record, APP)
    except RowInvalidError:
        return None
    return row


def item_of(statement: bytes | None) -> dict[str, Any]:
    assert statement
    _, item = inserted(statement)
    return {name: float(value["N"]) if "N" in value else value for name, value in item.items()}


def assert_same(row: TextRow, alone: Row | None) -> None:
    """A row is the same one, and its statement inserts the same item."""
    assert alone is not None
    assert alone.creates
    assert (row.endpoint_id, row.user_id, row.channel) == (alone.endpoint_id, alone.user_id, alone.channel)
    assert {*row.names} == {*alone.names}
    assert row.user_attributes == alone.user_attributes
    statements = InsertStatements(TEXTS, SHARED)
    assert item_of(statements.of_row(b"app#00", row)) == item_of(
        statements.of("app#00", f"E#{alone.endpoint_id}", alone.fields)
    )


_cells = st.text(st.sampled_from('ab,;"\\ \t\r\n\x1c\x1f\x85é\u3000日😀_1.-'), max_size=4)
_numbers = st.sampled_from("1 -0 0 1.50 1e3 1_000 nan inf 1e-200 \uff11 90.04 -91 x".split())  # noqa: SIM905
_special: dict[str, st.SearchStrategy[str]] = {
    "Id": st.sampled_from(["", "1", "2", "é", " 3 ", "\u30004", "x" * 1023]) | _cells,
    "ChannelType": st.sampled_from(["EMAIL", "SMS", "email", " SMS", "FAX", ""]),
    "OptOut": st.sampled_from(["", "ALL", "none", "some"]),
    "EffectiveDate": st.sampled_from(["", "2026-01-01", "2026-01-01T00:00:00+01:00", "now"]),
    "Location.Country": st.sampled_from(["", "DE", "DEU", "D", "ÄÖ"]),
    "Location.Latitude": _numbers | st.just(""),
    "Metrics.m": _numbers | st.just(""),
    "Attributes.a": _cells | st.sampled_from(["x" * 100, "x" * 101, "é" * 100]),
}


def _record(cells: list[str], quoted: list[bool], delimiter: str) -> bytes:
    parts = []
    for cell, quote in zip(cells, quoted, strict=True):
        needs = quote or any(sign in cell for sign in f'{delimiter}"\n\r')
        parts.append('"{}"'.format(cell.replace('"', '""')) if needs else cell)
    return delimiter.join(parts).encode()


@settings(deadline=None, max_examples=150)
@given(data=st.data(), delimiter=st.sampled_from(",;\t|"))
def test_rows_read_together_are_those_read_one_by_one(data: st.DataObject, delimiter: str) -> None:
    columns = ["Address", "ChannelType", *data.draw(st.lists(st.sampled_from(COLUMNS), max_size=6))]
    once = [
        name
        for number, name in enumerate(columns)
        if name not in columns[:number] or name[-2:] in {".b", ".u"}
    ]
    header = CsvHeader(_record(once, [False] * len(once), delimiter), delimiter=delimiter)
    cells = [_special.get(name, _cells | st.just("")) for name in once]
    quotes = st.lists(st.booleans(), min_size=len(once), max_size=len(once)) | st.just([False] * len(once))
    records = data.draw(
        st.lists(st.builds(_record, st.tuples(*cells).map(list), quotes, st.just(delimiter)), max_size=8)
    )
    at = 0
    while at < len(records):
        rows = header.rows_together(records[at:], APP)
        for record, row in zip(records[at:], rows, strict=False):
            assert_same(row, row_alone(header, record))
        at += len(rows) + 1


_usual = (
    st.floats(-1e20, 1e20).map(repr)
    | st.integers(-(10**15), 10**15).map(str)
    | st.sampled_from(["-0", "1e3"])
)


@given(st.lists(_usual, max_size=5), st.lists(_usual | _numbers | st.just(""), max_size=3))
def test_numbers_of_a_column_are_those_of_its_cells(usual: list[str], others: list[str]) -> None:
    known = known_texts("Metrics.m")
    assert known is not None
    for column in (usual, [*usual, *others]):
        cells = [cell.encode() for cell in column]
        found = known.of(cells)
        wanted = KnownTexts(fields.number).of(cells)
        assert [*map(orjson.loads, filter(None, found))] == [*map(orjson.loads, filter(None, wanted))]
        assert len(found) == len(wanted)


SOUND = [
    b"1,a@example.org,EMAIL,u1,ALL,2026-01-01,DE,50.04,x,,y,1.5,v,,",
    b"2,b@example.org,EMAIL,,,,,,,,,,,,ignored",
    "3,ß@example.org,SMS,u2,none,,,-0,é,p,q,1e3,,w,".encode(),
    b'4,"d@example.org",SMS,u2,"NONE",,,,"with ""quotes"", and\nlines","\\",,,,,',
    b",e@example.org,EMAIL,u3,,,,,,,,,,,",
    b" 6 , f@example.org,EMAIL,,,,,, left ,,,,,,",
]


@pytest.mark.parametrize("chosen", [[0, 1, 2], [0, 1, 2, 4, 5], [0, 3], [3], [1, 4, 3, 2]])
def test_all_sound_records_are_read_together(chosen: list[int]) -> None:
    header = CsvHeader(",".join(COLUMNS).encode())
    records = [SOUND[number] for number in chosen] * 2
    rows = header.rows_together(records, APP)
    assert len(rows) == len(records)
    for record, row in zip(records, rows, strict=True):
        assert_same(row, row_alone(header, record))


@pytest.mark.parametrize(
    "wrong",
    [
        b"1,a,FAX",
        b"1,a",
        b"1,a,SMS,u",
        b"1,,SMS",
        b"1,\xff,SMS",
        b'1,"a"b,SMS',
        b'1,"a,SMS',
        b"1,a\rb,SMS",
        b'1," a",SMS,',
        b"x" * 1023 + b",a,SMS",
        b"1," + b"x" * (1 << 14) + b",SMS",
        b"",
    ],
)
def test_a_wrong_record_ends_what_is_read_together(wrong: bytes) -> None:
    header = CsvHeader(b"Id,Address,ChannelType")
    sound = [b"1,a,SMS", b'2,"b",SMS']
    for above in (sound, sound[:1], []):
        assert len(header.rows_together([*above, wrong, *sound], APP)) == len(above)


def test_attributes_of_a_user_without_the_user_are_read_alone() -> None:
    header = CsvHeader(b"Id,Address,ChannelType,User.UserId,User.UserAttributes.a")
    records = [b"1,a,SMS,u,x", b"2,a,SMS,,", b"3,a,SMS,,x", b"4,a,SMS,u,x"]
    assert [row.endpoint_id for row in header.rows_together(records, APP)] == ["1", "2"]


def test_rows_that_need_not_make_an_endpoint_are_read_alone() -> None:
    for columns in (b"Id,Attributes.a,Address", b"User.UserId", b"Id,Address,ChannelType,Address"):
        assert CsvHeader(columns).rows_together([b"1,a,SMS,a"], APP) == []


def test_many_sets_of_filled_columns_have_a_shape_each() -> None:
    names = [f"Attributes.{number}" for number in range(12)]
    header = CsvHeader(",".join(["Id", "Address", "ChannelType", *names]).encode())
    records = [
        b"%d,a,SMS,%b" % (number, b",".join(b"x" if number >> bit & 1 else b"" for bit in range(12)))
        for number in range(3000)
    ]
    rows = header.rows_together(records, APP)
    assert len(rows) == 3000
    for number in (0, 1, 1500, 2999):
        assert_same(rows[number], row_alone(header, records[number]))


def test_a_statement_that_would_be_too_long_is_not_made() -> None:
    names = [f"Attributes.{number:050}" for number in range(140)]
    header = CsvHeader(",".join(["Id", "Address", "ChannelType", *names]).encode())
    (row,) = header.rows_together([b"1,a,SMS" + b",x" * 140], APP)
    assert InsertStatements(TEXTS, SHARED).of_row(b"app#00", row) is None
