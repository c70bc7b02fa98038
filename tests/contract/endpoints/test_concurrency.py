"""No field is lost, however writers overlap."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract.endpoints.conftest import App

_lists = st.lists(st.sampled_from(["x", "y", "z"]), max_size=2)
_fields = st.one_of(
    st.tuples(st.sampled_from(["Attributes.a", "Attributes.b", "Attributes.c"]), _lists),
    st.tuples(st.sampled_from(["User.UserAttributes.s", "User.UserAttributes.t"]), _lists),
    st.tuples(st.just("OptOut"), st.sampled_from(["ALL", "NONE"])),
    st.tuples(st.just("Location.City"), st.sampled_from(["Oslo", "Rome"])),
    st.tuples(st.just("Metrics.m"), st.integers(-5, 5)),
)


def nested(fields: dict[str, Any]) -> dict[str, Any]:
    """Columns in dot notation as an endpoint document."""
    document: dict[str, Any] = {}
    for column, value in fields.items():
        *groups, name = column.split(".")
        place = document
        for group in groups:
            place = place.setdefault(group, {})
        place[name] = value
    return document


@settings(deadline=None, max_examples=25)
@given(updates=st.lists(_fields, max_size=8))
def test_consecutive_rows_merge_into_the_union_of_their_fields(
    new_app: Callable[[], App], updates: list[tuple[str, Any]]
) -> None:
    app = new_app()
    app.make("e", User={"UserId": "u"})
    before = app.registered.get("e")
    assert before is not None
    for column, value in updates:
        app.merge("e", **nested({column: value}))
    model = {"User.UserId": "u"}
    model.update(updates)
    expected = nested({column: value for column, value in model.items() if value != []})
    assert app.registered.get("e") == {**before, **expected}


_rows = st.fixed_dictionaries(
    {"Id": st.sampled_from(["e", "f"])},
    optional={
        "UserId": st.sampled_from(["u", "v"]),
        "UserAttributes": st.dictionaries(st.sampled_from(["s", "t"]), _lists, min_size=1),
    },
)


@settings(deadline=None, max_examples=40)
@given(rows=st.lists(_rows, max_size=8))
def test_user_attributes_are_the_endpoints_until_it_has_a_user_and_the_users_then(
    new_app: Callable[[], App], rows: list[dict[str, Any]]
) -> None:
    app = new_app()
    user_of: dict[str, str] = {}
    held: dict[str, dict[str, list[str]]] = {}
    owned: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        user = {name: value for name, value in row.items() if name != "Id"}
        app.make(row["Id"], **({"User": user} if user else {}))
        if "UserId" in row:
            user_of[row["Id"]] = row["UserId"]
            own = owned.setdefault(row["UserId"], {})
            owned[row["UserId"]] = {**held.pop(row["Id"], {}), **own}
        user_id = user_of.get(row["Id"])
        target = owned[user_id] if user_id else held.setdefault(row["Id"], {})
        target |= row.get("UserAttributes", {})
        for name in [name for name, values in target.items() if not values]:
            del target[name]
    for endpoint_id in {row["Id"] for row in rows}:
        user_id = user_of.get(endpoint_id)
        attributes = owned[user_id] if user_id else held[endpoint_id]
        expected = {"UserId": user_id} if user_id else {}
        expected |= {"UserAttributes": attributes} if attributes else {}
        assert app.registered.get(endpoint_id).get("User", {}) == expected  # type: ignore[union-attr]


@settings(deadline=None, max_examples=15)
@given(
    columns=st.lists(
        st.sampled_from(
            [f"{group}.n{number}" for group in ("Attributes", "User.UserAttributes") for number in range(9)]
        ),
        min_size=2,
        max_size=12,
        unique=True,
    )
)
def test_workers_that_write_different_fields_of_one_endpoint_at_once_lose_nothing(
    new_app: Callable[[], App], columns: list[str]
) -> None:
    app = new_app()
    app.make("e", User={"UserId": "u"})
    with ThreadPoolExecutor(6) as pool:
        writes = [pool.submit(app.merge, "e", **nested({column: [column]})) for column in columns]
        for write in writes:
            write.result()
    expected = nested({"User.UserId": "u", **{column: [column] for column in columns}})
    endpoint = app.registered.get("e")
    assert endpoint is not None
    assert endpoint["User"] == expected["User"]
    assert endpoint.get("Attributes") == expected.get("Attributes")


def test_an_opt_out_during_an_import_survives(app: App) -> None:
    app.make("e", OptOut="NONE")
    with ThreadPoolExecutor(4) as pool:
        imports = [pool.submit(app.merge, "e", Attributes={"a": [str(number)]}) for number in range(30)]
        pool.submit(app.merge, "e", OptOut="ALL").result()
        for row in imports:
            row.result()
    assert app.registered.get("e")["OptOut"] == "ALL"  # type: ignore[index]


def test_of_endpoints_that_join_a_user_at_once_fifteen_succeed_and_are_shown(app: App) -> None:
    def join(number: int) -> bool:
        try:
            app.make(f"e{number:02d}", User={"UserId": "u"})
        except Exception as wrong:  # noqa: BLE001 - told apart below
            return "Exceeded maximum" not in str(wrong)
        return True

    with ThreadPoolExecutor(8) as pool:
        joined = sum(pool.map(join, range(15)))
    assert joined == 15
    assert len(app.registered.of_user("u")) == 15
