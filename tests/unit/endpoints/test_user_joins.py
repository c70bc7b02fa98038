"""Several rows of one user are one write of that user."""

from hypothesis import given
from hypothesis import strategies as st

from audience.endpoints.rows import Row
from audience.endpoints.user_joins import batches_of, joins_of

A, B = "User.UserAttributes.a", "User.UserAttributes.b"


def row(endpoint_id: str, user_id: str = "u", **attributes: list[str]) -> Row:
    named = {f"User.UserAttributes.{name}": values for name, values in attributes.items()}
    return Row(endpoint_id, user_id, {}, named)


def test_attributes_are_those_of_the_last_row_that_names_them() -> None:
    (join,) = joins_of([row("e1", a=["1"], b=["1"]), row("e2"), row("e3", a=["3"])])
    assert (join.endpoint_ids, join.attributes) == (["e1", "e2", "e3"], {A: ["3"], B: ["1"]})
    item = join.new_fields(5)
    assert item["endpoint_ids"] == {"e1", "e2", "e3"}
    assert item["ingested"] == 5
    assert "removed" not in item


def test_a_removal_is_marked_also_where_a_later_row_sets_the_attribute_again() -> None:
    (join,) = joins_of([row("e1", a=[]), row("e2", a=["2"])])
    item, update = join.new_fields(5), join.update("app", 5)
    assert item[A] == ["2"]
    assert item["removed"]
    assert "removed" in update["ExpressionAttributeNames"].values()


def test_a_user_without_attributes_is_not_dated() -> None:
    (join,) = joins_of([row("e1"), row("e2")])
    assert "ingested" not in join.new_fields(5)
    assert [*join.update("app", 5)["ExpressionAttributeNames"].values()] == ["deletion", "endpoint_ids"]


def test_rows_without_a_user_join_none() -> None:
    assert [join.user_id for join in joins_of([row("e1", ""), row("e2", "v"), row("e3")])] == ["v", "u"]


def test_the_widest_possible_join_fits_into_an_expression() -> None:
    attributes = {f"{number}": ["x"] if number else [] for number in range(250)}
    (join,) = joins_of([row(f"e{number}", **attributes) for number in range(15)])
    update = join.update("app", 5)
    # The maximum length of an expression is 4 KB (DynamoDB developer guide, Constraints).
    assert max(len(update[f"{kind}Expression"]) for kind in ("Update", "Condition")) <= 4096


@given(user_ids=st.lists(st.sampled_from(["", *"abcdefgh"])), most=st.integers(15, 25))
def test_each_row_is_in_one_batch_together_with_those_of_its_user(user_ids: list[str], most: int) -> None:
    rows = [row(f"e{number}", user_id) for number, user_id in enumerate(user_ids)]
    batches = batches_of(rows, most)
    assert all(1 <= len(batch) <= most for batch in batches)
    left_out = {user_id for user_id in user_ids if user_id and user_ids.count(user_id) > 15}
    assert sorted(number for batch in batches for number in batch) == [
        number for number, user_id in enumerate(user_ids) if user_id not in left_out
    ]
    for user_id in {*user_ids} - left_out - {""}:
        (batch,) = [batch for batch in batches if any(user_ids[number] == user_id for number in batch)]
        own = [number for number in batch if user_ids[number] == user_id]
        assert own == sorted(own)
        assert len(own) == user_ids.count(user_id)
