"""Documents are the same, to the byte, as if each were worked out for itself."""

from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from audience.endpoints.documents import document_of
from audience.endpoints.fields import NUMBERS, TEXTS

NOT_SHOWN = {"pk", "sk", "ingested", "dataset"}
USER = "User.UserAttributes."
texts = st.text(max_size=5)
names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=4) | st.sampled_from(
    ["a.b", ".", "Id", "é"]
)
text_values = texts.map(lambda text: {"S": text})
list_values = st.lists(text_values, max_size=3).map(lambda entries: {"L": entries})
numbers = st.floats(-90, 90).map(lambda number: {"N": repr(number)})
fields = st.dictionaries(st.sampled_from(sorted(TEXTS)), text_values)
attributes = st.dictionaries(names.map(lambda name: f"Attributes.{name}"), list_values, max_size=4)
metrics = st.dictionaries(names.map(lambda name: f"Metrics.{name}"), numbers, max_size=3)
places = st.dictionaries(st.sampled_from(sorted(NUMBERS)), numbers)
users = st.dictionaries(names.map(USER.__add__), list_values, max_size=3)


def value(name: str, held: dict[str, Any]) -> Any:
    if name.startswith("Metrics.") or name in NUMBERS:
        return float(held["N"])
    return [entry["S"] for entry in held["L"]] if "L" in held else held["S"]


def model(item: dict[str, Any], user: dict[str, Any] | None) -> dict[str, Any]:
    """The document, name by name."""
    document: dict[str, Any] = {"Id": item["sk"]["S"][2:]}
    for name in sorted(name for name in item.keys() - NOT_SHOWN if not name.startswith(USER)):
        group, dot, member = name.partition(".")
        parent = document.setdefault(group, {}) if dot else document
        parent[member if dot else name] = value(name, item[name])
    of_user = {name: item[name] for name in item if name.startswith(USER)} | (user or {})
    if of_user:
        inside = {name.removeprefix(USER): value(name, of_user[name]) for name in sorted(of_user)}
        document.setdefault("User", {})["UserAttributes"] = inside
    return dict(sorted(document.items()))


@given(
    parts=st.tuples(fields, attributes, metrics, places, st.just({}) | users),
    own=st.sampled_from([{}, {"ingested": {"N": "5"}}, {"ingested": {"N": "5"}, "dataset": {"S": "d"}}]),
    user=st.none() | users,
    order=st.randoms(),
)
def test_a_document_is_the_one_that_is_made_name_by_name(
    parts: tuple[dict[str, Any], ...], own: dict[str, Any], user: dict[str, Any] | None, order: Any
) -> None:
    item: dict[str, Any] = {"pk": {"S": "app#00"}, "sk": {"S": "E#e1"}, **own}
    for part in parts:
        item |= part
    shuffled = list(item.items())
    order.shuffle(shuffled)
    expected = orjson.dumps(model(item, user))
    assert orjson.dumps(document_of(dict(shuffled), user)) == expected
    assert orjson.dumps(document_of(item, user)) == expected, "the second time, too"
