"""Rows of one source: its records, read in the format of the job."""

from collections.abc import Iterator, Sequence
from functools import partial

from audience.endpoints.columns import ColumnRules
from audience.endpoints.csv_rows import PLAIN, CsvHeader, header_of
from audience.endpoints.json_members import JsonMembers
from audience.endpoints.json_rows import checked_row, plain_row
from audience.endpoints.rows import Row, RowInvalidError
from audience.imports.failure_file_reader import LOOK_BACK, FailureFileReader, Original
from audience.imports.failures import Failure
from audience.sources.beginning import Beginning
from audience.sources.delimiters import delimiter_of, is_separator_line
from audience.sources.location import S3Location
from audience.sources.pieces import Source, is_whole
from audience.sources.record_cursor import RecordCursor
from audience.sources.records import MAX_RECORD, Record, record_lists, records
from audience.sources.stream import ObjectStream

# Records that are read one by one where several could not be read together, before that is tried again.
LONGEST_PAUSE = 63
# Records that are read together at first, and twice as many each time that none had to be read by itself. Where fewer
# come of it than these, it does not pay.
LEAST_TOGETHER = 16


class SourceReader:
    """A reader of one source of a piece, which turns its records into rows."""

    def __init__(
        self,
        stream: ObjectStream,
        source: Source,
        place: S3Location,
        application_id: str,
        *,
        csv: bool,
        rules: ColumnRules = PLAIN,
    ) -> None:
        """Keep the object's stream, the range to read, its location for messages, the app and the format.

        `rules` is what the job says of the columns.
        """
        self._stream = stream
        self._source = source
        self.place = str(place)
        self._application_id = application_id
        self._csv = csv
        self._header_record = b""
        self._header: CsvHeader | RowInvalidError | None = None
        self._header_line = 0
        self._rules = rules
        self._beginning = Beginning("CSV" if csv else "JSON", rules)
        self._members = JsonMembers(rules)
        self._failure_file = FailureFileReader(rules, self._members)
        self._delimiter = rules.delimiter or ","
        self._cursor: RecordCursor | None = None
        self._most = LEAST_TOGETHER
        self._pause = self._waiting = 0  # records that are read one by one before several are again

    def records(self, offset: int, line: int) -> Iterator[tuple[Record, int]]:
        """Yield the records from a position on (-1: the start), each with the position after it.

        A call that goes on where the last one stopped uses the open stream: gzip would have to be decompressed again
        from its beginning.

        Raises:
            SourceNotOfFormatError: the file cannot be of the job's format, as its beginning shows.
            SourceUnreadableError: it cannot be read (on).
            SourceChangedError: it was changed or deleted.
            SourceInterruptedError: its stream broke again and again.
        """
        cursor = self._cursor
        if cursor is None or offset != cursor.position:
            source = self._source
            position, number = (source["start"], source["line"]) if offset < 0 else (offset, line)
            cursor = self._cursor = RecordCursor(self._lists(position, number), position)
        while (record := cursor.next()) is not None:
            yield record, cursor.position

    def rows_together(self, most: int) -> tuple[Sequence[Record], Sequence[Row]]:
        """Take the next records, up to `most`, that can be read together; each is enough to make an endpoint.

        Returns:
            The records and their rows; none where the next record has to be read by itself.
        """
        cursor = self._cursor
        if cursor is None or self._waiting:
            self._waiting -= self._waiting > 0
            return (), []
        records = cursor.ahead(min(most, self._most))
        rows = self._rows_of_all([record.content for record in records])
        read = records[: len(rows)]
        # Those behind one that is read by itself are looked at once more: where there are many such, look at few.
        whole = len(rows) == len(records)
        self._most = max(LEAST_TOGETHER, min(2 * self._most, most) if whole else len(rows))
        cursor.take(read)
        pays = whole or len(rows) >= LEAST_TOGETHER
        self._pause = 0 if pays else min(2 * self._pause + 1, LONGEST_PAUSE)
        self._waiting = self._pause
        return read, rows

    def _rows_of_all(self, records: Sequence[bytes]) -> Sequence[Row]:
        if not self._csv:
            return self._members.lines.rows(records, self._application_id)
        if isinstance(self._header, CsvHeader):
            return self._header.rows_together(records, self._application_id)
        return []

    @property
    def position(self) -> int:
        """Return the position behind the last record that was taken."""
        return self._cursor.position if self._cursor else -1

    def _lists(self, position: int, line: int) -> Iterator[Sequence[Record]]:
        self._failure_file.begin(partial(self._lines_above, position))
        last = Record(b"", line, 0, 0)
        for found in self._begin(position, line):
            last = found[-1]
            if self._csv and (self._header is None or found[0].line <= max(1, self._header_line)):
                yield [self._without_header(record) for record in found]  # it is no row, but its bytes count
            else:
                yield found
        # Its bytes count as one, so that a resume behind it does not tell it again.
        garbage = self._stream.garbage
        if garbage and self.position <= garbage.position:
            yield [garbage.as_record(last.line + last.lines)]

    def _begin(self, position: int, line: int) -> Iterator[list[Record]]:
        """Return the records from a position on, once delimiter and header are known.

        A part of a file that was cut is not judged by its beginning: who cut the file has done so.
        """
        text = self._stream.text(position, self._source["end"])
        if position == 0 and is_whole(self._source):
            self._delimiter, found = self._beginning.read(text, self.place)
        else:
            if self._csv:
                text = self._find_delimiter(position, text)
            found = record_lists(text, csv=self._csv, line=line, delimiter=self._delimiter)
        if position == 0:
            self._header = None
        if self._csv and self._rules.header:
            self._set_header(Record(header_of(self._rules.header, self._delimiter), 0, 0, 0))
        return found

    def _find_delimiter(self, position: int, text: Iterator[bytes]) -> Iterator[bytes]:
        """Find the delimiter and, above a source that begins further down, the header; return the source's text."""
        if position == 0 and not self._rules.header:
            self._delimiter, text = delimiter_of(text, self._rules)
        elif self._header is None:  # the beginning of the file says the same to all of its sources
            self._delimiter, stored = delimiter_of(self._head(), self._rules)
            if not self._rules.header:
                self._set_header(self._first_record(stored))
        return text

    def _without_header(self, record: Record) -> Record:
        """Return a record of the beginning without its content where that is no row but the header's."""
        if is_separator_line(record):
            return record._replace(content=b"", problem="")
        if self._header is None and not record.blank:
            self._set_header(record)
        if record.line == self._header_line and isinstance(self._header, CsvHeader):
            return record._replace(content=b"")
        return record

    def rows(self, record: Record) -> list[Row]:
        """Return the rows of a record; a blank one has none.

        Raises:
            RowInvalidError: the record cannot go in.
        """
        if record.problem:
            raise RowInvalidError("", record.problem)
        content = record.content
        if content[:1] <= b" " and record.blank:
            return []
        if not self._csv:
            return self._rows_of_json(content)
        if isinstance(self._header, CsvHeader):
            return self._header.rows(content, self._application_id)
        raise self._header or RowInvalidError("", "there is no header above it")

    def failure(self, record: Record, error: RowInvalidError, part: bytes = b"") -> Failure:
        """Return a bad row for the failure file; `part` is the wrong part of the record, if not all."""
        header, row, delimiter = self._original(record.content)
        return Failure(self.place, record.line, error.reasons, part or row, header, delimiter)

    def ignored(self) -> list[str]:
        """Return the names of the columns and members that were ignored so far, 100 at most."""
        return self._members.ignored.sorted()

    def _original(self, content: bytes) -> Original:
        """Return header and row; for a line of a failure file, those of the original."""
        if self._csv:
            return Original(self._header_record, content, self._delimiter)
        try:
            return self._failure_file.original(content) or Original(b"", content)
        except RowInvalidError:
            return Original(b"", content)

    def _set_header(self, record: Record) -> None:
        self._header_record, self._header_line = record.content, record.line
        problem = record.problem
        if not problem:
            try:
                self._header = CsvHeader(record.content, self._rules, self._delimiter)
                for name in self._header.ignored:
                    self._members.ignored.add(name)
            except RowInvalidError as error:
                problem = error.reason
        if problem:
            self._header = RowInvalidError("", f"the file's header cannot be read: {problem}")

    def _head(self) -> Iterator[bytes]:
        return self._stream.text(0, min(self._source["size"], 2 * MAX_RECORD))

    def _first_record(self, head: Iterator[bytes]) -> Record:
        """Return the header of a file whose source begins further down."""
        found = records(head, csv=True, delimiter=self._delimiter)
        wanted = (record for record in found if not (record.blank or is_separator_line(record)))
        return next(wanted, Record(b"", 1, 1, 0))

    def _lines_above(self, position: int) -> Iterator[bytes]:
        """Yield the lines in the few MiB before a position."""
        start = max(0, position - LOOK_BACK)
        rest = position - start
        text = []
        for chunk in self._stream.text(start, position):
            text.append(chunk[:rest])
            rest -= len(text[-1])
            if not rest:
                break
        whole = b"".join(text).split(b"\n")
        yield from whole if not start else whole[1:]

    def _rows_of_json(self, content: bytes) -> list[Row]:
        row = plain_row(content, self._application_id, self._members)
        if row is not None:
            return [row]
        original = self._failure_file.original(content)
        if original is None:
            return [checked_row(content, self._application_id, self._members)]
        return self._failure_file.rows(original, self._application_id)
