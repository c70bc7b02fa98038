"""A row as one update: it sets what the row names, and touches nothing else."""

from hypothesis import given

from audience.endpoints.expressions import assignments, endpoint_update, typed
from audience.endpoints.rows import Row
from tests.unit.endpoints.strategies import rows
from tests.unit.endpoints.update_expressions import Item, updated

NOW = "2026-01-02T03:04:05.000Z"
NEW = {"Address": "a", "ChannelType": "SMS"}


def merged(item: Item, **fields: object) -> Item:
    return updated(item, endpoint_update(Row(endpoint_id="e", fields=fields), NOW, 5))  # type: ignore[arg-type]


@given(row=rows(), other=rows())
def test_fields_that_a_row_does_not_name_stay_as_they_are(row: Row, other: Row) -> None:
    before = updated({}, endpoint_update(other, "2020-01-01T00:00:00.000Z", 4))
    after = updated(before, endpoint_update(row, NOW, 5))
    touched = {*row.fields, "EndpointStatus", "EffectiveDate", "ingested"}
    assert {name: after[name] for name in before if name not in touched} == {
        name: value for name, value in before.items() if name not in touched
    }
    assert {name: after[name] for name in row.fields} == {
        name: typed(value) for name, value in row.fields.items()
    }


def test_a_new_endpoint_gets_status_and_both_dates() -> None:
    assert merged({}, **NEW) == {
        "Address": {"S": "a"},
        "ChannelType": {"S": "SMS"},
        "EndpointStatus": {"S": "ACTIVE"},
        "EffectiveDate": {"S": NOW},
        "CreationDate": {"S": NOW},
        "ingested": {"N": "5"},
    }


def test_an_endpoint_keeps_its_creation_date_unless_the_row_has_one() -> None:
    before = merged({}, **NEW, CreationDate="2019-01-01T00:00:00.000Z")
    assert merged(before, OptOut="ALL")["CreationDate"] == {"S": "2019-01-01T00:00:00.000Z"}
    assert merged(before, CreationDate="2018-01-01T00:00:00.000Z")["CreationDate"] == {
        "S": "2018-01-01T00:00:00.000Z"
    }


def test_an_empty_list_removes_the_attribute() -> None:
    before = merged({}, **NEW, **{"Attributes.a": ["1"], "Attributes.b": ["2"]})
    after = merged(before, **{"Attributes.a": [], "Attributes.c": ["3"]})
    assert {name for name in after if name.startswith("Attributes.")} == {"Attributes.b", "Attributes.c"}


def test_a_row_that_is_not_enough_for_a_new_endpoint_requires_an_existing_one() -> None:
    partial = endpoint_update(Row(endpoint_id="e", fields={"Address": "a"}), NOW, 5)
    assert partial["ConditionExpression"] == "attribute_exists(pk)"
    assert partial["ReturnValues"] == "ALL_OLD"
    whole = endpoint_update(Row(endpoint_id="e", fields=dict(NEW)), NOW, 5)
    assert not {"ConditionExpression", "ReturnValues"} & whole.keys()


def test_the_former_user_is_requested_if_the_row_names_a_user() -> None:
    row = Row(endpoint_id="e", user_id="u", fields={**NEW, "User.UserId": "u"})
    assert endpoint_update(row, NOW, 5)["ReturnValues"] == "ALL_OLD"


def test_the_widest_possible_row_fits_into_an_expression() -> None:
    names = [f"Attributes.{number}" for number in range(250)]
    fields = {**NEW, **{f"Location.{number}": "x" for number in range(24)}, **{name: ["v"] for name in names}}
    update = endpoint_update(Row(endpoint_id="e", fields=fields), NOW, 5, "a dataset")  # type: ignore[arg-type]
    # "Maximum length of an expression string: 4 KB" (DynamoDB developer guide, Constraints)
    assert len(update["UpdateExpression"]) <= 4096


def test_an_endpoint_gets_the_dataset_it_is_written_for_and_keeps_it() -> None:
    row = Row(endpoint_id="e", fields=dict(NEW))
    of_one = updated({}, endpoint_update(row, NOW, 5, "one"))
    assert of_one["dataset"] == {"S": "one"}
    assert updated(of_one, endpoint_update(row, NOW, 6)) == {**of_one, "ingested": {"N": "6"}}
    assert updated(of_one, endpoint_update(row, NOW, 6, "two"))["dataset"] == {"S": "two"}


def test_removals_alone_are_an_update_without_values() -> None:
    assert assignments({"a": []}) == {
        "UpdateExpression": "REMOVE #0",
        "ExpressionAttributeNames": {"#0": "a"},
        "ExpressionAttributeValues": {},
    }
