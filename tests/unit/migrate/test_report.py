"""What is told of a migration beside its tables."""

import pytest

from migrate.folders import Folder
from migrate.plan import PlannedImport
from migrate.report import Brought, show_reasons
from walk.show import console


@pytest.fixture
def told():
    def told(**job):
        planned = PlannedImport(Folder("b", "f/", "CSV", ()))
        with console.capture() as captured:
            show_reasons([Brought(planned, {}, {"Id": "j1", **job}, {})])
        return captured.get().splitlines()

    return told


def test_the_first_reasons_of_failed_rows_are_shown_as_they_are_and_the_others_counted(told):
    reasons = [f"s3://b/f/[1].csv line {n}: ChannelType: 'FAX' is not one of" for n in range(7)]
    *shown, more = told(Failures=reasons, TotalFailures=7)
    assert [line.strip() for line in shown] == reasons[:5]
    assert more == "  and 2 more of job j1"


def test_nothing_is_told_of_a_job_whose_rows_all_went_in(told):
    assert told(Failures=[], TotalFailures=0) == []
    assert told() == []
