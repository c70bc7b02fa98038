"""What is refused before a job is made: nothing there, not readable, or not what it claims to be."""

import gzip
from collections.abc import Iterator
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from audience.errors import SourceUnreadableError
from audience.sources import precheck as module
from audience.sources import stream
from audience.sources.gzip_text import CHUNK, inflated
from audience.sources.location import S3Location
from audience.sources.names import SourceFormat
from audience.sources.precheck import MAX_HEAD, check_source_files
from tests.unit.sources.fake_s3 import FakeS3, refusal

HEADER = b"ChannelType,Address\n"


def refused(objects: dict[str, bytes], wanted: SourceFormat = "CSV", at: str = "in/") -> str:
    with pytest.raises(SourceUnreadableError) as wrong:
        check_source_files(FakeS3(objects), S3Location("bucket", at), wanted)
    return str(wrong.value)


def accepted(content: bytes, wanted: SourceFormat = "CSV") -> None:
    name = "in/a." + wanted.lower()
    check_source_files(FakeS3({name: content}), S3Location("bucket", "in/"), wanted)


@pytest.mark.parametrize(
    "content",
    [
        HEADER,
        b"\xef\xbb\xbf" + HEADER,
        b"\n\r\n" + HEADER,
        b" ChannelType, Address\r\nEMAIL,a@example.com\r\n",
        b'"Id","Attributes.x"\n',
        b"User.UserId\nu1 u2\n",
        b"\xef\xbb\xbfObject,Line,Reasons,Row\r\n",
        b"Id",
        gzip.compress(HEADER, mtime=0),
        gzip.compress(HEADER, mtime=0) + b"garbage",
    ],
)
def test_a_csv_file_begins_with_a_header_that_has_a_column_of_an_endpoint(content: bytes) -> None:
    accepted(content)


@pytest.mark.parametrize(
    "content", [b'{"Id": "1"}', b'\xef\xbb\xbf \n {"Id": "1"}\n', gzip.compress(b"{}\n", mtime=0)]
)
def test_a_json_file_begins_with_an_object(content: bytes) -> None:
    accepted(content, "JSON")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\n\na@example.com,EMAIL\n", "line 3: 'a@example.com,EMAIL' is not a CSV header"),
        (b'{"Id": "1"}\n', 'line 1: \'{"Id": "1"}\' is not a CSV header'),
        (b'Id,"Addr"ess\n', "line 1: this is not the header of a CSV file: not CSV"),
        (b"Id,Address\r1,a\r", "line 1: its lines end in a carriage return alone (CR)"),
        ("Id,Address\x851,a".encode(), "line 1: its lines end in NEL (U+0085): they must end in LF or CRLF"),
        ('Id,"Address"\u20281,"a"'.encode(), "line 1: its lines end in the line separator U+2028"),
        (b'Id,"Address\n', "line 1: a quote is opened and not closed"),
        ("Id,Größe\n".encode("latin-1"), "not UTF-8 at byte 6"),
        ("Id,Größe\n".encode("latin-1"), "Windows-1252 or ISO-8859-1; save it as UTF-8"),
    ],
)
def test_a_first_record_without_a_known_column_is_refused_as_a_csv_header(
    content: bytes, reason: str
) -> None:
    message = refused({"in/a.csv": content})
    assert message.startswith("s3://bucket/in/a.csv line ")
    assert reason in message


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'[{"Id": "1"}]', "a JSON array begins here: newline-delimited JSON is expected"),
        (b"\n[\n", "line 2: a JSON array begins here"),
        (HEADER, "'ChannelType,Address' is not a JSON object: newline-delimited JSON is expected"),
        (b'{ Id: "x" }\n{ Id: "y" }\n', "line 1: '{ Id: \"x\" }' is not JSON: "),
        (b'\n{\n  "Id": "x"\n}\n', "line 2: a JSON object over several lines begins here"),
        (b'[\n{"Id": "1"},\n{"Id": "2"}\n]\n', "line 1: a JSON array begins here"),
        (b'{"Id": "1"}\r{"Id": "2"}\r', "its lines end in a carriage return alone (CR)"),
        ('{"Id": "1"}\u2028{"Id": "2"}'.encode(), "its lines end in the line separator U+2028"),
        ('{"Id": "ä"}'.encode("latin-1"), "not UTF-8 at byte 9"),
        (HEADER.decode().encode("utf-16-le"), "this is text in UTF-16LE: save it as UTF-8"),
    ],
)
def test_a_first_record_other_than_an_object_is_refused_as_json(content: bytes, reason: str) -> None:
    assert reason in refused({"in/a.json": content}, "JSON")


