"""The dialect's lists of what is large: every entry once, over as many pages as it takes."""

from urllib.parse import parse_qsl, urlsplit

import boto3
import orjson
import pytest

from audience.experience_platform.export_jobs import NumberedJob, NumberedJobs
from audience.identifiers import new_id, now_iso
from audience.jobs.model import Job, JobKey
from audience.jobs.store import JobStore
from audience.profiles.definition import PolicyDefinition, ProfileExportDefinition
from experience_platform_api.routes.paths import DATASETS, EXPORT_JOBS, MERGE_POLICIES

COUNT = 24
LETTERS = "😀" * 250  # 1,000 bytes, and 3,000 in an answer


def followed(ask, path, pages):
    """The entries of all pages, as the links lead from one to the next; `pages` takes page and link apart."""
    found, query = [], {"limit": "100"}
    while True:
        answer = ask("GET", path, query=query)
        assert answer.status_code == 200, answer.text
        entries, link = pages(answer.json())
        found.append(entries)
        if not link:
            return found
        query = dict(parse_qsl(urlsplit(link).query))


def test_every_large_merge_policy_is_on_one_page(ask):
    order = [f"{LETTERS}{number}" for number in range(100)]
    policy = {
        "name": "large",
        "identityGraph": {"type": "none"},
        "schema": {"name": "_xdm.context.profile"},
        "attributeMerge": {"type": "dataSetPrecedence", "order": order},
    }
    made = {ask("POST", MERGE_POLICIES, policy).json()["id"] for _ in range(COUNT)}
    found = followed(ask, MERGE_POLICIES, lambda page: (page["children"], page["_links"]["next"]["href"]))
    assert len(found) > 1
    ids = [entry["id"] for page in found for entry in page]
    assert sorted(ids) == sorted({*made, "timestampOrdered-none-mp", "timestampOrdered-pdg-mp"})


@pytest.fixture
def large_jobs(stack, place):
    """Failed jobs with large requests, the newest first; they are gone after the test."""
    table = boto3.resource("dynamodb").Table(stack.variables["CONTROL_TABLE"])
    numbered, store, made = NumberedJobs(table), JobStore(table), []
    for _ in range(COUNT):
        key, number = JobKey(place.application_id, "PROFILE_EXPORT", new_id()), numbered.next_number()
        numbered.add(place.organisation, place.sandbox, NumberedJob(number, 1, key))
        request = {"schema": {"name": "_xdm.context.profile"}, "fields": LETTERS * 100}
        definition = ProfileExportDefinition(
            fields=None,
            merge_policy=PolicyDefinition("m", 1, "none", "timestampOrdered", ()),
            segments=(),
            qualified_from=None,
            qualified_to=None,
            ingested_after=None,
            empty_profiles=False,
            event_list=None,
            dataset_id="d",
            format="json",
            segment_per_batch=False,
            batches=("b",),
            evaluate=False,
            memberships=False,
        )
        store.create(
            Job(
                key,
                now_iso(),
                definition.to_document(),
                number=number,
                organisation=place.organisation,
                sandbox=place.sandbox,
                request=orjson.dumps(request).decode(),
                request_id="r",
            )
        )
        assert store.advance(key, "FAILED")
        made.insert(0, (number, key))
    yield [number for number, _ in made]
    for _, key in made:
        table.delete_item(Key=key.item_key)
        store.active.forget(key)


def test_every_large_export_job_is_on_one_page(ask, large_jobs):
    for status in ({}, {"status": "FAILED"}):
        found = followed(
            lambda *call, query: ask(*call, query={**query, **status}),  # noqa: B023
            EXPORT_JOBS,
            lambda page: (page["records"], page["link"]["next"]),
        )
        assert len(found) > 1
        assert all(found)
        assert [job["id"] for page in found for job in page] == large_jobs


def test_a_dataset_that_would_spoil_a_list_is_refused(ask):
    """Catalog's pages name no next one, so each page has to hold all that it was asked for."""
    largest = {"name": "one", "tags": {"a": [LETTERS] * 16}}
    assert ask("POST", DATASETS, largest).status_code == 201
    refused = ask("POST", DATASETS, {**largest, "tags": {"a": [LETTERS] * 18}})
    assert refused.status_code == 413
    assert "the dataset takes" in refused.json()["detail"]
    for _ in range(99):
        assert ask("POST", DATASETS, largest).status_code == 201
    assert len(ask("GET", DATASETS, query={"limit": "100"}).json()) == 100
