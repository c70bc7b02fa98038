"""A row, its item, the exported document, and the row that it becomes when imported again, are equal."""

import orjson
from hypothesis import given, settings

from audience.endpoints.documents import attributes_of, document_of
from audience.endpoints.expressions import assignments, endpoint_update
from audience.endpoints.rows import Row
from tests.unit.endpoints.reading import row_of_line
from tests.unit.endpoints.strategies import rows
from tests.unit.endpoints.update_expressions import Item, updated

NOW = "2026-01-02T03:04:05.000Z"
DEFAULTS = {"EndpointStatus": "ACTIVE", "EffectiveDate": NOW, "CreationDate": NOW}


def stored(row: Row) -> tuple[Item, Item | None]:
    """The endpoint's item and its user's, after the row has been merged into nothing."""
    keys = {"pk": {"S": "app#00"}, "sk": {"S": f"E#{row.endpoint_id}"}}
    item = updated(keys, endpoint_update(row, NOW, 5, "0123456789abcdef01234567"))
    if not row.user_id:
        return item, None
    owner = {
        "pk": {"S": "app#01"},
        "sk": {"S": f"U#{row.user_id}"},
        "endpoint_ids": {"SS": [row.endpoint_id]},
    }
    return item, updated(owner, assignments({**row.user_attributes, "ingested": 5}))


@settings(max_examples=300)
@given(row=rows())
def test_an_exported_endpoint_is_the_same_row_when_it_is_imported_again(row: Row) -> None:
    line = orjson.dumps(document_of(*stored(row)))
    again = row_of_line(line)
    assert again == Row(row.endpoint_id, row.user_id, {**DEFAULTS, **row.fields}, row.user_attributes)


@given(row=rows())
def test_a_document_is_in_alphabetical_order_and_holds_no_keys(row: Row) -> None:
    item, user = stored(row)
    document = document_of(item, user)
    assert list(document) == sorted(document)
    assert not {"pk", "sk", "endpoint_ids", "ingested", "dataset"} & document.keys()
    assert document["Id"] == row.endpoint_id


def test_a_document_nests_only_at_the_first_dot() -> None:
    item = {
        "sk": {"S": "E#e"},
        "Attributes.a.b": {"L": [{"S": "x"}]},
        "Location.City": {"S": "Oslo"},
        "Metrics.m.n": {"N": "1.5"},
        "User.UserId": {"S": "u"},
    }
    user = {"sk": {"S": "U#u"}, "User.UserAttributes.x.y": {"L": [{"S": "z"}]}}
    assert document_of(item, user) == {
        "Attributes": {"a.b": ["x"]},
        "Id": "e",
        "Location": {"City": "Oslo"},
        "Metrics": {"m.n": 1.5},
        "User": {"UserId": "u", "UserAttributes": {"x.y": ["z"]}},
    }


def test_a_user_without_attributes_shows_none() -> None:
    user = {"sk": {"S": "U#u"}, "endpoint_ids": {"SS": ["e"]}}
    assert attributes_of(user) == {}
    assert document_of({"sk": {"S": "E#e"}}, user) == {"Id": "e"}