def test_the_error_for_no_matching_file_names_the_suffixes_and_counts_the_other_files() -> None:
    message = refused({"in/a.json": b"{}", "in/b.pdf": b"x"})
    assert message == (
        "s3://bucket/in/ matches no CSV file (.csv, .csv.gz); 2 other files are there, "
        "such as s3://bucket/in/a.json: its name says JSON"
    )
    assert refused({}) == "s3://bucket/in/ matches no CSV file (.csv, .csv.gz)"


@pytest.mark.parametrize("content", [b"", b"\n\n\n", b"\xef\xbb\xbf", gzip.compress(b"", mtime=0)])
def test_a_file_without_a_record_is_empty(content: bytes) -> None:
    assert refused({"in/a.csv": content}) == "s3://bucket/in/a.csv is empty: there is no record in it"


def test_the_first_file_that_has_bytes_is_checked() -> None:
    assert "s3://bucket/in/b.csv line 1" in refused({"in/a.csv": b"", "in/b.csv": b"nothing\n"})


def test_files_that_cannot_be_of_the_format_are_passed_over_while_another_can_be() -> None:
    unfit = {"in/a.csv": b"PK\x03\x04\n\0", "in/b.csv": b"nothing\n", "in/c.csv": gzip.compress(HEADER)[:12]}
    accepted_with = {**unfit, "in/d.csv": HEADER}
    check_source_files(FakeS3(accepted_with), S3Location("bucket", "in/"), "CSV")
    assert refused(unfit) == (
        "s3://bucket/in/a.csv line 1: this is a zip archive: unpack it; a single file may be compressed with gzip "
        "(2 other files there cannot be read as CSV either)"
    )
    assert "(1 other file there cannot" in refused({"in/a.csv": b"", "in/b.csv": b"nothing\n"})


def test_many_files_of_another_format_are_not_all_read() -> None:
    s3 = FakeS3({f"in/{number:04}.csv": b"nothing\n" for number in range(200)})
    check_source_files(s3, S3Location("bucket", "in/"), "CSV")
    assert len(s3.ranges) < 100


def test_job_output_is_read_where_no_name_ends_like_the_format() -> None:
    noise = {"in/_SUCCESS": b"", "in/._a.csv": b"nothing", "in/.DS_Store": b"x", "in/b.pdf": b"%PDF-1.7"}
    check_source_files(FakeS3({**noise, "in/part-r-00000": HEADER}), S3Location("bucket", "in/"), "CSV")
    assert "s3://bucket/in/part-r-00000 line 1" in refused({**noise, "in/part-r-00000": b"nothing\n"})
    assert "matches no CSV file" in refused(noise)


def test_a_bad_first_row_of_json_does_not_hide_the_good_ones_below_it() -> None:
    for bad in (b'{"Id": "1"', b"# people", b'["b"]', b'{"Id": "\xff"}', b"{" + b"x" * (1 << 20)):
        accepted(bad + b"\n\n" + b'{"Id": "2"}\n', "JSON")


@pytest.mark.parametrize("blank", [b"\n", b"\xef\xbb\xbf\r\n", gzip.compress(b"", mtime=0)])
def test_files_without_a_record_are_skipped_if_another_has_one(blank: bytes) -> None:
    blanks = {f"in/{number}.csv": blank for number in range(3)}
    check_source_files(FakeS3({**blanks, "in/a.csv": HEADER}), S3Location("bucket", "in/"), "CSV")
    assert "s3://bucket/in/a.csv line 1" in refused({**blanks, "in/a.csv": b"nothing\n"})
    assert refused(blanks) == "s3://bucket/in/0.csv is empty: there is no record in it"


def test_many_files_without_a_record_are_not_all_read() -> None:
    s3 = FakeS3({f"in/{number:04}.csv": b"\n" for number in range(200)})
    check_source_files(s3, S3Location("bucket", "in/"), "CSV")
    assert len(s3.ranges) < 100


