"""Large files are surveyed by workers before they are cut, and come to the same as those that the planner reads."""

import csv
import io

import pytest

from tests.workflow.faults.conftest import Once, at_once, dead
from tests.workflow.files import counted, people_csv

CONTENT = "\ufeff" + people_csv(0, 60, "\r\n")

pytestmark = pytest.mark.usefixtures("small_pieces")


@pytest.fixture
def small_pieces(piece_bytes):
    """Files of more than 300 bytes are cut."""
    piece_bytes(300)


def surveys_of(customer, job):
    """The keys of the surveys' files of a job."""
    return customer.keys(customer.stack.variables["BUCKET"], f"work/{customer.app_id}/{job['Id']}/survey/")


def outcome(customer, job):
    """What a job came to, whatever cut it into pieces."""
    failures = [(entry["Line"], entry["Row"]) for entry in customer.failure_file(job)]
    return job["JobStatus"], job["TotalProcessed"], job["TotalFailures"], failures


def test_a_surveyed_file_comes_to_the_same_counts_failures_and_pieces(customer, request):
    by_planner = customer.imported(customer.put("a.csv", CONTENT))
    assert surveys_of(customer, by_planner) == []
    request.getfixturevalue("surveyed_by_workers")
    job = customer.imported(customer.url("a.csv"))
    expected = counted("CSV", CONTENT)
    assert (job["TotalProcessed"], job["TotalFailures"]) == (len(expected.good), expected.bad)
    assert outcome(customer, job) == outcome(customer, by_planner)
    assert job["TotalPieces"] == by_planner["TotalPieces"] > 4
    assert len(surveys_of(customer, job)) == job["TotalPieces"] + 2, "the plan, the items, and a result each"
    rows = csv.DictReader(io.StringIO(CONTENT.removeprefix("\ufeff"), newline=""))
    written = {row["Id"]: row["Address"] for row in rows if row["ChannelType"] != "PIGEON"}
    assert {name: endpoint["Address"] for name, endpoint in customer.endpoints().items()} == written


@pytest.mark.parametrize(
    ("function", "act"),
    [
        ("survey_range", lambda _call, _event: dead()),
        ("survey_range", at_once),
        ("compose_pieces", lambda call, _event: (call(), dead())[1]),
    ],
)
@pytest.mark.usefixtures("surveyed_by_workers")
def test_an_import_completes_although_workers_of_the_survey_die(customer, instead, function, act):
    once = Once(act)
    instead(function, once)
    job = customer.imported(customer.put("a.csv", CONTENT))
    expected = counted("CSV", CONTENT)
    assert once.done
    assert outcome(customer, job)[:3] == ("COMPLETED", len(expected.good), expected.bad)


@pytest.mark.usefixtures("surveyed_by_workers")
def test_a_survey_that_cannot_be_completed_fails_the_job_in_words_and_a_retry_completes_it(
    customer, instead, ask
):
    down = True

    def lost(call, event):
        return dead() if down and event["item"]["index"] == 2 else call()

    instead("survey_range", lost)
    job = customer.imported(customer.put("a.csv", CONTENT))
    assert (job["JobStatus"], job["TotalProcessed"]) == ("FAILED", 0)
    assert job["Failures"][0].startswith("where the records of")
    assert "a.csv, bytes" in job["Failures"][0]
    down = False
    assert ask("POST", f"jobs/import/{job['Id']}/retry")[0] == 202
    expected = counted("CSV", CONTENT)
    assert outcome(customer, customer.ended(job))[:3] == ("COMPLETED", len(expected.good), expected.bad)


@pytest.mark.usefixtures("surveyed_by_workers")
def test_a_file_that_changes_while_it_is_surveyed_fails_as_a_whole(customer, instead):
    once = Once(lambda call, _event: (customer.put("in/a.csv", CONTENT + "z,z,EMAIL\r\n"), call())[1])
    customer.put("in/a.csv", CONTENT)
    other = people_csv(100, 20)
    customer.put("in/b.csv", other)
    instead("survey_range", once)
    job = customer.imported(customer.url("in/"))
    assert job["JobStatus"] == "FAILED"
    assert f"{customer.url('in/a.csv')} was changed or deleted after the job began" in job["Failures"][0]
    assert customer.endpoints().keys() == set(counted("CSV", other).good)


@pytest.mark.usefixtures("surveyed_by_workers")
def test_a_job_that_is_cancelled_during_its_survey_reads_no_row(customer, instead, ask):
    def cancelled(call, event):
        ask("DELETE", f"jobs/import/{event['job_id']}")
        return call()

    instead("survey_range", cancelled)
    made = customer.create_import(customer.put("a.csv", CONTENT))
    job = customer.ended(made)
    assert (job["JobStatus"], job["TotalProcessed"], customer.endpoints()) == ("CANCELLED", 0, {})
