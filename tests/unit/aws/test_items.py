"""Values are stored in boto3's tables and read back unchanged."""

from decimal import Decimal

import orjson
from hypothesis import given
from hypothesis import strategies as st

from audience.aws.items import plain, storable

_scalars = st.one_of(
    st.none(), st.booleans(), st.text(), st.integers(-(10**15), 10**15), st.floats(-1e37, 1e37)
)
values = st.recursive(
    _scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


@given(value=values)
def test_a_stored_value_is_read_back_unchanged(value: object) -> None:
    assert plain(storable(value)) == value
    assert orjson.loads(orjson.dumps(plain(storable(value)))) == value


def test_whole_numbers_come_back_as_int_and_others_as_float() -> None:
    assert [type(plain(Decimal(text))) for text in ("5", "5.0", "5.5")] == [int, int, float]


def test_sets_come_back_as_sorted_lists() -> None:
    assert plain({"names": {"b", "a"}, "numbers": {Decimal(2), Decimal(1)}}) == {
        "names": ["a", "b"],
        "numbers": [1, 2],
    }
