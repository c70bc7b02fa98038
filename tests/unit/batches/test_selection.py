"""Field selection: comma lists of dot paths."""

import pytest

from audience.batches.selection import Selection

ROW = {
    "identityMap": {"Email": [{"id": "a", "primary": True}], "Phone": [{"id": "1", "primary": False}]},
    "personalEmail": {"address": "a"},
    "attributes": {"a": ["1"], "a.b": ["2"]},
    "optOut": "ALL",
}


@pytest.mark.parametrize("fields", [None, "", " ", ",", " , "])
def test_no_field_is_every_field(fields):
    assert Selection.parse(fields).of(ROW) == ROW


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("optOut", {"optOut": "ALL"}),
        (" personalEmail.address ,optOut", {"personalEmail": {"address": "a"}, "optOut": "ALL"}),
        ("identityMap.Email.id", {"identityMap": {"Email": [{"id": "a"}]}}),
        ("identityMap.Email,identityMap", {"identityMap": ROW["identityMap"]}),
        ("identityMap,identityMap.Email", {"identityMap": ROW["identityMap"]}),
        ("attributes.a.b", {"attributes": {"a.b": ["2"]}}),
        ("attributes.a", {"attributes": {"a": ["1"]}}),
        ("nothing.like.it", {}),
        ("personalEmail.nothing", {}),
    ],
)
def test_a_path_selects_what_is_below_it(fields, expected):
    assert Selection.parse(fields).of(ROW) == expected
