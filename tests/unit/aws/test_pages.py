"""Pages hold what fits into an answer, by its real bytes."""

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audience.aws.pages import MAX_PAGE_BYTES, answer_bytes, page_from

MB = 1024 * 1024
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(value=JSON)
def test_an_answer_is_never_larger_than_it_is_taken_for(value):
    body = orjson.dumps(value).decode()
    for ascii_only in (True, False):
        assert len(json.dumps(body, ensure_ascii=ascii_only).encode()) <= answer_bytes(value)


@pytest.mark.parametrize(("letter", "times"), [("a", 1), ('"', 4), ("ü", 6), ("\u0001", 7), ("😀", 12)])
def test_letters_count_by_what_becomes_of_them(letter, times):
    assert answer_bytes(letter * 1000) == 1000 * times + answer_bytes("")


@pytest.mark.parametrize(
    ("sizes", "limit", "taken"),
    [
        ([1, 1, 1], 2, 2),
        ([1, 1], 2, 2),
        ([3 * MB, MB, 2 * MB, 1], 9, 2),
        ([9 * MB, 1], 9, 1),
        ([9 * MB], 9, 1),
        ([], 9, 0),
    ],
)
def test_a_page_ends_at_its_limit_or_where_no_more_fits_but_is_never_empty(sizes, limit, taken):
    entries = ["x" * size for size in sizes]
    assert page_from(entries, limit) == (entries[:taken], taken < len(entries))


def test_no_more_is_read_than_the_one_entry_that_does_not_fit():
    read = []
    page_from((read.append(number) or "x" * MB for number in range(99)), 50)
    assert len(read) == MAX_PAGE_BYTES // MB
