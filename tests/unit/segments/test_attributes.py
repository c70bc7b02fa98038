"""How criteria on custom attributes, of endpoints and of users, read an endpoint."""

import pytest

from tests.unit.segments.definitions import takes


def attribute_is(kind, *values, of):
    """Whether the criterion takes an endpoint whose attribute has the values `of`."""
    wanted = {"Values": list(values)} if kind is None else {"AttributeType": kind, "Values": list(values)}
    return takes({"Attributes": {"X": wanted}}, Attributes={"X": of})


def test_inclusive_takes_an_endpoint_with_any_of_the_values():
    assert attribute_is("INCLUSIVE", "a", "b", of=["c", "b"])


def test_inclusive_leaves_an_endpoint_with_none_of_the_values():
    assert not attribute_is("INCLUSIVE", "a", "b", of=["c"])


def test_inclusive_is_case_sensitive():
    assert not attribute_is("INCLUSIVE", "Gold", of=["gold"])


def test_inclusive_wants_the_whole_value():
    assert not attribute_is("INCLUSIVE", "go", of=["gold"])


def test_no_attribute_type_means_inclusive():
    assert attribute_is(None, "a", of=["a"])
    assert not attribute_is(None, "a", of=["b"])


def test_exclusive_leaves_an_endpoint_with_any_of_the_values():
    assert not attribute_is("EXCLUSIVE", "a", "b", of=["c", "b"])


def test_exclusive_takes_an_endpoint_with_none_of_the_values():
    assert attribute_is("EXCLUSIVE", "a", "b", of=["c"])


def test_contains_takes_an_endpoint_with_any_value_around_any_of_the_texts():
    assert attribute_is("CONTAINS", "xx", "ew", of=["Paris", "New York"])


def test_contains_is_case_sensitive():
    assert not attribute_is("CONTAINS", "EW", of=["New York"])


@pytest.mark.parametrize("kind", ["INCLUSIVE", "CONTAINS", "BEFORE", "AFTER", "ON"])
@pytest.mark.parametrize(
    "endpoint", [{}, {"Attributes": {}}, {"Attributes": None}, {"Attributes": {"X": []}}]
)
def test_an_absent_attribute_matches_nothing_but_exclusive(kind, endpoint):
    assert not takes({"Attributes": {"X": {"AttributeType": kind, "Values": ["2026-01-01"]}}}, **endpoint)
    assert takes({"Attributes": {"X": {"AttributeType": "EXCLUSIVE", "Values": ["2026-01-01"]}}}, **endpoint)


def test_user_attributes_are_read_from_the_user():
    criterion = {"UserAttributes": {"Plan": {"Values": ["gold"]}}}
    assert takes(criterion, User={"UserId": "u", "UserAttributes": {"Plan": ["gold"]}})
    assert not takes(criterion, User={"UserId": "u"}, Attributes={"Plan": ["gold"]})
    assert not takes(criterion)


def test_attribute_names_are_case_sensitive():
    assert not takes({"Attributes": {"plan": {"Values": ["gold"]}}}, Attributes={"Plan": ["gold"]})


def test_all_attributes_of_one_dimensions_must_match():
    both = {"Attributes": {"A": {"Values": ["1"]}, "B": {"Values": ["2"]}}}
    assert takes(both, Attributes={"A": ["1"], "B": ["2"]})
    assert not takes(both, Attributes={"A": ["1"], "B": ["3"]})


def test_before_takes_earlier_moments_only():
    assert attribute_is("BEFORE", "2026-03-01T12:00:00Z", of=["2026-03-01T11:59:59.999Z"])
    assert not attribute_is("BEFORE", "2026-03-01T12:00:00Z", of=["2026-03-01T12:00:00Z"])


def test_after_takes_later_moments_only():
    assert attribute_is("AFTER", "2026-03-01T12:00:00Z", of=["2026-03-01T12:00:00.001Z"])
    assert not attribute_is("AFTER", "2026-03-01T12:00:00Z", of=["2026-03-01T12:00:00Z"])


def test_between_includes_both_ends():
    for moment in ("2026-03-01T00:00:00Z", "2026-03-15", "2026-03-31T00:00:00Z"):
        assert attribute_is("BETWEEN", "2026-03-01", "2026-03-31", of=[moment])
    for moment in ("2026-02-28T23:59:59Z", "2026-03-31T00:00:01Z"):
        assert not attribute_is("BETWEEN", "2026-03-01", "2026-03-31", of=[moment])


def test_on_takes_any_time_of_the_same_day_in_utc():
    for moment in ("2026-03-01", "2026-03-01T23:59:59Z", "2026-03-02T00:30:00+01:00"):
        assert attribute_is("ON", "2026-03-01T12:00:00Z", of=[moment])
    for moment in ("2026-02-28T23:59:59Z", "2026-03-02", "2026-03-01T23:30:00-01:00"):
        assert not attribute_is("ON", "2026-03-01T12:00:00Z", of=[moment])


@pytest.mark.parametrize(
    ("kind", "taken"),
    [
        ("BEFORE", ["2026-02-28", "2026-03-09"]),
        ("AFTER", ["2026-03-02", "2026-03-11"]),
        ("ON", ["2026-03-01T08:00:00Z", "2026-03-10T08:00:00Z"]),
    ],
)
def test_the_dates_of_a_date_operator_are_alternatives(kind, taken):
    for dates in (["2026-03-01", "2026-03-10"], ["2026-03-10", "2026-03-01"]):
        assert all(attribute_is(kind, *dates, of=[moment]) for moment in taken)
    left = {"BEFORE": "2026-03-10", "AFTER": "2026-03-01", "ON": "2026-03-05"}[kind]
    assert not attribute_is(kind, "2026-03-01", "2026-03-10", of=[left])


def test_a_date_alone_is_midnight_and_no_offset_is_utc():
    assert attribute_is("AFTER", "2026-03-01", of=["2026-03-01T00:00:01"])
    assert not attribute_is("AFTER", "2026-03-01", of=["2026-03-01T00:00:00"])


def test_offsets_count_when_moments_are_compared():
    assert attribute_is("BEFORE", "2026-03-01T12:00:00Z", of=["2026-03-01T13:30:00+02:00"])


def test_one_matching_date_of_several_is_enough():
    assert attribute_is("AFTER", "2026-03-01", of=["2020-01-01", "soon", "2026-04-01"])


@pytest.mark.parametrize("text", ["soon", "", "2026/03/01", "2026-02-30", "0001-01-01T00:00:00+10:00"])
@pytest.mark.parametrize("kind", ["BEFORE", "AFTER", "ON"])
def test_a_value_that_is_no_date_never_matches_a_date_operator(kind, text):
    assert not attribute_is(kind, "2026-03-01", of=[text])
