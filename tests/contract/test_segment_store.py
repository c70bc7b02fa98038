"""The guarantees of the store of segments."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from audience.aws.control_table import ControlTable
from audience.layout.control_table import SEGMENT
from audience.segments.store import SegmentExistsError, SegmentGoneError, SegmentMovedOnError, SegmentStore
from audience.segments.version import SegmentVersion
from tests.contract.segments import content


@pytest.fixture
def store(control):
    return SegmentStore(control)


def test_a_segment_is_found_as_it_was_published(store):
    written = content(dimensions={"Range": 1.5}, members={"key": "k"})
    published = store.publish("app", "s1", written)
    assert published == SegmentVersion.of(written, id="s1", application_id="app", version=1)
    assert store.find("app", "s1") == published
    assert store.find("app", "s1", 1) == published


def test_what_was_not_published_is_not_found(store):
    store.publish("app", "s1", content())
    assert store.find("app", "s2") is None
    assert store.find("other", "s1") is None
    assert store.find("app", "s1", 2) is None
    assert store.delete("app", "s2") is None


def test_the_next_version_becomes_the_newest_and_keeps_the_creation_date(store):
    store.publish("app", "s1", content("first"))
    store.publish("app", "s1", content("second"))
    head = store.find("app", "s1")
    assert (head.version, head.name, head.created) == (2, "second", "born first")
    assert store.find("app", "s1", 1).name == "first"


def test_the_same_job_publishes_once(store):
    once = store.publish("app", "s1", content(job_id="j1"))
    assert store.publish("app", "s1", content(job_id="j1")) == once
    assert store.publish("app", "s1", content(job_id="j2")).version == 2


def test_a_version_of_a_job_has_the_segments_tags_and_none_is_an_empty_object(store):
    assert store.publish("app", "s1", content(job_id="j1")).tags == {}
    store.publish("app", "s1", content(tags={"team": "growth"}))
    assert store.publish("app", "s1", content(job_id="j2")).tags == {"team": "growth"}
    assert store.find("app", "s1").shown()["tags"] == {"team": "growth"}


def test_each_of_several_concurrent_publications_gets_a_version(store):
    names = [f"n{number}" for number in range(12)]
    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda name: store.publish("app", "s1", content(name, job_id=name)), names))
    assert sorted(segment.version for segment in done) == list(range(1, 13))
    assert store.find("app", "s1").version == 12
    kept = {store.find("app", "s1", version).name for version in range(1, 13)}
    assert kept == set(names)


def test_segments_are_paged_newest_first_one_entry_each(store):
    for name in ("s1", "s2", "s3"):
        store.publish("app", name, content())
    store.publish("app", "s1", content())
    first, after = store.page("app", 2, None)
    rest, end = store.page("app", 2, after)
    assert [[segment.id for segment in page] for page in (first, rest)] == [["s3", "s2"], ["s1"]]
    assert end is None
    assert rest[0].version == 2


def test_versions_are_paged_newest_first(store):
    for _ in range(11):
        store.publish("app", "s1", content())
    first, after = store.page_of_versions("app", "s1", 10, None)
    rest, end = store.page_of_versions("app", "s1", 10, after)
    assert [version.version for version in first + rest] == list(range(11, 0, -1))
    assert end is None


def test_delete_returns_the_newest_version_and_removes_all_versions(store):
    for _ in range(30):
        newest = store.publish("app", "s1", content())
    assert store.delete("app", "s1") == newest
    assert store.find("app", "s1") is None
    assert store.find("app", "s1", 1) is None
    assert store.page_of_versions("app", "s1", 10, None) == ([], None)


def test_a_deletion_that_died_is_sent_again_and_leaves_nothing(store, monkeypatch):
    """A version that stayed would be taken for the first one of a segment that gets the same id."""
    newest = store.publish("app", "s1", content())

    def dies(*_):
        raise EOFError

    for name in ("delete", "delete_all"):
        with monkeypatch.context() as dying:
            dying.setattr(ControlTable, name, dies)
            with pytest.raises(EOFError):
                store.delete("app", "s1")
    assert store.delete("app", "s1") == newest
    assert store.page_of_versions("app", "s1", 10, None) == ([], None)


def test_a_change_that_was_made_from_an_older_version_is_not_published(store):
    store.publish("app", "s1", content("first"))
    store.publish("app", "s1", content("second"), after=1)
    with pytest.raises(SegmentMovedOnError):
        store.publish("app", "s1", content("late"), after=1)
    assert store.find("app", "s1").name == "second"


def test_of_several_that_make_a_segment_under_one_id_one_does(store):
    def make(name):
        try:
            return store.publish("app", "s1", content(name), new=True)
        except SegmentExistsError:
            return None

    with ThreadPoolExecutor(6) as pool:
        made = [segment for segment in pool.map(make, "abcdef") if segment]
    assert made == [store.find("app", "s1")]
    assert made[0].version == 1


def test_a_job_that_publishes_again_after_another_does_not_replace_the_newest_version(store):
    own = store.publish("app", "s1", content("a", job_id="j1"))
    newer = store.publish("app", "s1", content("b", job_id="j2"), exists=True)
    assert store.publish("app", "s1", content("a", job_id="j1"), exists=True) == own
    assert store.find("app", "s1") == newer
    assert store.find("app", "s1", 3) is None


@pytest.mark.parametrize("moment", ["before", "while"])
def test_a_change_or_refresh_of_a_deleted_segment_does_not_create_it_again(
    store, control, moment, monkeypatch
):
    store.publish("app", "s1", content())
    if moment == "before":
        store.delete("app", "s1")
    else:
        store_version = SegmentStore._store

        def deleted_meanwhile(self, version):
            stored = store_version(self, version)
            control.delete_item(Key=SEGMENT.key(application_id="app", segment_id="s1"))
            return stored

        monkeypatch.setattr(SegmentStore, "_store", deleted_meanwhile)
    for how in ({"exists": True}, {"after": 1}):
        with pytest.raises(SegmentGoneError, match="s1 was deleted"):
            store.publish("app", "s1", content("late", job_id="j2"), **how)
    assert store.find("app", "s1") is None
    assert store.find("app", "s1", 2) is None
