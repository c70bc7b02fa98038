"""Which evaluations are due: each version of an imported segment once, a dimensional one when it is wanted."""

from audience.memberships.plan import due_evaluations, milliseconds
from audience.memberships.store import History
from audience.segments.version import SegmentVersion

NOW = 5_000
DATES = ["1970-01-01T00:00:01.000Z", "1970-01-01T00:00:02.000Z", "1970-01-01T00:00:03.000Z"]
MEMBERS = {"application_id": "app", "name": "s", "created": DATES[0]}
VERSIONS = [
    SegmentVersion(id="i", segment_type="IMPORT", version=at + 1, modified=date, **MEMBERS)
    for at, date in enumerate(DATES)
]
IMPORTED = VERSIONS[-1]
DIMENSIONAL = SegmentVersion(id="d", segment_type="DIMENSIONAL", version=7, modified=DATES[0], **MEMBERS)


def versions(_segment_id, after):
    return [each for each in VERSIONS if each.version > after]


def planned(segment, version=None, *, wanted=False):
    history = None if version is None else History(version, 0, "job", {"key": "", "shards": []})
    return [
        (each["version"], each["at"])
        for each in due_evaluations(
            [segment], lambda _: history, versions, lambda *_: wanted, lambda _: {}, NOW
        )
    ]


def test_all_versions_of_an_imported_segment_are_evaluations_of_their_own_dates():
    assert planned(IMPORTED) == [(1, 1_000), (2, 2_000), (3, 3_000)]


def test_versions_that_are_in_the_history_are_not_evaluated_again():
    assert planned(IMPORTED, 2) == [(3, 3_000)]
    assert planned(IMPORTED, 3) == []


def test_a_dimensional_segment_is_evaluated_now_where_it_is_wanted():
    assert planned(DIMENSIONAL, wanted=True) == [(7, NOW)]
    assert planned(DIMENSIONAL, 7, wanted=True) == [(7, NOW)]


def test_a_dimensional_segment_that_is_not_wanted_is_not_evaluated_again():
    assert planned(DIMENSIONAL, 7) == []


def test_dates_are_read_to_the_millisecond():
    assert milliseconds("2026-11-25T12:00:00.123Z") == 1_795_608_000_123
