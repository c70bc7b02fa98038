"""What the beginning of a file of a job has to be, before the job is made and where the file is read."""

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

import orjson

from audience.endpoints.columns import ColumnRules
from audience.endpoints.csv_rows import PLAIN, CsvHeader, header_of
from audience.endpoints.fields import LINE, OBJECT, REASONS
from audience.endpoints.json_rows import near_members
from audience.endpoints.rows import RowInvalidError
from audience.errors import SourceNotOfFormatError, SourceUnreadableError
from audience.sources.delimiters import delimiter_of, is_separator_line
from audience.sources.file_types import HEAD, strange_line_ends, what_it_is, why_not_utf_8
from audience.sources.location import S3Location
from audience.sources.look_ahead import LookAhead
from audience.sources.names import SourceFormat
from audience.sources.records import BLANK, MAX_RECORD, Record, record_lists

# Bytes of blank lines that the first record may come after.
MAX_BLANK = MAX_RECORD
# A bad first row of JSON is no reason to pass a file over where one of so many records and bytes after it is an object.
_MOST_AFTER = 20
_MAX_AFTER = 1 << 16
# The CSV of failures has no others where no row of it can be told in columns.
_OF_FAILURES = {OBJECT, LINE, REASONS}


class CheckedFile(NamedTuple):
    """A file whose beginning may be of the format: the delimiter that it shows (CSV), and its records in lists."""

    delimiter: str
    lists: Iterator[list[Record]]


class Beginning:
    """What the beginning of a file of a job has to be."""

    def __init__(self, file_format: SourceFormat, rules: ColumnRules = PLAIN) -> None:
        """Keep the job's format, and what it says of the columns."""
        self._csv = file_format == "CSV"
        self._rules = rules

    def read(self, chunks: Iterator[bytes], at: S3Location | str, *, columns: bool = False) -> CheckedFile:
        """Return the records of a whole file, once its beginning has shown that it may be of the format.

        A file that begins with more than a MiB of blank lines is not judged. An error that is met behind the beginning
        is raised where the records are read.

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
        found = LookAhead(record_lists(text, csv=self._csv, delimiter=delimiter))
        self._check(bytes(head), found, at, delimiter, columns=columns)
        return CheckedFile(delimiter, found.items())

    def _check(
        self,
        head: bytes,
        found: LookAhead[list[Record]],
        at: S3Location | str,
        delimiter: str,
        *,
        columns: bool,
    ) -> None:
        blank = 0
        ahead = chain.from_iterable(found.ahead())
        for record in ahead:
            if not record.blank and not (self._csv and is_separator_line(record)):
                if problem := what_it_is(head) or self._problem(record, ahead, delimiter):
                    # Damaged gzip may give any text before it shows; what was not read might have been of the format.
                    _look_on(ahead)
                    found.raise_error()
                    raise SourceNotOfFormatError(f"{at} line {record.line}: {problem}")
                if columns and (problem := self._columns_problem(record, delimiter)):
                    raise SourceUnreadableError(f"{at} line {record.line}: {problem}")
                return
            blank += record.length
            if blank > MAX_BLANK:
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


def _look_on(following: Iterator[Record]) -> None:
    length = 0
    for record in following:
        length += record.length
        if length > _MAX_AFTER:
            break


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
    # Of a file without a header the first record is a row, and a bad row costs only itself.
    if not rules.header and (problem := record.problem or why_not_utf_8(record.content)):
        return problem
    try:
        header = _header(record, rules, delimiter)
    except RowInvalidError as error:
        return f"this is not the header of a CSV file: {error.reason}"
    if header.known or header.wrong or {*header.columns} >= _OF_FAILURES:
        return ""
    return _missing(header, rules) or _no_header(record)


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
