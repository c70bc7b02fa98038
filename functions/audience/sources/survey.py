"""The look at a job's files before the job is made: is there anything, may it be read, is it what it claims to be."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from audience.endpoints.csv_rows import CsvHeader
from audience.endpoints.rows import RowInvalidError
from audience.errors import SourceUnreadableError
from audience.sources.listing import SUFFIXES, Format, SourceObject, objects_at
from audience.sources.location import S3Location
from audience.sources.records import BOM, Record, records
from audience.sources.stream import ObjectStream

# The first record of a file is looked for in so many lines: a file that begins with more blank ones is empty to us.
_LINES = 100
# Exports write a file a task, and some tasks have nothing to write; a job that begins with more blank files than
# these is not judged by its records.
_FILES = 20


def survey(s3: Any, location: S3Location, wanted: Format) -> None:
    """Look at what there is to import, and at the first record of the first file that has one.

    Raises:
        SourceUnreadableError: nothing can be listed, nothing matches, or the first record cannot be `wanted`; the
            message names the file, the line and the reason.
    """
    first: S3Location | None = None
    blank = 0
    for found in _wanted_files(s3, location, wanted):
        place = S3Location(location.bucket, found.key)
        record = _first_record(ObjectStream(s3, place, found.size, found.etag), wanted)
        if record is not None:
            _judge(place, record, wanted)
            return
        first = first or place
        blank += found.size > 0
        if blank == _FILES:
            return
    raise SourceUnreadableError(f"{first} is empty: there is no record in it")


def _wanted_files(s3: Any, location: S3Location, wanted: Format) -> Iterator[SourceObject]:
    others, any_wanted = 0, False
    for found in objects_at(s3, location, wanted):
        if found.wanted:
            any_wanted = True
            yield found
        others += not found.wanted
    if not any_wanted:
        names = ", ".join(SUFFIXES[wanted])
        beside = f"; {others} other files are there" if others else ""
        raise SourceUnreadableError(f"{location} matches no {wanted} file ({names}){beside}")


def _first_record(stream: ObjectStream, wanted: Format) -> Record | None:
    found = islice(records(stream.text(), csv=wanted == "CSV"), _LINES)
    return next((record for record in found if record.content.strip()), None)


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
