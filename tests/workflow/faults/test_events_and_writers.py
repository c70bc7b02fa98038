"""Every change of status is announced; and an import and other writers lose nothing of each other."""

import json
from itertools import pairwise
from queue import Queue
from threading import Event, Thread

import pytest

from audience.aws.clients import client
from tests.workflow.files import counted, people_csv


@pytest.fixture
def told_until():
    """What is put on the event bus about a job, up to a status; waits for it."""
    queue = Queue()

    def note(params, **_):
        for entry in params["Entries"]:
            queue.put(json.loads(entry["Detail"]))

    def until(job, status):
        found = []
        while not found or found[-1]["NewStatus"] != status:
            detail = queue.get(timeout=30)
            if detail["JobId"] == job["Id"]:
                found.append(detail)
        return found

    events = client("events").meta.events
    events.register_first("provide-client-params.events.PutEvents", note)
    yield until
    events.unregister("provide-client-params.events.PutEvents", note)


def test_every_change_of_status_is_announced_with_its_number_and_the_counts(customer, told_until):
    content = people_csv(0, 20)
    job = customer.imported(customer.put("a.csv", content))
    mine = told_until(job, "COMPLETED")
    assert [detail["ChangeNumber"] for detail in mine] == list(range(1, len(mine) + 1))
    assert mine[0]["OldStatus"] is None
    for before, after in pairwise(mine):
        assert after["OldStatus"] == before["NewStatus"]
    statuses = [detail["NewStatus"] for detail in mine]
    assert statuses[:2] == ["CREATED", "PREPARING_FOR_INITIALIZATION"]
    assert statuses[-2:] == ["COMPLETING", "COMPLETED"]
    assert mine[-1]["TotalProcessed"] == len(counted("CSV", content).good)
    assert {(detail["ApplicationId"], detail["Type"]) for detail in mine} == {(customer.app_id, "IMPORT")}


def test_an_import_and_api_updates_of_the_same_endpoints_lose_no_field(customer, instead):
    content = people_csv(0, 60)
    expected = counted("CSV", content)
    begun = Event()

    def tell(call, _event):
        begun.set()
        return call()

    instead("import_piece", tell)
    made = customer.create_import(customer.put("a.csv", content))
    assert begun.wait(30)

    def update(name):
        customer.pinpoint.update_endpoint(
            ApplicationId=customer.app_id,
            EndpointId=name,
            EndpointRequest={
                "Address": f"{name}@api.example",
                "ChannelType": "EMAIL",
                "OptOut": "ALL",
                "Attributes": {"Api": [name]},
                "Metrics": {"Api": 1.0},
            },
        )

    threads = [
        Thread(target=lambda part=part: [update(name) for name in part]) for part in halves(expected.good)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    job = customer.ended(made)
    assert (job["JobStatus"], job["TotalProcessed"]) == ("COMPLETED", len(expected.good))
    found = customer.endpoints()
    for name in expected.good:
        endpoint = found[name]
        assert endpoint["OptOut"] == "ALL"
        assert endpoint["Attributes"] == {"Api": [name], "Interests": ["tea, music"]}
        assert endpoint["Metrics"] == {"Api": 1.0, "Orders": float(name[1:])}


def halves(names):
    return names[::2], names[1::2]
