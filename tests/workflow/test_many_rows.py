"""A larger job: thousands of rows over several pieces, counted by a reader of its own."""

from collections import Counter

from tests.workflow.files import counted, people_csv

ROWS = 5000


def test_thousands_of_rows_over_several_pieces_are_all_accounted_for(customer, piece_bytes):
    content = people_csv(0, ROWS)
    piece_bytes(len(content) // 5)
    job = customer.imported(customer.put("people.csv", content), DefineSegment=True)
    expected = counted("CSV", content)
    assert (job["JobStatus"], job["FailedPieces"]) == ("COMPLETED", 0)
    assert job["CompletedPieces"] == job["TotalPieces"] >= 4
    assert (job["TotalProcessed"], job["TotalFailures"]) == (len(expected.good), expected.bad)
    assert job["TotalProcessed"] + job["TotalFailures"] == ROWS
    assert len(job["Failures"]) == 100
    assert len(customer.failure_file(job)) == expected.bad
    channels = Counter("SMS" if int(name[1:]) % 2 else "EMAIL" for name in expected.good)
    definition = customer.segment(job["Definition"]["SegmentId"])["ImportDefinition"]
    assert (definition["Size"], definition["ChannelCounts"]) == (len(expected.good), channels)
    exported = customer.exported(customer.url("out"), SegmentId=job["Definition"]["SegmentId"])
    assert exported["TotalProcessed"] == len(expected.good)
    assert customer.documents(customer.url("out/")).keys() == set(expected.good)
