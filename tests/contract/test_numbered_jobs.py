"""The guarantees of jobs that are known by number."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from audience.experience_platform.export_jobs import NumberedJob, NumberedJobs
from audience.jobs.model import JobKey


@pytest.fixture
def numbered(control):
    return NumberedJobs(control)


def added(numbered, count, organisation="org", sandbox="prod"):
    jobs = [
        NumberedJob(number, 1_000 + number, JobKey("app", "PROFILE_EXPORT", f"{number:032x}"))
        for number in (numbered.next_number() for _ in range(count))
    ]
    for job in jobs:
        numbered.add(organisation, sandbox, job)
    return jobs


def test_numbers_are_given_once_each_in_ascending_order(numbered):
    with ThreadPoolExecutor(8) as threads:
        given = list(threads.map(lambda _: numbered.next_number(), range(40)))
    assert sorted(given) == list(range(1, 41))


def test_a_job_is_found_by_its_number_in_its_own_organisation_and_sandbox_alone(numbered):
    (job,) = added(numbered, 1)
    assert numbered.find("org", "prod", job.number) == job
    assert numbered.find("org", "dev", job.number) is None
    assert numbered.find("other", "prod", job.number) is None


def test_pages_go_from_the_newest_to_the_oldest_beyond_nine(numbered):
    jobs = added(numbered, 11)
    first, more = numbered.page("org", "prod", 6, None)
    then, none = numbered.page("org", "prod", 6, first[-1].number)
    assert (more, none) == (True, False)
    assert first + then == jobs[::-1]


def test_a_job_of_another_organisation_is_on_no_page(numbered):
    added(numbered, 2, organisation="other")
    assert numbered.page("org", "prod", 6, None) == ([], False)
