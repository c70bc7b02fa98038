"""Merge policies as Adobe's clients make and read them."""

import pytest

from audience.experience_platform.merge_policies import MergePolicyStore
from experience_platform_api.routes.paths import MERGE_POLICIES, MERGE_POLICY
from tests.contract.experience_platform_api.events import ORGANISATION, TENANT

SCHEMA = {"name": "_xdm.context.profile"}
ORDERED = {
    "name": "Loyalty first",
    "identityGraph": {"type": "none"},
    "attributeMerge": {
        "type": "dataSetPrecedence",
        "order": ["5b76f86b85d0e00000be5c8b", "5b76f8d787a6af01"],
    },
    "schema": SCHEMA,
    "default": True,
}
LAST = {"name": "Last wins", "identityGraph": {"type": "pdg"}, "schema": SCHEMA}


def listed(ask, **query):
    return ask("GET", MERGE_POLICIES, query=query)[1]


def test_a_policy_is_answered_as_it_was_made(ask):
    status, made = ask("POST", MERGE_POLICIES, ORDERED)
    assert status == 200
    assert made == {
        **ORDERED,
        "id": made["id"],
        "imsOrgId": ORGANISATION,
        "sandbox": {"sandboxName": "prod"},
        "version": 1,
        "updateEpoch": made["updateEpoch"],
    }
    assert ask("GET", MERGE_POLICY, merge_policy_id=made["id"]) == (200, made)


def test_the_store_gives_what_jobs_need(ask, control):
    made = ask("POST", MERGE_POLICIES, ORDERED)[1]
    policy = MergePolicyStore(control).find("a1", made["id"])
    assert policy == MergePolicyStore(control).default("a1")
    assert (policy.version, policy.identity_graph, policy.attribute_merge) == (1, "none", "dataSetPrecedence")
    assert policy.order == ("5b76f86b85d0e00000be5c8b", "5b76f8d787a6af01")


@pytest.mark.parametrize(
    ("policy_id", "graph", "default"),
    [("timestampOrdered-none-mp", "none", False), ("timestampOrdered-pdg-mp", "pdg", True)],
)
def test_two_policies_are_always_there_and_the_stitching_one_is_the_default(ask, policy_id, graph, default):
    status, policy = ask("GET", MERGE_POLICY, merge_policy_id=policy_id)
    assert (status, policy["identityGraph"], policy["default"]) == (200, {"type": graph}, default)
    assert policy["attributeMerge"] == {"type": "timestampOrdered"}


def test_a_new_default_takes_the_place_of_the_old_one(ask):
    first = ask("POST", MERGE_POLICIES, ORDERED)[1]
    second = ask("POST", MERGE_POLICIES, {**LAST, "default": True})[1]
    assert [one["id"] for one in listed(ask, default="true")["children"]] == [second["id"]]
    assert ask("GET", MERGE_POLICY, merge_policy_id=first["id"])[1]["default"] is False


def test_where_the_default_is_removed_the_built_in_one_is_it_again(ask):
    made = ask("POST", MERGE_POLICIES, ORDERED)[1]
    assert ask("DELETE", MERGE_POLICY, merge_policy_id=made["id"]) == (200, None)
    assert ask("GET", MERGE_POLICY, merge_policy_id=made["id"])[0] == 404
    assert ask("GET", MERGE_POLICY, merge_policy_id="timestampOrdered-pdg-mp")[1]["default"] is True


def test_a_built_in_policy_cannot_be_removed(ask):
    status, answer = ask("DELETE", MERGE_POLICY, merge_policy_id="timestampOrdered-none-mp")
    assert (status, answer["title"]) == (409, "ConflictError")


def test_an_organisation_does_not_see_the_policies_of_another(ask):
    made = ask("POST", MERGE_POLICIES, ORDERED)[1]
    other = {**TENANT, "application_id": "a2"}
    assert ask("GET", MERGE_POLICY, merge_policy_id=made["id"], tenant=other)[0] == 404
    assert ask("DELETE", MERGE_POLICY, merge_policy_id=made["id"], tenant=other)[0] == 404


def test_the_list_is_paged_by_name_until_the_next_link_is_empty(ask):
    ask("POST", MERGE_POLICIES, LAST)
    first = listed(ask, limit="2")
    assert first["_page"] == {"totalCount": 3, "pageSize": 2}
    href = first["_links"]["next"]["href"]
    assert href.startswith("@/mergePolicies?start=2")
    rest = listed(ask, limit="2", start="2")
    assert rest["_links"] == {"next": {"href": ""}}
    names = [one["name"] for one in first["children"] + rest["children"]]
    assert names == sorted(names)
    assert len(names) == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("default", "true"),
        ("identityGraph.type", "none"),
        ("attributeMerge.type", "dataSetPrecedence"),
    ],
)
def test_the_list_can_be_narrowed_as_adobes_can(ask, name, value):
    made = ask("POST", MERGE_POLICIES, ORDERED)[1]
    found = listed(ask, **{name: value})["children"]
    assert made["id"] in {one["id"] for one in found}
    assert len(found) < 3
    assert listed(ask, **{"schema.name": "_xdm.context.account"})["children"] == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": None}, "name: None is not a string"),
        ({"schema": {"name": "_xdm.context.account"}}, "schema.name: '_xdm.context.account' is not one of"),
        ({"identityGraph": {"type": "coop"}}, "identityGraph.type: 'coop' is not one of none, pdg"),
        ({"attributeMerge": {"type": "dataSetPrecedence"}}, "attributeMerge.order: is required"),
        ({"attributeMerge": {"type": "dataSetPrecedence", "order": []}}, "attributeMerge.order: is required"),
        ({"default": "true"}, "default: 'true' is not true or false"),
    ],
)
def test_a_member_that_cannot_be_used_is_named(ask, change, message):
    status, answer = ask("POST", MERGE_POLICIES, {**ORDERED, **change})
    assert status == 400
    assert answer["errors"]["400"][0]["message"].startswith(message)


@pytest.mark.parametrize(("name", "value"), [("limit", "0"), ("limit", "x"), ("start", "-1")])
def test_a_page_that_cannot_be_is_refused(ask, name, value):
    status, answer = ask("GET", MERGE_POLICIES, query={name: value})
    assert status == 400
    assert answer["errors"]["400"][0]["message"].startswith(f"{name}: '{value}' is not a whole number")
