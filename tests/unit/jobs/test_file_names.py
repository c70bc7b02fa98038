"""Names of files are kept in few bytes and come back as they were, in their order."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audience.jobs.file_names import FileNames, WorkerFileNames

PREFIX = f"work/{'a' * 32}/{'b' * 32}/"
# A record also has some 300 bytes of other members.
MOST_BYTES = 100_000

_numbers = st.sampled_from(["0", "1", "2", "3", "03", "-1", "9" * 9, "9" * 10, ""])
_awkward = st.builds(
    lambda head, number, tail: head + number + tail,
    st.sampled_from(["a-", "a", "work/x-", "-", "", "ä\n-"]),
    _numbers,
    st.sampled_from(["", ".gz", ".csv.gz", "-x"]),
)


def again(names: FileNames) -> FileNames:
    """The names after they have been through a record."""
    return FileNames.read(orjson.loads(orjson.dumps(names.stored())))


@given(added=st.lists(st.tuples(_awkward, st.integers(-1, 2)), max_size=12), gone=st.sets(st.integers(0, 2)))
def test_any_names_come_back_and_those_of_a_source_can_be_taken_away(
    added: list[tuple[str, int]], gone: set[int]
) -> None:
    names = FileNames()
    for name, source in added:
        names = again(names.plus([name], source))
    assert list(names) == [name for name, _ in added]
    assert len(names) == len(added)
    assert list(again(names.without(gone))) == [name for name, source in added if source not in gone]


@given(names=st.lists(_awkward, max_size=12))
def test_a_plain_list_of_names_is_read_too(names: list[str]) -> None:
    assert list(FileNames.read(names)) == names


@given(turns=st.lists(st.tuples(st.integers(0, 2), st.booleans(), st.integers(-1, 1)), max_size=60))
def test_only_recorded_files_of_competing_workers_are_named(
    turns: list[tuple[int, bool, int]],
) -> None:
    workers = [WorkerFileNames(PREFIX, 3, f"token{number}") for number in range(3)]
    recorded, model, written = FileNames(), [], []
    for worker, counts, source in turns:
        name = workers[worker].next("members", ".gz")
        written.append(name)
        if counts:
            recorded = again(recorded.plus([name], source))
            model.append(name)
    assert len(set(written)) == len(written)
    assert list(recorded) == model


@pytest.mark.parametrize("kind", ["members", "failures"])
def test_a_hundred_thousand_checkpoints_of_a_thousand_workers_fit_into_a_record(kind: str) -> None:
    names, expected = FileNames(), []
    for worker in range(1000):
        own = WorkerFileNames(PREFIX, 0, f"{worker:016x}")
        fresh = [own.next(kind, ".gz") for _ in range(100)]
        names, expected = names.plus(fresh, 0), [*expected, *fresh]
    assert len(size_of(names)) < MOST_BYTES / 2  # there are members and failures
    assert list(again(names)) == expected
    assert len(names) == 100_000


def size_of(names: FileNames) -> bytes:
    stored: dict[str, Any] = names.stored()
    return orjson.dumps(stored)
