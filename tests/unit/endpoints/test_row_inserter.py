"""Rows that are inserted, and merged by themselves where they were not, make what merging them one by one makes."""

from dataclasses import replace
from itertools import chain, cycle
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from audience.aws.async_dynamodb import finish
from audience.endpoints.rows import Row
from tests.unit.endpoints import strategies
from tests.unit.endpoints.merging import NOW, contents, inserter_of, merge, row
from tests.unit.endpoints.small_table import SmallTable

FAULTS = ["ThrottlingError", "ValidationError", "InternalServerError", "SomethingNew", "LOST"]

_attributes = st.dictionaries(
    st.sampled_from(["a", "o'b"]), st.lists(st.sampled_from(["x", 'y"']), max_size=2), max_size=2
)


_fields: list[dict[str, Any]] = [
    {},
    {"EndpointStatus": "INACTIVE", "EffectiveDate": "2020-01-01T00:00:00.000Z", "Metrics.m": -0.5},
    {"CreationDate": "2020-01-01T00:00:00.000Z", "Attributes.o'b \"é\\": ["x\n", "\"'"], "Metrics.m": 1e22},
    {"Attributes.gone": [], "Attributes.a": ["1", "2"], "Location.Latitude": 12.5, "OptOut": "ALL"},
]


@st.composite
def _rows(draw: st.DrawFn, most: int) -> list[Row]:
    """Rows of different endpoints, many of which have the same user."""
    ids = draw(st.lists(st.integers(0, most), unique=True))
    return [
        row(f"e{number}", user_id, fields, attributes)
        for number, user_id, fields, attributes in zip(
            ids,
            draw(st.lists(st.sampled_from(["", "u", "u", "v"]), min_size=len(ids))),
            draw(st.lists(st.sampled_from(_fields), min_size=len(ids))),
            draw(st.lists(_attributes, min_size=len(ids))),
            strict=False,
        )
    ]


@settings(max_examples=50)
@given(
    stored=_rows(18),
    rows=_rows(30),
    faults=st.lists(st.sampled_from(["", "", "", *FAULTS])),
    dataset=st.sampled_from([None, "d"]),
)
def test_a_stretch_comes_to_the_same_as_its_rows_one_by_one(
    stored: list[Row], rows: list[Row], faults: list[str], dataset: str | None
) -> None:
    table, other = SmallTable(chain(faults, cycle([""]))), SmallTable()
    for each in (table, other):
        merge(each, stored, dataset)
    done = finish(inserter_of(table, dataset).insert(rows, NOW))
    # Rows of different endpoints have no order; those of one user count in that in which they went in.
    first = [row for row, is_done in zip(rows, done, strict=True) if is_done]
    rest = [row for row, is_done in zip(rows, done, strict=True) if not is_done]
    failed = merge(table, rest, dataset)
    assert failed == merge(other, [*first, *rest], dataset)
    assert contents(table) == contents(other)


@settings(max_examples=40)
@given(plain=strategies.rows(), dataset=st.sampled_from([None, "d"]), data=st.data())
def test_a_row_is_inserted_as_what_its_update_makes_where_there_is_no_endpoint(
    plain: Row, dataset: str | None, data: st.DataObject
) -> None:
    # Of a row's fields, custom attributes alone may be removed.
    custom = [
        name for name, value in (plain.fields | plain.user_attributes).items() if isinstance(value, list)
    ]
    removed = data.draw(st.sets(st.sampled_from(custom))) if custom else set()
    fields = {name: [] if name in removed else value for name, value in plain.fields.items()}
    user = {name: [] if name in removed else value for name, value in plain.user_attributes.items()}
    row = replace(plain, fields=fields, user_attributes=user)
    table, other = SmallTable(), SmallTable()
    assert finish(inserter_of(table, dataset).insert([row], NOW)) == [True]
    assert not merge(other, [row], dataset)
    assert contents(table) == contents(other)


@settings(max_examples=20)
@given(rows=_rows(15))
def test_new_rows_are_all_inserted_with_one_write_a_user(rows: list[Row]) -> None:
    table, other = SmallTable(), SmallTable()
    assert finish(inserter_of(table).insert(rows, NOW)) == [True] * len(rows)
    merge(other, rows)
    assert contents(table) == contents(other)
    batches = (bool(rows), any(row.user_id for row in rows))
    assert table.requests == ["BatchExecuteStatement"] * sum(batches)


def test_new_rows_go_twenty_five_in_a_request() -> None:
    table = SmallTable()
    assert all(finish(inserter_of(table).insert([row(f"e{number}") for number in range(60)], NOW)))
    assert table.requests == ["BatchExecuteStatement"] * 3


def test_a_statement_that_would_be_too_long_is_not_sent() -> None:
    table = SmallTable()
    wide = row("wide", "u")
    wide.fields |= {f"Attributes.{'n' * 40}{number:03}": ["x"] for number in range(200)}
    assert finish(inserter_of(table).insert([wide, row("e", "v")], NOW)) == [False, True]
    assert [key[1] for key in table.items] == ["U#v", "E#e"]
