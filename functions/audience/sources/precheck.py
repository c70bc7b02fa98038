"""The check of an import's files before its job is made: they exist, can be read, and have its format."""

from audience.aws.client_types import S3Client
from audience.endpoints.columns import ColumnRules
from audience.endpoints.csv_rows import PLAIN, CsvHeader, header_of
from audience.endpoints.json_rows import near_members
from audience.endpoints.rows import RowInvalidError
from audience.errors import SourceUnreadableError
from audience.sources.delimiters import delimiter_of, is_separator_line
from audience.sources.listing import SUFFIXES, SourceFormat, objects_at
from audience.sources.location import S3Location
from audience.sources.records import BOM, MAX_RECORD, Record, records
from audience.sources.stream import ObjectStream

# The first record may come after so many bytes of blank lines, and is read to its end. A quarter more, because gzip of
# incompressible bytes is larger than the bytes.
_MAX_BLANK = MAX_RECORD
MAX_HEAD = _MAX_BLANK + MAX_RECORD + MAX_RECORD // 4
# Exports write a file a task, and some tasks have nothing to write. A job that begins with more blank files than
# this, or more bytes of them, or has no file of its format among so many names, is left to its planner to judge.
_MAX_BLANK_FILES = 20
_MAX_BLANK_FILE_BYTES = 4 * MAX_HEAD
MAX_LISTED = 20_000
_IS_EMPTY = "is empty: there is no record in it"
_NO_RECORD = f"has no record in its first {_MAX_BLANK} bytes: blank lines or empty gzip members are there"


def check_source_files(
    s3: S3Client, location: S3Location, file_format: SourceFormat, rules: ColumnRules = PLAIN
) -> None:
    """Check that there is something to import, and the first record of the first file that has one.

    At most a few MiB are read: a file that has no record in its first MiB counts as blank.

    Raises:
        SourceUnreadableError: nothing can be listed, nothing matches, or the first record cannot be of the format;
            the message names the file, the line and the reason.
    """
    first = ""
    others = blank_files = blank_bytes = 0
    for number, found in enumerate(objects_at(s3, location, file_format)):
        if number == MAX_LISTED or blank_files == _MAX_BLANK_FILES or blank_bytes >= _MAX_BLANK_FILE_BYTES:
            return
        if not found.wanted:
            others += 1
            continue
        at = S3Location(location.bucket, found.key)
        delimiter, record, whole = _first_record(
            ObjectStream(s3, at, found.size, found.etag), file_format, rules
        )
        if record is not None:
            _check_first_record(at, record, file_format, rules, delimiter)
            return
        first = first or f"{at} {_IS_EMPTY if whole else _NO_RECORD}"
        blank_files += found.size > 0
        blank_bytes += min(found.size, MAX_HEAD)
    raise SourceUnreadableError(first or _no_match(location, file_format, others))


def _no_match(location: S3Location, file_format: SourceFormat, others: int) -> str:
    names = ", ".join(SUFFIXES[file_format])
    beside = f"; {others} other files are there" if others else ""
    return f"{location} matches no {file_format} file ({names}){beside}"


def _first_record(
    stream: ObjectStream, file_format: SourceFormat, rules: ColumnRules
) -> tuple[str, Record | None, bool]:
    """Return the delimiter, the first record that is not blank, or None and whether the file was read to its end."""
    csv, delimiter, text = file_format == "CSV", ",", stream.head(MAX_HEAD)
    if csv:
        delimiter, text = delimiter_of(text, rules)
    blank = 0
    for record in records(text, csv=csv, delimiter=delimiter):
        if not record.blank and not (csv and is_separator_line(record)):
            return delimiter, record, True
        blank += record.length
        if blank > _MAX_BLANK:
            return delimiter, None, False
    return delimiter, None, stream.size <= MAX_HEAD


def _check_first_record(
    at: S3Location, record: Record, file_format: SourceFormat, rules: ColumnRules, delimiter: str
) -> None:
    csv = file_format == "CSV"
    problem = _csv_problem(record, rules, delimiter) if csv else _json_problem(record, rules)
    if problem:
        raise SourceUnreadableError(f"{at} line {record.line}: {problem}")


def _csv_problem(record: Record, rules: ColumnRules, delimiter: str) -> str:
    if record.problem:
        return record.problem
    content = header_of(rules.header, delimiter) if rules.header else record.content
    try:
        header = CsvHeader(content, rules, delimiter)
    except RowInvalidError as error:
        return f"this is not the header of a CSV file: {error.reason}"
    return _columns_problem(header, rules) or ("" if header.known else _no_header(record))


def _columns_problem(header: CsvHeader, rules: ColumnRules) -> str:
    if header.wrong:
        return "; ".join(reason for _, reason in header.wrong)
    if missing := [name for name in rules.columns if name not in header.columns]:
        return f"Columns: {missing[0]!r} is not in its header, which has {', '.join(header.columns)[:500]}"
    return ""


def _no_header(record: Record) -> str:
    shown = record.content[:80].decode(errors="replace")
    return (
        f"{shown!r} is not a CSV header: no column of an endpoint, such as Id, Address or ChannelType, is in it. "
        "Columns says what columns of other names are, Header what the columns of a file without one are"
    )


def _json_problem(record: Record, rules: ColumnRules) -> str:
    content = record.content.removeprefix(BOM).strip()
    if content.startswith(b"["):
        return "a JSON array begins here: newline-delimited JSON is expected, one endpoint object a line"
    if content.startswith(b"{"):
        return "; ".join(near_members(content, rules))
    shown = content[:80].decode(errors="replace")
    return f"{shown!r} is not a JSON object: newline-delimited JSON is expected, one endpoint object a line"
