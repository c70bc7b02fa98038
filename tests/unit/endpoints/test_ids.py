"""The id of a row that names none follows from app, channel, address and user, and from nothing else."""

from audience.endpoints.rows import Row
from tests.unit.endpoints.reading import csv_row, json_row


def id_of(**members: object) -> str:
    return json_row(**{"Address": "a@example.com", "ChannelType": "EMAIL", **members}).endpoint_id


def test_the_same_row_has_the_same_id_in_every_format_and_spelling() -> None:
    from_csv = csv_row("ChannelType,Address,OptOut", "email,a@example.com,ALL")
    assert from_csv.endpoint_id == id_of() == id_of(ChannelType="Email", Metrics={"m": 1})


def test_another_channel_address_or_user_is_another_endpoint() -> None:
    others = [id_of(Address="b@example.com"), id_of(ChannelType="SMS"), id_of(User={"UserId": "u"}), id_of()]
    assert len(set(others)) == 4


def test_ids_are_the_same_in_every_release() -> None:
    assert id_of() == "e8459b6ed3b7d197b84a98e1bf5a7218"


def test_a_given_id_is_kept() -> None:
    assert id_of(Id="given") == "given"


def test_rows_of_one_endpoint_share_a_key_and_rows_of_a_user_alone_have_the_users() -> None:
    assert Row(endpoint_id="e", user_id="u").key == "e"
    assert Row(user_id="u").key == "u"
