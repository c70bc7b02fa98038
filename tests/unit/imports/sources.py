"""Files of a job in memory, and what became of their rows."""

import orjson

from audience.endpoints.columns import ColumnRules
from audience.endpoints.rows import Row, RowInvalidError
from audience.imports.failures import Failure, failure_lines
from audience.imports.reader import SourceReader
from audience.sources.location import S3Location
from audience.sources.pieces import Source
from tests.unit.sources.fake_s3 import FakeS3

PLAIN = ColumnRules()
APP = "0123456789abcdef0123456789abcdef"


def source_of(s3: FakeS3, key: str) -> Source:
    """The whole of a file."""
    size = len(s3.objects[key])
    return {"key": key, "etag": s3.etag(key), "size": size, "start": 0, "end": size, "line": 1}


def reader_of(
    s3: FakeS3, key: str, *, csv: bool, source: Source | None = None, rules: ColumnRules = PLAIN
) -> SourceReader:
    """A reader of a file, or of a part of it."""
    place = S3Location("bucket", key)
    return SourceReader(s3.stream(key), source or source_of(s3, key), place, APP, csv=csv, rules=rules)


def judged(content: bytes, *, csv: bool, rules: ColumnRules = PLAIN) -> tuple[list[Row], list[Failure]]:
    """The rows and the failures of a file."""
    return judged_by(reader_of(FakeS3({"file": content}), "file", csv=csv, rules=rules))


def judged_by(*readers: SourceReader) -> tuple[list[Row], list[Failure]]:
    """The rows and the failures of the sources that these read."""
    rows: list[Row] = []
    failures: list[Failure] = []
    for reader in readers:
        for record, _ in reader.records(-1, 0):
            try:
                rows += reader.rows(record)
            except RowInvalidError as wrong:
                failures.append(reader.failure(record, wrong))
    return rows, failures


def entries(failures: list[Failure]) -> list[dict[str, object]]:
    """The failures as the failure file has them."""
    return [orjson.loads(line) for line in failure_lines(failures)]


def failure_file(failures: list[dict[str, object]]) -> bytes:
    """A failure file of entries, perhaps corrected ones."""
    return b"".join(orjson.dumps(entry) + b"\n" for entry in failures)
