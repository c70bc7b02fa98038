"""The check of an import's files by their first records: before the job is made, and where they are read."""

from collections.abc import Iterator

import orjson

from audience.aws.client_types import S3Client
from audience.endpoints.columns import ColumnRules
from audience.endpoints.csv_rows import PLAIN, CsvHeader, header_of
from audience.endpoints.json_rows import near_members
from audience.endpoints.rows import RowInvalidError
from audience.errors import SourceDamagedError, SourceNotOfFormatError, SourceUnreadableError
from audience.sources.delimiters import delimiter_of, is_separator_line
from audience.sources.file_types import HEAD, strange_line_ends, what_it_is, why_not_utf_8
from audience.sources.listing import LongListingError, SourceObject, objects_at
from audience.sources.location import S3Location
from audience.sources.look_ahead import LookAhead
from audience.sources.names import SourceFormat
from audience.sources.passed_over import PassedOver
from audience.sources.records import BLANK, MAX_RECORD, Record, records
from audience.sources.stream import ObjectStream

# The first record may come after so many bytes of blank lines, and is read to its end. A quarter more, because gzip of
# incompressible bytes is larger than the bytes, and for the records that are looked at beside the first.
_MAX_BLANK = MAX_RECORD
MAX_HEAD = _MAX_BLANK + MAX_RECORD + MAX_RECORD // 4
# A bad first row of JSON is no reason to pass a file over where one of so many records and bytes after it is an object.
_MOST_AFTER = 20
_MAX_AFTER = 1 << 16
# A job whose first file of its own is not among so many names is left to its planner and workers to judge.
MAX_LISTED = 20_000
_IS_EMPTY = "is empty: there is no record in it"
_NO_RECORD = f"has no record in its first {_MAX_BLANK} bytes: blank lines or empty gzip members are there"


def check_source_files(
    s3: S3Client, location: S3Location, file_format: SourceFormat, rules: ColumnRules = PLAIN
) -> None:
    """Check that there is something to import: a file whose first record is of the format.

    Files that cannot be of the format, and files without a record, are passed over as long as another may be there. Of
    each at most a few MiB are read: a file that has no record in its first MiB counts as blank.

    Raises:
        SourceUnreadableError: nothing can be listed, nothing matches, a file may not be read, none is of the format, or
            the first that is has columns that are probably meant to be others; the message names the first file, its
            line and the reason.
    """
    passed = PassedOver(location, file_format)
    beginning = Beginning(file_format, rules)
    try:
        for found in objects_at(s3, location, file_format, MAX_LISTED):
            if not found.wanted:
                passed.by_name(found)
            elif passed.is_enough or _has_record(s3, location.bucket, found, beginning, passed):
                return
    except LongListingError:
        return
    raise SourceUnreadableError(passed.reason())


class Beginning:
    """What the beginning of a file of a job has to be."""

    def __init__(self, file_format: SourceFormat, rules: ColumnRules = PLAIN) -> None:
        """Keep the job's format, and what it says of the columns."""
        self._csv = file_format == "CSV"
        self._rules = rules

    def checked_records(
        self, chunks: Iterator[bytes], at: S3Location | str, *, columns: bool = False
    ) -> Iterator[Record]:
        """Yield the records of a whole file, once its beginning has shown that it may be of the format.

        A file that begins with more than a MiB of blank lines is not judged.

        Args:
            chunks: the file's bytes, decompressed.
            at: its name for the error.
            columns: whether columns may not be nearly those of an endpoint, and must be there where the job names them.

        Raises:
            SourceNotOfFormatError: it cannot be of the format; the message has the line and the reason.
            SourceUnreadableError: its columns are wrong.
        """
        content = LookAhead(chunks)
        head = bytearray()
        for chunk in content.ahead():
            head += chunk[: HEAD - len(head)]
            if len(head) == HEAD:
                break
        text, delimiter = content.items(), ","
        if self._csv:
            delimiter, text = delimiter_of(text, self._rules)
        found = LookAhead(records(text, csv=self._csv, delimiter=delimiter))
        self._check(bytes(head), found.ahead(), at, delimiter, columns=columns)
        yield from found.items()

    def _check(
        self, head: bytes, found: Iterator[Record], at: S3Location | str, delimiter: str, *, columns: bool
    ) -> None:
        blank = 0
        for record in found:
            if not record.blank and not (self._csv and is_separator_line(record)):
                if problem := what_it_is(head) or self._problem(record, found, delimiter):
                    raise SourceNotOfFormatError(f"{at} line {record.line}: {problem}")
                if columns and (problem := self._columns_problem(record, delimiter)):
                    raise SourceUnreadableError(f"{at} line {record.line}: {problem}")
                return
            blank += record.length
            if blank > _MAX_BLANK:
                return

    def _problem(self, record: Record, following: Iterator[Record], delimiter: str) -> str:
        """Say why a file with this first record cannot be of the format; empty if it may be."""
        problem = strange_line_ends(record.content, csv=self._csv)
        if problem or self._csv:
            return problem or _csv_problem(record, self._rules, delimiter)
        problem = _json_problem(record)
        if problem and not _begins_larger_json(record) and _has_object(following):
            return ""
        return problem

    def _columns_problem(self, record: Record, delimiter: str) -> str:
        """Say which columns are wrong in a first record that is of the format; empty if none is."""
        if not self._csv:
            return "; ".join(near_members(record.content, self._rules))
        header = _header(record, self._rules, delimiter)
        if header.wrong:
            return "; ".join(reason for _, reason in header.wrong)
        return _missing(header, self._rules)


