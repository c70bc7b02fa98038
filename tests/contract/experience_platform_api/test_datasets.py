"""Datasets in the shapes of Adobe's Catalog."""

import re

import pytest

from audience.experience_platform.datasets import DatasetStore
from audience.identifiers import DATASET_ID
from experience_platform_api.routes.paths import DATASET, DATASETS
from tests.contract.experience_platform_api.events import ORGANISATION, TENANT

REQUEST = {
    "name": "Profile Data Export",
    "schemaRef": {"id": "https://ns.adobe.com/xdm/context/profile__union", "contentType": "x;version=1"},
    "fileDescription": {"persisted": True, "containerFormat": "json", "format": "json"},
    "tags": {"unifiedProfile": ["enabled:true"]},
}


def made(ask, request, **more):
    status, [reference] = ask("POST", DATASETS, request, **more)
    assert status == 201
    prefix, _, dataset_id = reference.rpartition("/")
    assert prefix == "@/dataSets"
    return dataset_id


def test_a_dataset_is_found_by_the_id_that_the_answer_refers_to(ask, control):
    dataset_id = made(ask, REQUEST)
    assert re.fullmatch(DATASET_ID, dataset_id)
    status, found = ask("GET", DATASET, dataset_id=dataset_id)
    assert (status, list(found)) == (200, [dataset_id])
    dataset = found[dataset_id]
    assert (dataset["name"], dataset["imsOrg"]) == ("Profile Data Export", ORGANISATION)
    assert dataset["schemaRef"] == REQUEST["schemaRef"]
    assert dataset["tags"] == {**REQUEST["tags"], "adobe/pqs/table": ["profile_data_export"]}
    assert DatasetStore(control).find("a1", dataset_id).format == "json"


def test_files_are_parquet_unless_it_is_said_otherwise(ask):
    dataset_id = made(ask, {"name": "one"})
    [dataset] = ask("GET", DATASET, dataset_id=dataset_id)[1].values()
    assert dataset["fileDescription"]["format"] == "parquet"


def test_a_format_that_is_not_written_is_refused_by_name(ask):
    status, answer = ask("POST", DATASETS, {"name": "one", "fileDescription": {"format": "csv"}})
    assert status == 400
    message = "fileDescription.format: 'csv' is not one of parquet, json"
    assert answer["errors"]["400"] == [{"code": "400000", "message": message}]


def test_the_list_is_an_object_of_datasets_by_id_in_pages(ask):
    ids = {made(ask, {"name": f"dataset {number}"}) for number in range(3)}
    assert set(ask("GET", DATASETS)[1]) == ids
    first = ask("GET", DATASETS, query={"limit": "2"})[1]
    rest = ask("GET", DATASETS, query={"limit": "2", "start": "2"})[1]
    assert (len(first), len(rest)) == (2, 1)
    assert {*first, *rest} == ids
    [named] = ask("GET", DATASETS, query={"name": "dataset 1"})[1].values()
    assert named["name"] == "dataset 1"


def test_other_members_of_a_dataset_request_are_kept_unchanged(ask):
    schema = {"id": "s", "numbers": [1.5, 1e300, 2**63], "nothing": None}
    dataset_id = made(ask, {"name": "one", "schemaRef": schema})
    assert ask("GET", DATASET, dataset_id=dataset_id)[1][dataset_id]["schemaRef"] == schema


@pytest.mark.parametrize("dataset_id", ["0" * 24, "x", "x" * 3000])
def test_what_was_not_made_is_not_found(ask, dataset_id):
    status, answer = ask("GET", DATASET, dataset_id=dataset_id)
    assert (status, answer["title"]) == (404, "NotFoundError")


def test_an_app_does_not_see_the_datasets_of_another(ask):
    dataset_id = made(ask, {"name": "one"})
    other = {**TENANT, "application_id": "a2"}
    assert ask("GET", DATASET, dataset_id=dataset_id, tenant=other)[0] == 404
    assert ask("GET", DATASETS, tenant=other) == (200, {})
