"""Which attributes of an app the patterns of a request match, and what items call them."""

import pytest

from audience.attribute_removals.definition import RemovalDefinition

COLUMNS = ["Attributes.a", "Attributes.ab", "Attributes.a[1]", "Metrics.a", "User.UserAttributes.a"]


@pytest.mark.parametrize(
    ("patterns", "matched"),
    [
        (["a"], ("a",)),
        (["a*"], ("a", "a[1]", "ab")),
        (["?b", "a"], ("a", "ab")),
        (["a[1]"], ("a[1]",)),  # the whole name, which as a pattern would be a1
        (["[!x]b"], ("ab",)),
        (["A"], ()),
        (["Attributes.a"], ()),
    ],
)
def test_names_and_patterns_match_whole_names_in_their_case(
    patterns: list[str], matched: tuple[str, ...]
) -> None:
    found = RemovalDefinition.of("endpoint-custom-attributes", patterns, COLUMNS)
    assert found.attributes == matched
    assert found.columns == tuple(f"Attributes.{name}" for name in matched)


@pytest.mark.parametrize(
    ("attribute_type", "columns", "of_users"),
    [
        ("endpoint-custom-attributes", ("Attributes.a",), False),
        ("endpoint-metric-attributes", ("Metrics.a",), False),
        ("endpoint-user-attributes", ("User.UserAttributes.a",), True),
    ],
)
def test_each_type_has_names_of_its_own(
    attribute_type: str, columns: tuple[str, ...], *, of_users: bool
) -> None:
    found = RemovalDefinition.of(attribute_type, ["a"], COLUMNS)
    assert (found.columns, found.is_of_users) == (columns, of_users)