def test_a_damaged_gzip_file_is_unreadable() -> None:
    assert "not a sound gzip file" in refused({"in/a.csv.gz": gzip.compress(HEADER, mtime=0)[:-12]})


def test_an_object_that_may_not_be_read_is_unreadable() -> None:
    s3 = FakeS3({"in/a.csv": HEADER})
    answers = [refusal("AccessDenied", 403)]
    read = s3.get_object

    def denied(**request: str) -> dict[str, object]:
        s3.refusals = answers
        return read(**request)

    s3.get_object = denied  # type: ignore[method-assign, assignment]
    with pytest.raises(SourceUnreadableError, match=r"s3://bucket/in/a.csv is not there, or may not be read"):
        check_source_files(s3, S3Location("bucket", "in/"), "CSV")


class Counting(FakeS3):
    """Counts the bytes that are read of its objects."""

    read = 0

    def get_object(self, **request: str) -> dict[str, Any]:
        body = super().get_object(**request)["Body"]

        def chunks(size: int) -> Iterator[bytes]:
            for chunk in body.iter_chunks(size):
                self.read += len(chunk)
                yield chunk

        return {"Body": SimpleNamespace(iter_chunks=chunks)}


NO_RECORD = "s3://bucket/in/a.json has no record in its first 1048576 bytes"
ENDLESS = {
    "a line": (b"{" + b"x" * (40 << 20), ""),
    "a line in gzip": (gzip.compress(b"{" + b"x" * (40 << 20), 1), ""),
    "blank lines": (b"\r\n" * (20 << 20), NO_RECORD),
    "blank lines in gzip": (gzip.compress(b"\n" * (40 << 20), 1), NO_RECORD),
    "spaces": (b" " * (40 << 20), NO_RECORD),
    "empty members": (gzip.compress(b"", mtime=0) * (MAX_HEAD // 10), NO_RECORD),
    "a name in gzip": (b"\x1f\x8b\x08\x08" + bytes(6) + b"n" * (10 << 20), NO_RECORD),
}


@pytest.mark.parametrize(("content", "reason"), ENDLESS.values(), ids=ENDLESS.keys())
def test_only_the_beginning_of_a_file_is_read_whatever_it_holds(
    monkeypatch: pytest.MonkeyPatch, content: bytes, reason: str
) -> None:
    s3 = Counting({"in/a.json": content})
    inflated_bytes = 0

    def counted(*given: Any, **more: Any) -> Iterator[bytes]:
        nonlocal inflated_bytes
        for chunk in inflated(*given, **more):
            inflated_bytes += len(chunk)
            yield chunk

    monkeypatch.setattr(stream, "inflated", counted)
    with pytest.raises(SourceUnreadableError, match=reason) if reason else nullcontext():
        check_source_files(s3, S3Location("bucket", "in/"), "JSON")
    assert s3.read <= MAX_HEAD + 2
    assert inflated_bytes <= MAX_HEAD + CHUNK


def test_a_header_of_more_than_a_mebibyte_is_refused_without_reading_to_its_end() -> None:
    s3 = Counting({"in/a.csv": b"Id," + b"x" * (40 << 20)})
    with pytest.raises(SourceUnreadableError, match="line 1: too large: more than 1048576 bytes"):
        check_source_files(s3, S3Location("bucket", "in/"), "CSV")
    assert s3.read <= MAX_HEAD + 2


def test_a_record_after_many_blank_lines_is_checked() -> None:
    assert "line 1000001: 'nothing' is not a CSV header" in refused(
        {"in/a.csv": b"\n" * 10**6 + b"nothing\n"}
    )


def test_large_files_without_a_record_are_not_all_read() -> None:
    blank = b"\n" * (1 << 20)
    s3 = Counting({f"in/{number:02}.csv": blank for number in range(15)})
    check_source_files(s3, S3Location("bucket", "in/"), "CSV")
    assert s3.read < 11 << 20


def test_a_file_after_very_many_other_names_is_left_to_the_planner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_LISTED", 5)
    others = {f"in/{number}.pdf": b"x" for number in range(5)}
    check_source_files(FakeS3({**others, "in/a.csv": b"nothing\n"}), S3Location("bucket", "in/"), "CSV")
    assert "matches no CSV file" in refused(others)
