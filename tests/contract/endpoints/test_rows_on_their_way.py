"""Rows that an event loop has on their way, inserted or merged, are in the tables as if they were merged one by one."""

from collections.abc import Callable, Sequence
from typing import Any

from botocore.credentials import Credentials
from hypothesis import given, settings
from hypothesis import strategies as st

from audience.aws.dynamodb_loop import DynamoDBLoop
from audience.aws.signature import Signer
from audience.endpoints.attribute_names import AttributeNames
from audience.endpoints.json_rows import row_of_document
from audience.endpoints.rows import Row, RowInvalidError
from audience.endpoints.store import EndpointStore
from audience.imports.row_loop import RowLoop
from tests.contract.endpoints.conftest import NOW, App

IDS, USERS = [f"e{number}" for number in range(40)], ["u", "v"]
Document = dict[str, Any]


def document(endpoint_id: str, whole: bool, user: str, given: Document) -> Document:
    """An endpoint with user attributes of its own: what rows of different endpoints write has no order."""
    needed = {"Address": "a", "ChannelType": "SMS"} if whole else {}
    attributes = given.get("UserAttributes")
    named = {"UserAttributes": {f"of-{endpoint_id}": attributes}} if attributes is not None else {}
    users = {"User": {**({"UserId": user} if user else {}), **named}} if user or named else {}
    rest = {name: value for name, value in given.items() if name != "UserAttributes"}
    return {"Id": endpoint_id, **needed, **rest, **users}


_given: list[Document] = [
    {},
    {"OptOut": "ALL"},
    {"Attributes": {"o'b": ['"1"', "%s"]}, "Metrics": {"m": 2.5}},
    {"Attributes": {"o'b": []}},
    {"UserAttributes": ["1"]},
    {"UserAttributes": []},
]
_documents = st.lists(
    st.builds(
        document,
        st.sampled_from(IDS[:14]),  # no user gets a sixteenth
        st.sampled_from([True, True, True, False]),
        st.sampled_from(["", "", *USERS]),
        st.sampled_from(_given),
    ),
    max_size=60,
)


def with_loop(app: App, url: str, rows: Sequence[Row]) -> list[int]:
    """Put the rows on their way as a worker does; return the numbers of those that failed."""
    failed = []
    signer = Signer(Credentials("test", "test"), "us-east-1", url.removeprefix("http://"))
    with DynamoDBLoop(url, signer, maximum=20) as loop:
        names = AttributeNames(loop, app.control_table, app.application_id)
        where = app.endpoints_table, app.application_id
        store = EndpointStore(loop, *where, names, together=loop.together)

        async def merge(task: tuple[int, Row]) -> None:
            try:
                await store.merge(task[1], NOW)
            except RowInvalidError:
                failed.append(task[0])

        async def insert(tasks: Sequence[tuple[int, Row]]) -> list[bool]:
            return await store.insert([row for _, row in tasks], NOW)

        on_their_way = RowLoop(loop, merge, insert)
        for number, row in enumerate(rows):
            on_their_way.put(row.key, (number, row), in_stretch=row.creates)
        on_their_way.drain()
    return sorted(failed)


def one_by_one(app: App, rows: Sequence[Row]) -> list[int]:
    failed = []
    for number, row in enumerate(rows):
        try:
            app.merge_row(row)
        except RowInvalidError:
            failed.append(number)
    return failed


def seen(app: App) -> dict[str, Any]:
    documents = {each["Id"]: each for each in app.registered.page(100, None)[0]}
    return {**documents, **{name: app.registered.of_user(name) for name in USERS}}


@settings(max_examples=12, deadline=None)
@given(documents=_documents)
def test_the_tables_are_as_if_the_rows_had_been_merged_one_by_one_also_after_a_second_run(
    new_app: Callable[[], App], dynamodb: Any, documents: list[Document]
) -> None:
    app, other = new_app(), new_app()
    url = dynamodb.meta.client.meta.endpoint_url
    for whole in (documents, [each for each in documents if "Address" in each]):
        rows = [row_of_document(each, application_id=app.application_id) for each in whole]
        assert with_loop(app, url, rows) == one_by_one(other, rows)
        assert seen(app) == seen(other)
        assert app.names() == other.names()


def test_of_twenty_rows_of_a_new_user_fifteen_go_in(app: App, dynamodb: Any) -> None:
    documents = [document(name, whole=True, user="u", given={}) for name in IDS[:20]]
    rows = [row_of_document(each, application_id=app.application_id) for each in documents]
    failed = with_loop(app, dynamodb.meta.client.meta.endpoint_url, rows)
    assert len(failed) == 5
    found = [each["Id"] for each in app.registered.of_user("u")]
    assert found == sorted(name for number, name in enumerate(IDS[:20]) if number not in failed)
