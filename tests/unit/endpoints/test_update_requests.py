"""A row's request, as it is sent, is what its update says."""

from typing import Any
from unittest.mock import patch

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audience.endpoints import update_requests as module
from audience.endpoints.expressions import endpoint_update
from audience.endpoints.rows import Row
from audience.endpoints.update_requests import UpdateRequests
from audience.layout.endpoints_table import endpoint_key
from tests.unit.endpoints.strategies import rows, text_row

NOW = "2026-01-02T03:04:05.000Z"
_texts = st.text() | st.sampled_from(
    ['",\n  "', "],\n  [\n    ", "%s %b %%", '\\"', "\x00\u2028", "'", '"},{"S":"']
)
_names = st.sampled_from(["Address", "ChannelType", "CreationDate", "Attributes.100%b", 'Metrics."\n', "é"])
_values = _texts | st.floats(allow_nan=False, allow_infinity=False) | st.lists(_texts, max_size=3)
_any_rows = st.builds(
    Row,
    endpoint_id=_texts,
    user_id=st.sampled_from(["", "u"]),
    fields=st.dictionaries(_names, _values),
    user_attributes=st.dictionaries(
        st.sampled_from(["User.UserAttributes.a", "b%"]), st.lists(_texts, max_size=2)
    ),
)


def sent(requests: UpdateRequests, row: Row, *how: Any) -> Any:
    return with_numbers(orjson.loads(requests.of(row, NOW, *how)))


def with_numbers(request: dict[str, Any]) -> dict[str, Any]:
    """The request with each number as one: it has many spellings."""
    values = request["ExpressionAttributeValues"]
    values |= {name: float(value["N"]) for name, value in values.items() if "N" in value}
    return request


@given(
    each=st.lists(_any_rows | rows(), min_size=1, max_size=4),
    ingested=st.integers(0, 2**45),
    dataset=st.sampled_from([None, "5e6d"]),
    how=st.sampled_from([(None, ""), ("0123", ""), (None, 'u"%s')]),
)
def test_a_request_is_the_rows_update_whatever_rows_were_before_it(
    each: list[Row], ingested: int, dataset: str | None, how: tuple[str | None, str]
) -> None:
    requests = UpdateRequests('table-"%', "app", dataset)
    for row in each:
        update = endpoint_update(row, NOW, ingested, dataset, *how)
        expected = {"TableName": 'table-"%', "Key": endpoint_key("app", row.endpoint_id), **update}
        assert sent(requests, row, ingested, *how) == with_numbers(orjson.loads(orjson.dumps(expected)))


@given(
    each=st.lists(rows(), min_size=1, max_size=4),
    ingested=st.integers(0, 2**45),
    dataset=st.sampled_from([None, "5e6d"]),
    how=st.sampled_from([(None, ""), ("0123", ""), (None, 'u"%s')]),
)
def test_a_request_of_a_row_of_texts_is_that_of_the_row(
    each: list[Row], ingested: int, dataset: str | None, how: tuple[str | None, str]
) -> None:
    requests = UpdateRequests('table-"%', 'app"', dataset)
    for row in [*each, *each]:
        texts = text_row(row)
        assert texts == row
        assert sent(requests, texts, ingested, *how) == sent(requests, row, ingested, *how)


@pytest.mark.parametrize("number", [5, -0.5, 1e22, 1e-7, 10**19, 123456789.125])
def test_numbers_are_written_whole(number: float) -> None:
    fields: Any = {"Metrics.m": number}
    values = sent(UpdateRequests("t", "app"), Row("e", fields=fields), 5)["ExpressionAttributeValues"]
    assert number in values.values()


def test_no_more_shapes_are_kept_than_there_is_room_for() -> None:
    with patch.object(module, "MAX_SHAPES", 2):
        requests = UpdateRequests("t", "app")
        for number in range(9):
            name = f"Attributes.a{number % 4}"
            fields: Any = {name: [str(number)]}
            found = sent(requests, Row("e", fields=fields), 5)
            assert {"L": [{"S": str(number)}]} in found["ExpressionAttributeValues"].values()
            assert name in found["ExpressionAttributeNames"].values()
    assert requests._shapes.cache_info().currsize <= 2
    assert requests._parts.cache_info().currsize <= 2
