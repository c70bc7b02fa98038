"""The look at a job's files before the job is made.

Is there anything, may it be read, is it what it claims to be?
"""

from typing import Any

from audience.endpoints.csv_rows import CsvHeader
from audience.endpoints.rows import RowInvalidError
from audience.errors import SourceUnreadableError
from audience.sources.listing import SUFFIXES, Format, objects_at
from audience.sources.location import S3Location
from audience.sources.records import BOM, MAX_RECORD, Record, records
from audience.sources.stream import ObjectStream

# The first record is looked for behind so many bytes of blank lines, and read to its end. A quarter more: what does not
# compress is larger in gzip than in itself.
_BLANK_BYTES = MAX_RECORD
LOOK_BYTES = _BLANK_BYTES + MAX_RECORD + MAX_RECORD // 4
# Exports write a file a task, and some tasks have nothing to write. A job that begins with more blank files than
# these, or more bytes of them, or whose record is not among so many names, is not judged here but by its planner.
_FILES = 20
_FILES_BYTES = 4 * LOOK_BYTES
NAMES = 20_000
_EMPTY = "is empty: there is no record in it"
_TOO_FAR = f"has no record in its first {_BLANK_BYTES} bytes: blank lines or empty gzip members are there"


def survey(s3: Any, location: S3Location, wanted: Format) -> None:
    """Check what there is to import, and the first record of the first file that has one.

    Whatever is there, no more than a few MiB are read: a file that has no record in its first ones counts as blank.

    Raises:
        SourceUnreadableError: nothing can be listed, nothing matches, or the first record cannot be `wanted`; the
            message names the file, the line and the reason.
    """
    first = ""
    others = blank = looked = 0
    for number, found in enumerate(objects_at(s3, location, wanted)):
        if number == NAMES or blank == _FILES or looked >= _FILES_BYTES:
            return
        if not found.wanted:
            others += 1
            continue
        place = S3Location(location.bucket, found.key)
        record, whole = _first_record(ObjectStream(s3, place, found.size, found.etag), wanted)
        if record is not None:
            _judge(place, record, wanted)
            return
        first = first or f"{place} {_EMPTY if whole else _TOO_FAR}"
        blank += found.size > 0
        looked += min(found.size, LOOK_BYTES)
    raise SourceUnreadableError(first or _no_match(location, wanted, others))


def _no_match(location: S3Location, wanted: Format, others: int) -> str:
    names = ", ".join(SUFFIXES[wanted])
    beside = f"; {others} other files are there" if others else ""
    return f"{location} matches no {wanted} file ({names}){beside}"


def _first_record(stream: ObjectStream, wanted: Format) -> tuple[Record | None, bool]:
    """Return the first record that is not blank, and whether the file was read to its end.

    The latter is True where there is a record.
    """
    blank = 0
    for record in records(stream.head(LOOK_BYTES), csv=wanted == "CSV"):
        if record.content.strip():
            return record, True
        blank += record.length
        if blank > _BLANK_BYTES:
            return None, False
    return None, stream.size <= LOOK_BYTES


def _judge(place: S3Location, record: Record, wanted: Format) -> None:
    problem = _csv_problem(record) if wanted == "CSV" else _json_problem(record)
    if problem:
        raise SourceUnreadableError(f"{place} line {record.line}: {problem}")


def _csv_problem(record: Record) -> str:
    if record.problem:
        return record.problem
    try:
        header = CsvHeader(record.content)
    except RowInvalidError as wrong:
        return f"this is not the header of a CSV file: {wrong.reason}"
    if header.known:
        return ""
    shown = record.content[:80].decode(errors="replace")
    return f"{shown!r} is not a CSV header: no column of an endpoint, such as Id, Address or ChannelType, is in it"


def _json_problem(record: Record) -> str:
    content = record.content.removeprefix(BOM).strip()
    if content.startswith(b"["):
        return "a JSON array begins here: newline-delimited JSON is expected, one endpoint object a line"
    if content.startswith(b"{"):
        return ""
    shown = content[:80].decode(errors="replace")
    return f"{shown!r} is not a JSON object: newline-delimited JSON is expected, one endpoint object a line"
