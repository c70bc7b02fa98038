"""The statement of an item inserts that item, whatever its names and values are."""

from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from audience.endpoints.expressions import typed
from audience.endpoints.insert_statements import MAX_STATEMENT_BYTES, InsertStatements, StatementTexts
from audience.endpoints.rows import Row
from tests.unit.endpoints.partiql import inserted
from tests.unit.endpoints.strategies import rows, text_row
from tests.unit.endpoints.update_expressions import Item

TEXTS = StatementTexts("table-1.of_mine")
KEY = {"pk": "app#00", "sk": "E#é'\""}

_texts = st.text(st.characters(exclude_categories=["Cs"]))
# What stands between values in JSON, and what PartiQL reads in a statement.
_tricky = st.text(st.sampled_from("\"'\\,:?{}[]\n \t\r\u2028\x00éA😀"))
_values = st.one_of(
    _texts | _tricky,
    st.lists(_texts | _tricky, max_size=4),
    st.floats(-1e120, 1e120, allow_nan=False),
    st.integers(0, 2**53),
    st.frozensets(_texts, min_size=1, max_size=4),
)
_items = st.dictionaries((_texts | _tricky).filter(bool), _values, max_size=8)


def value_of(attribute: dict[str, Any]) -> Any:
    """What is stored: sets have no order, and a number has many spellings."""
    ((kind, value),) = attribute.items()
    stored = {"SS": frozenset, "N": float}.get(kind, lambda same: same)(value)
    return kind, [tuple(each.items()) for each in value] if kind == "L" else stored


def stored(item: Item) -> dict[str, Any]:
    return {name: value_of(value) for name, value in item.items()}


@settings(max_examples=60)
@given(items=st.lists(_items, max_size=3), shared=_items, data=st.data())
def test_a_statement_inserts_an_items_values_under_their_names(
    items: list[dict[str, Any]], shared: dict[str, Any], data: st.DataObject
) -> None:
    shared = {name: value for name, value in shared.items() if not isinstance(value, list | frozenset)}
    statements = InsertStatements(TEXTS, shared)
    for own in items * 2:
        item = {**own, **data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(shared, _values)))}
        statement = statements.of(KEY["pk"], KEY["sk"], item)
        assert statement
        table, found = inserted(statement)
        wanted = {
            name: {"SS": sorted(value)} if isinstance(value, frozenset) else typed(value)
            for name, value in {**shared, **KEY, **item}.items()
            if value != []
        }
        assert (table, stored(found)) == ("table-1.of_mine", stored(wanted))


@settings(max_examples=60)
@given(each=st.lists(rows(), max_size=3), shared=_items)
def test_a_statement_of_a_row_of_texts_inserts_what_that_of_its_fields_does(
    each: list[Row], shared: dict[str, Any]
) -> None:
    shared = {name: value for name, value in shared.items() if not isinstance(value, list | frozenset)}
    statements = InsertStatements(TEXTS, shared)
    for row in each * 2:
        of_texts = statements.of_row(b"app#00", text_row(row))
        of_fields = statements.of("app#00", f"E#{row.endpoint_id}", row.fields)
        assert of_texts
        assert of_fields
        assert stored(inserted(of_texts)[1]) == stored(inserted(of_fields)[1])


def test_a_row_of_texts_has_no_statement_either_if_that_would_be_too_long() -> None:
    row = Row("e", fields={f"Attributes.{number:03d}": ["v"] for number in range(500)})
    assert InsertStatements(TEXTS, {}).of_row(b"app#00", text_row(row)) is None


def test_the_longest_statement_is_made_and_a_longer_one_is_not() -> None:
    def with_name(length: int) -> bytes | None:
        fields = {"é" * 20 + "n" * (length - 40): "value"}
        return InsertStatements(TEXTS, {}).of(KEY["pk"], KEY["sk"], fields)

    shortest = with_name(100)
    assert shortest
    rest = MAX_STATEMENT_BYTES - len(inserted_text(shortest).encode())
    longest = with_name(100 + rest)
    assert longest
    assert len(inserted_text(longest).encode()) == MAX_STATEMENT_BYTES
    assert with_name(101 + rest) is None


def inserted_text(statement: bytes) -> str:
    return str(orjson.loads(statement)["Statement"])
