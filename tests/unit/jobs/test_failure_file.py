"""The failure file of a job is the failure files of its pieces, one after the other."""

import orjson

from audience.jobs.failure_file import MOST_SHOWN, first_shown, write_failure_file
from tests.unit.aws.storage import Storage


def lines(first: int, last: int, row: str = "x") -> bytes:
    entries = (
        {"Object": "s3://b/k", "Line": number, "Field": "", "Reason": "bad", "Row": row}
        for number in range(first, last)
    )
    return b"".join(orjson.dumps(entry) + b"\n" for entry in entries)


def test_the_failure_file_has_every_line_in_source_order_and_the_job_shows_the_first_hundred(
    storage: Storage,
) -> None:
    files = [storage.put("a", lines(0, 70)), storage.put("b", b""), storage.put("c", lines(70, 190))]
    write_failure_file(storage.s3, storage.bucket, "all.jsonl", files, {}, lambda: None)
    assert storage.get("all.jsonl") == lines(0, 190)
    found = first_shown(storage.s3, storage.bucket, files)
    assert found == [f"s3://b/k line {number}: bad" for number in range(MOST_SHOWN)]


def test_lines_longer_than_a_buffer_are_not_split(storage: Storage) -> None:
    content = lines(0, 3, row="\u2028ä\r\n" * 100_000)
    files = [storage.put("a", content)]
    write_failure_file(storage.s3, storage.bucket, "all.jsonl", files, {}, lambda: None)
    assert len(first_shown(storage.s3, storage.bucket, files)) == 3
    assert storage.get("all.jsonl") == content
