"""Merge policies and datasets over HTTP, as curl would ask for them."""

import pytest
import requests

from experience_platform_api.routes.paths import DATASETS, MERGE_POLICIES, PATHS

POLICY = {"name": "one", "identityGraph": {"type": "none"}, "schema": {"name": "_xdm.context.profile"}}


def test_a_policy_is_made_found_listed_and_removed(ask):
    made = ask("POST", MERGE_POLICIES, POLICY)
    assert made.status_code == 200
    policy_id = made.json()["id"]
    assert ask("GET", f"{MERGE_POLICIES}/{policy_id}").json() == made.json()
    assert policy_id in {one["id"] for one in ask("GET", MERGE_POLICIES).json()["children"]}
    removed = ask("DELETE", f"{MERGE_POLICIES}/{policy_id}")
    assert (removed.status_code, removed.content) == (200, b"")
    assert ask("GET", f"{MERGE_POLICIES}/{policy_id}").status_code == 404


def test_a_dataset_is_made_found_and_listed(ask):
    made = ask("POST", DATASETS, {"name": "one", "fileDescription": {"format": "json"}})
    assert made.status_code == 201
    dataset_id = made.json()[0].rpartition("/")[2]
    found = ask("GET", f"{DATASETS}/{dataset_id}").json()
    assert found[dataset_id]["fileDescription"]["format"] == "json"
    assert ask("GET", DATASETS).json() == found


@pytest.mark.parametrize("path", [path for path in PATHS if "{" not in path])
def test_a_slash_at_the_end_is_tolerated(ask, path):
    assert ask("GET", f"{path}/").json() == ask("GET", path).json()


def test_a_slash_after_an_id_is_tolerated(ask):
    answer = ask("GET", f"{MERGE_POLICIES}/timestampOrdered-none-mp/")
    assert answer.json()["id"] == "timestampOrdered-none-mp"


@pytest.mark.parametrize("accept", ["application/json", "application/vnd.adobe.xdm+json", "*/*"])
def test_both_of_adobes_types_are_accepted_and_the_answer_is_json(ask, accept):
    answer = ask("GET", MERGE_POLICIES, Accept=accept)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")


def test_a_post_needs_the_json_content_type(stack, place, token):
    url, headers = f"{stack.api_url}{DATASETS}", place.headers(token)
    answer = requests.post(url, data=b'{"name": "one"}', headers=headers, timeout=20)
    assert answer.status_code == 400
    assert answer.json()["detail"] == "A valid content-type must be specified"


def test_the_first_api_is_on_the_same_port_and_keeps_its_own_shapes(stack):
    answer = requests.get(f"{stack.api_url}/v1/apps/x", timeout=20)
    assert (answer.status_code, set(answer.json())) == (404, {"Message", "RequestID"})
    unknown = requests.get(f"{stack.api_url}/nothing", timeout=20)
    assert (unknown.status_code, unknown.headers["x-amzn-ErrorType"]) == (404, "NotFoundException")


def test_an_apps_datasets_and_policies_are_removed_with_it(ask, stack, place, items_of):
    ask("POST", DATASETS, {"name": "one"})
    ask("POST", MERGE_POLICIES, {**POLICY, "default": True})
    requests.delete(f"{stack.api_url}/v1/apps/{place.application_id}", timeout=20).raise_for_status()
    kept = items_of("CONTROL_TABLE")
    assert [item for item in kept if place.application_id in str(item) and "REMOVAL" not in str(item)] == []
