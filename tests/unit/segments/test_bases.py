"""Base segments as a job sees them: all its pieces the same, whatever is published while it runs."""

from audience.segments.bases import ShardBases, newest_bases
from audience.segments.groups import SegmentReference
from audience.segments.version import SegmentVersion
from tests.unit.segments.definitions import NOW

TOP, MIDDLE, BASE = "1" * 32, "2" * 32, "3" * 32
TEA, MILK = {"Id": "t", "Attributes": {"Likes": ["tea"]}}, {"Id": "m", "Attributes": {"Likes": ["milk"]}}


def likes(what):
    return {"dimensions": {"Attributes": {"Likes": {"Values": [what]}}}}


def built_on(*references):
    return {"segment_groups": {"Groups": [{"SourceSegments": list(references)}]}}


class Versions:
    """The versions of some segments, in place of the store."""

    def __init__(self):
        self.versions = {}

    def publish(self, segment_id, content):
        versions = self.versions.setdefault(segment_id, [])
        members = {
            "application_id": "app",
            "name": "s",
            "segment_type": "DIMENSIONAL",
            "created": "",
            "modified": "",
        }
        versions.append(SegmentVersion(id=segment_id, version=len(versions) + 1, **members, **content))
        return versions[-1]

    def find(self, _application_id, segment_id, version=None):
        versions = self.versions.get(segment_id, [])
        return next((each for each in reversed(versions) if version in {None, each.version}), None)


def taken(versions, newest, segment_id):
    bases = ShardBases(versions, None, "bucket", "app", 0, NOW, newest)
    reference = SegmentReference.model_validate({"Id": segment_id})
    return [endpoint["Id"] for endpoint in (TEA, MILK) if bases.contains(reference, endpoint)]


def test_a_base_published_while_a_job_runs_is_not_seen_by_it():
    versions = Versions()
    versions.publish(BASE, likes("tea"))
    versions.publish(MIDDLE, built_on({"Id": BASE}))
    newest = newest_bases(versions, versions.publish(TOP, built_on({"Id": MIDDLE})))
    versions.publish(BASE, likes("milk"))
    assert taken(versions, newest, MIDDLE) == ["t"]
    assert taken(versions, {}, MIDDLE) == ["m"]


def test_the_bases_of_a_named_version_are_looked_up_too():
    versions = Versions()
    versions.publish(BASE, likes("tea"))
    versions.publish(MIDDLE, built_on({"Id": BASE}))
    versions.publish(MIDDLE, likes("milk"))
    top = versions.publish(TOP, built_on({"Id": MIDDLE, "Version": 1}))
    assert newest_bases(versions, top) == {BASE: 1}


def test_circles_and_missing_segments_are_no_error_before_a_piece_needs_them():
    versions = Versions()
    versions.publish(MIDDLE, built_on({"Id": TOP}, {"Id": BASE}))
    top = versions.publish(TOP, built_on({"Id": MIDDLE}))
    assert newest_bases(versions, top) == {MIDDLE: 1, TOP: 1}
