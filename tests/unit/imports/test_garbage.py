"""Bytes after a file's gzip data are one failure of the file, whatever is read again, and its rows go in."""

import gzip
from collections.abc import Callable
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audience.imports import checkpoint_interval as module
from audience.imports.checkpoint_interval import CheckpointInterval
from audience.imports.failure_cells import failed_rows
from audience.imports.failures import failure_lines
from audience.imports.reader import SourceReader
from audience.jobs.pieces import Checkpoint
from tests.unit.imports.sources import entries, judged, reader_of
from tests.unit.imports.test_checkpoint_interval import NOW, Merged, readers_of, run_through
from tests.unit.sources.fake_s3 import FakeS3

TEXTS = {True: b'Id,OptOut\r\n1,ALL\n\n"2\n2",NONE\n3', False: b'{"Id": "1"}\n\n{"Id": "2"}\r\n{"Id": "3"}\n'}


def with_garbage(text: bytes, garbage: bytes = b"garbage") -> bytes:
    return gzip.compress(text) + garbage


@pytest.mark.parametrize("csv", [True, False])
def test_the_rows_count_and_the_garbage_is_one_failure(csv: bool) -> None:
    sound, _ = judged(gzip.compress(TEXTS[csv]), csv=csv)
    rows, failures = judged(with_garbage(TEXTS[csv]), csv=csv)
    assert rows == sound
    told = entries(failures)[-1]
    assert (told["Line"], told["Row"]) == (7 if csv else 5, "")
    assert told["Reason"] == "7 bytes after the gzip data are no gzip: they are left out"
    assert judged(with_garbage(TEXTS[csv], b"\x1fA"), csv=csv)[1][-1].reason.startswith("2 bytes after")
    assert judged(with_garbage(TEXTS[csv], b"A"), csv=csv)[1][-1].reason.startswith("1 byte after")


@pytest.mark.parametrize("text", [b"", b"Id\n", b"\n"])
def test_a_file_without_rows_has_that_failure_alone(text: bytes) -> None:
    rows, failures = judged(with_garbage(text), csv=True)
    assert (rows, len(failures)) == ([], 1)
    (cells,) = failed_rows(failure_lines(failures))
    assert cells.reasons == failures[0].reason


@settings(deadline=None, max_examples=60)
@given(csv=st.booleans(), step=st.integers(1, 50), stops=st.sets(st.integers(0, 6)))
def test_the_failure_is_told_once_wherever_reading_begins_again(
    csv: bool, step: int, stops: set[int]
) -> None:
    s3 = FakeS3({"file": with_garbage(TEXTS[csv])}, step)
    expected = [record for record, _ in reader_of(s3, "file", csv=csv).records(-1, 0)]
    reader, found, at = reader_of(s3, "file", csv=csv), [], (-1, 0)
    for _ in range(20):
        for record, position in reader.records(*at):
            found.append(record)
            at = (position, record.line + record.lines)
            if len(found) in stops:
                break
        else:
            break
        stops = stops - {len(found)}
        reader = reader_of(s3, "file", csv=csv)
    assert found == expected
    assert [bool(record.problem) for record in found] == [False] * (len(found) - 1) + [True]


@settings(deadline=None, max_examples=40)
@given(stops=st.lists(st.booleans(), max_size=20), kept=st.booleans())
def test_every_row_and_the_garbage_count_once_wherever_intervals_end(stops: list[bool], kept: bool) -> None:
    files = (with_garbage(TEXTS[True]), b"Id\n7\n", with_garbage(b"Id\n8\nbad-1\n"))
    pending = iter(stops)

    def fresh(number: int) -> SourceReader | None:
        return readers_of(*files)(number)

    readers: Callable[[int], SourceReader | None] = readers_of(*files) if kept else fresh
    found, _ = run_through(readers, lambda: next(pending, True), Merged())
    failures = [failure for interval in found for failure in interval.failures]
    assert sum(interval.processed for interval in found) == 4
    assert [failure.reason.split()[-1] for failure in failures] == ["2", "out", "refused", "out"]


def test_an_interval_that_is_full_at_the_end_of_the_text_leaves_the_garbage_to_the_next() -> None:
    readers = readers_of(with_garbage(b"Id\n1\n2\n"))
    with patch.object(module, "MAX_ROWS", 2):
        first, second = (CheckpointInterval(Merged(), NOW, keep_members=True) for _ in range(2))
        reached, done = first.run(readers, Checkpoint(), lambda: True)
        assert (first.processed, len(first.failures), done) == (2, 0, False)
        assert second.run(readers, reached, lambda: True) == (Checkpoint(1), True)
    assert (second.processed, len(second.failures)) == (0, 1)
