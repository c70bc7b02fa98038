"""The guarantees of the store of segments' histories, and of their publication."""

import gzip

import orjson
import pytest

from audience.jobs.model import JobKey
from audience.jobs.pieces import PieceRecord
from audience.memberships.history import Match, Membership
from audience.memberships.publishing import EvaluationIncompleteError, HistoryPublisher
from audience.memberships.store import History, HistoryStore, history_files, match_files
from audience.memberships.worker import runs_prefix
from audience.segments.store import SegmentStore
from tests.contract.segments import content
from tests.unit.aws.storage import empty_bucket

MANIFEST = {"key": "k", "shards": [[0, 0, 0]]}
FIRST, SECOND = History(1, 100, "job1", MANIFEST), History(2, 200, "job2", MANIFEST)


@pytest.fixture
def store(control):
    return HistoryStore(control)


@pytest.fixture
def storage():
    with empty_bucket() as made:
        yield made


def test_a_history_is_found_as_it_was_put(store):
    assert store.find("app", "s") is None
    assert store.replace("app", "s", FIRST, None)
    assert store.find("app", "s") == FIRST


def test_a_history_replaces_only_the_one_that_it_continues(store):
    assert store.replace("app", "s", FIRST, None)
    assert not store.replace("app", "s", SECOND, None)
    assert store.replace("app", "s", SECOND, FIRST)
    assert not store.replace("app", "s", FIRST, FIRST)
    assert store.find("app", "s") == SECOND


def test_a_history_is_removed_with_its_segment(store, control):
    SegmentStore(control).publish("app", "s", content())
    store.replace("app", "s", FIRST, None)
    SegmentStore(control).delete("app", "s")
    assert store.find("app", "s") is None


class Evaluations:
    """Publishes evaluations of one segment as jobs do."""

    def __init__(self, storage, store):
        self.storage, self.store = storage, store

    def publish(self, job_id, at, *seen, version=1, done=True):
        key = JobKey("app", "PROFILE_EXPORT", job_id)
        run = f"{runs_prefix(key, 's')}run.gz"
        names = [Match(name, 0) for name in seen]
        match_files(self.storage.s3, self.storage.bucket).write_run(run, names)
        piece = PieceRecord(0, status="DONE" if done else "RUNNING", member_runs=[run])
        evaluation = {"segment_id": "s", "version": version, "at": at, "bases": {}}
        publisher = HistoryPublisher(self.storage.s3, self.storage.bucket, self.store, key)
        publisher.publish([evaluation], [piece], 1)

    def found(self):
        manifest = self.store.find("app", "s").manifest
        files = history_files(self.storage.s3, self.storage.bucket)
        return {each.name: each for shard in range(64) for each in files.read(manifest, shard)}


@pytest.fixture
def evaluations(storage, store):
    return Evaluations(storage, store)


def test_each_evaluation_continues_the_history_before(evaluations):
    evaluations.publish("job1", 100, "E#a", "E#b")
    evaluations.publish("job2", 200, "E#b", "U#c")
    assert evaluations.found() == {
        "E#a": Membership("E#a", "exited", 200),
        "E#b": Membership("E#b", "realized", 100),
        "U#c": Membership("U#c", "realized", 200),
    }


def test_publishing_the_same_job_again_changes_nothing(evaluations, store):
    evaluations.publish("job1", 100, "E#a")
    before = store.find("app", "s")
    evaluations.publish("job1", 100, "E#a", "E#b")
    assert store.find("app", "s") == before
    assert set(evaluations.found()) == {"E#a"}


def test_an_evaluation_that_comes_late_does_not_count(evaluations):
    evaluations.publish("job2", 200, "E#b")
    evaluations.publish("job1", 100, "E#a")
    assert evaluations.found() == {"E#b": Membership("E#b", "realized", 200)}


def test_a_replaced_history_file_is_marked_to_expire(evaluations, storage):
    evaluations.publish("job1", 100, "E#a")
    evaluations.publish("job2", 200, "E#a")
    tags = {
        job: storage.s3.get_object_tagging(Bucket=storage.bucket, Key=f"segments/app/s/history-{job}.gz")[
            "TagSet"
        ]
        for job in ("job1", "job2")
    }
    assert tags == {"job1": [{"Key": "superseded", "Value": "true"}], "job2": []}


def test_an_evaluation_whose_piece_was_not_done_is_not_published(evaluations, store):
    with pytest.raises(EvaluationIncompleteError, match="piece 1 of 1 was not completed"):
        evaluations.publish("job1", 100, "E#a", done=False)
    assert store.find("app", "s") is None


def test_a_history_is_lines_of_json_by_shard(evaluations, storage, store):
    evaluations.publish("job1", 100, "E#a")
    manifest = store.find("app", "s").manifest
    content = gzip.decompress(storage.get(manifest["key"]))
    assert [orjson.loads(line) for line in content.splitlines()] == [["E#a", "realized", 100]]