def _has_object(following: Iterator[Record]) -> bool:
    length = 0
    for number, record in enumerate(following, 1):
        content = record.content.strip(BLANK)
        if not record.problem and content.startswith(b"{") and not _not_json(content):
            return True
        length += record.length
        if number == _MOST_AFTER or length > _MAX_AFTER:
            break
    return False


def _begins_larger_json(record: Record) -> bool:
    """Return whether the line is the beginning of an array or of an object over several lines."""
    content = record.content.strip(BLANK)
    return content == b"{" or (content.startswith(b"[") and bool(_not_json(content)))


def _header(record: Record, rules: ColumnRules, delimiter: str) -> CsvHeader:
    content = header_of(rules.header, delimiter) if rules.header else record.content
    return CsvHeader(content, rules, delimiter)


def _csv_problem(record: Record, rules: ColumnRules, delimiter: str) -> str:
    if record.problem:
        return record.problem
    if problem := why_not_utf_8(record.content):
        return problem
    try:
        header = _header(record, rules, delimiter)
    except RowInvalidError as error:
        return f"this is not the header of a CSV file: {error.reason}"
    return "" if header.known or header.wrong else _missing(header, rules) or _no_header(record)


def _missing(header: CsvHeader, rules: ColumnRules) -> str:
    """Say which column the job names that the header has not."""
    missing = next((name for name in rules.columns if name not in header.columns), None)
    if missing is None:
        return ""
    return f"Columns: {missing!r} is not in its header, which has {', '.join(header.columns)[:500]}"


def _no_header(record: Record) -> str:
    shown = record.content[:80].decode(errors="replace")
    return (
        f"{shown!r} is not a CSV header: no column of an endpoint, such as Id, Address or ChannelType, is in it. "
        "Columns says what columns of other names are, Header what the columns of a file without one are"
    )


def _json_problem(record: Record) -> str:
    content = record.content.strip(BLANK)
    shown = content[:80].decode(errors="replace")
    if content.startswith(b"["):
        problem = "a JSON array begins here"
    elif content == b"{":
        problem = "a JSON object over several lines begins here"
    elif record.problem and content.startswith(b"{"):
        return ""  # a row that is too large
    elif not_utf_8 := why_not_utf_8(content):
        return not_utf_8
    elif not content.startswith(b"{"):
        problem = f"{shown!r} is not a JSON object"
    elif wrong := _not_json(content):
        problem = f"{shown!r} is not JSON: {wrong}"
    else:
        return ""
    return f"{problem}: newline-delimited JSON is expected, one endpoint object a line"


def _not_json(content: bytes) -> str:
    try:
        orjson.loads(content)
    except orjson.JSONDecodeError as error:
        return error.msg
    return ""


def _has_record(
    s3: S3Client, bucket: str, found: SourceObject, beginning: Beginning, passed: PassedOver
) -> bool:
    """Return whether the file has a record of the format; otherwise note why it is passed over."""
    at = S3Location(bucket, found.key)
    stream = ObjectStream(s3, at, found.size, found.etag)
    blank = 0
    try:
        for record in beginning.checked_records(stream.head(MAX_HEAD), at, columns=True):
            if not record.blank:
                return True
            blank += record.length
            if blank > _MAX_BLANK:
                break
    except (SourceNotOfFormatError, SourceDamagedError) as error:
        passed.unfit(str(error), min(found.size, MAX_HEAD))
        return False
    whole = blank <= _MAX_BLANK and stream.size <= MAX_HEAD
    passed.blank(f"{at} {_IS_EMPTY if whole else _NO_RECORD}", min(found.size, MAX_HEAD))
    return False
