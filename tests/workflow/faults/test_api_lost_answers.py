"""An operation whose request to AWS took effect and lost its answer once comes out as if nothing had happened."""

from itertools import groupby

import pytest

from tests.workflow.faults.wiretap import Lost, Wiretap

DIMENSIONS = {"Attributes": {"A": {"AttributeType": "INCLUSIVE", "Values": ["x"]}}}
PEOPLE = "Id,Address,ChannelType\n1,a,SMS\n2,b,EMAIL\n"


def told_apart(kinds):
    """The numbers of the first and the last of requests alike in a row: an app's 64 shards are asked the same."""
    rows = [list(alike) for _, alike in groupby(range(len(kinds)), kinds.__getitem__)]
    return sorted({number for row in rows for number in (row[0], row[-1])})


@pytest.fixture
def every_answer_lost(stack):
    """Runs a walk again and again, with the answer of one of its requests lost; how many were lost."""

    def run(walk):
        walk()  # what is asked for once in a function's life is kept from here on
        whole = Wiretap(stack, ("api",), -1, Lost())
        with whole.tapping():
            expected = walk()
        lost = 0
        for at in told_apart(whole.kinds):
            tap = Wiretap(stack, ("api",), at, Lost())
            with tap.tapping():
                found = walk()
            assert found == expected, tap.done
            lost += bool(tap.done)  # a walk that waits for a job asks less often when that is quicker
        return lost

    return run


def test_a_segment_is_made_changed_and_deleted(pinpoint, app_id, every_answer_lost):
    def walk():
        segment = {"Name": "first", "Dimensions": DIMENSIONS}
        made = pinpoint.create_segment(ApplicationId=app_id, WriteSegmentRequest=segment)["SegmentResponse"]
        own = {"ApplicationId": app_id, "SegmentId": made["Id"]}
        changed = pinpoint.update_segment(**own, WriteSegmentRequest={**segment, "Name": "second"})
        versions = pinpoint.get_segment_versions(**own)["SegmentsResponse"]["Item"]
        gone = pinpoint.delete_segment(**own)["SegmentResponse"]
        told = [made, changed["SegmentResponse"], *versions, gone]
        return [(each["Name"], each["Version"]) for each in told]

    assert every_answer_lost(walk) > 10


def test_an_app_with_endpoints_is_made_and_deleted(pinpoint, every_answer_lost):
    def walk():
        app = pinpoint.create_app(CreateApplicationRequest={"Name": "lost"})["ApplicationResponse"]
        own = {"ApplicationId": app["Id"]}
        endpoint = {"Address": "a@example.com", "ChannelType": "EMAIL", "User": {"UserId": "u"}}
        pinpoint.update_endpoint(**own, EndpointId="e1", EndpointRequest=endpoint)
        found = pinpoint.get_user_endpoints(**own, UserId="u")["EndpointsResponse"]["Item"]
        gone = pinpoint.delete_app(**own)["ApplicationResponse"]
        return [each["Id"] for each in found], gone["Name"]

    assert every_answer_lost(walk) > 5


def test_a_job_is_made_once(customer, every_answer_lost):
    url = customer.put("a.csv", PEOPLE)
    made = set()

    def walk():
        job = customer.ended(customer.create_import(url))
        made.add(job["Id"])
        listed = {each["Id"] for each in customer.get("jobs/import")["Item"]}
        return job["JobStatus"], job["TotalProcessed"], listed == made

    assert every_answer_lost(walk) > 5
