"""Numbers of JSON documents, with the text they were written with."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audience.exact_numbers import NumberText, loads, text_of


@pytest.mark.parametrize("number", ["89014103211118510720", "1.10", "1e3", "1E+3", "-0", "-12.50", "1" * 300])
def test_a_number_with_a_spelling_of_its_own_keeps_it(number: str) -> None:
    document = loads(f'{{"a": {number}, "b": [\n{number}], "c": "{number}"}}'.encode())
    assert document == {"a": number, "b": [number], "c": number}
    assert isinstance(document["b"][0], NumberText)
    assert not isinstance(document["c"], NumberText)
    assert (repr(document["a"]), repr(document["c"])) == (number, f"'{number}'")


@given(st.lists(st.none() | st.booleans() | st.integers(1 - 10**15, 10**15 - 1)))
def test_what_has_no_number_of_its_own_spelling_is_read_as_ever(value: list[object]) -> None:
    assert repr(loads(orjson.dumps(value))) == repr(value)


def test_what_is_nested_deeper_than_python_reads_is_read_without_texts() -> None:
    deep = b'{"n": 1.10, "deep": ' + b"[" * 990 + b"]" * 990 + b"}"
    assert text_of(loads(deep)["n"]) in {"1.1", "1.10"}


def test_only_scalars_have_a_text() -> None:
    assert [text_of(value) for value in (True, 7, 1.5, NumberText("1.10"), "x")] == [
        "true", "7", "1.5", "1.10", "x",
    ]  # fmt: skip
    assert [text_of(value) for value in (None, [1], {"a": 1})] == [None, [1], {"a": 1}]
