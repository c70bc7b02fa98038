"""Pieces read back to exactly the records of the file, wherever it is cut."""

from hypothesis import given, settings
from hypothesis import strategies as st

from audience.imports.reader import SourceReader
from audience.sources.location import S3Location
from audience.sources.payload import MAX_NAME_BYTES, MAX_SOURCES
from audience.sources.pieces import Source
from audience.sources.records import Record
from tests.unit.sources.cutting import cut
from tests.unit.sources.fake_s3 import FakeS3
from tests.unit.sources.parts import line_by_line
from tests.unit.sources.strategies import csv_files, quote_soups

HEADER = b"Id,Address\r\n"
contents = st.one_of(csv_files(), quote_soups)
files = contents.map(lambda text: HEADER + text)
piece_sizes = st.integers(1, 200)


def pieces_of(s3: FakeS3, *keys: str, piece_bytes: int, csv: bool = True) -> list[list[Source]]:
    return cut(s3, *keys, csv=csv, piece_bytes=piece_bytes)


def read_back(s3: FakeS3, source: Source, *, csv: bool = True) -> list[Record]:
    place = S3Location("bucket", source["key"])
    reader = SourceReader(s3.stream(source["key"]), source, place, "app", csv=csv)
    return [record for record, _ in reader.records(-1, 0)]


def lines_of(found: list[Record]) -> list[Record]:
    return [single for record in found for single in line_by_line(record)]


def whole(s3: FakeS3, key: str) -> Source:
    size = len(s3.objects[key])
    return {"key": key, "etag": s3.etag(key), "size": size, "start": 0, "end": size, "line": 1}


@settings(deadline=None, max_examples=300)
@given(text=contents, piece_bytes=piece_sizes, csv=st.booleans())
def test_the_pieces_of_a_file_read_back_to_its_records_in_their_order(
    text: bytes, piece_bytes: int, csv: bool
) -> None:
    s3 = FakeS3({"file": (HEADER if csv else b'{"Id": "1"}\n') + text})
    pieces = pieces_of(s3, "file", piece_bytes=piece_bytes, csv=csv)
    together = [record for (source,) in pieces for record in read_back(s3, source, csv=csv)]
    assert lines_of(together) == lines_of(read_back(s3, whole(s3, "file"), csv=csv))


@settings(deadline=None, max_examples=200)
@given(text=files, piece_bytes=piece_sizes)
def test_pieces_are_neighbours_from_the_first_byte_to_the_last(text: bytes, piece_bytes: int) -> None:
    sources = [source for (source,) in pieces_of(FakeS3({"file": text}), "file", piece_bytes=piece_bytes)]
    edges = [0, *(source["end"] for source in sources)]
    assert [source["start"] for source in sources] == edges[:-1]
    assert edges[-1] == len(text)
    assert all(source["start"] < source["end"] for source in sources)


@settings(deadline=None, max_examples=100)
@given(lines=st.lists(st.integers(1, 30), min_size=1, max_size=80), piece_bytes=piece_sizes)
def test_no_piece_exceeds_the_wanted_size_by_more_than_a_record(lines: list[int], piece_bytes: int) -> None:
    text = b"{}\n" + b"".join(b"x" * length + b"\n" for length in lines)
    for (source,) in pieces_of(FakeS3({"file": text}), "file", piece_bytes=piece_bytes, csv=False):
        assert source["end"] - source["start"] <= piece_bytes + max(2, *lines) + 1


@settings(deadline=None, max_examples=200)
@given(text=files, at=st.integers(0, 50))
def test_reading_can_begin_again_after_any_record(text: bytes, at: int) -> None:
    s3 = FakeS3({"file": text})
    source = whole(s3, "file")
    expected = read_back(s3, source)
    place = S3Location("bucket", "file")
    first = SourceReader(s3.stream("file"), source, place, "app", csv=True)
    begun, position = [], 0
    for record, reached in first.records(-1, 0):
        begun.append(record)
        position = reached
        if len(begun) > at:
            break
    else:
        return
    second = SourceReader(s3.stream("file"), source, place, "app", csv=True)
    line = begun[-1].line + begun[-1].lines
    rest = [record for record, _ in second.records(position, line)]
    assert begun + rest == expected
    assert [record for record, _ in first.records(position, line)] == rest


def test_small_files_share_a_piece_and_empty_ones_have_none() -> None:
    s3 = FakeS3({"a": b"1\n", "b": b"", "c": b"2\n", "d": b"3" * 50, "e": b"4\n"})
    pieces = pieces_of(s3, "a", "b", "c", "d", "e", piece_bytes=20, csv=False)
    assert [[source["key"] for source in piece] for piece in pieces] == [["a", "c", "d"], ["e"]]


def test_a_piece_of_small_files_ends_when_it_is_large_enough() -> None:
    s3 = FakeS3(dict.fromkeys("abcde", b"12345"))
    pieces = pieces_of(s3, *"abcde", piece_bytes=10, csv=False)
    assert [[source["key"] for source in piece] for piece in pieces] == [["a", "b"], ["c", "d"], ["e"]]


def test_a_piece_names_no_more_files_than_fit_into_the_payload_of_a_state() -> None:
    s3 = FakeS3({f"{number:04d}": b"1\n" for number in range(1100)})
    pieces = pieces_of(s3, *s3.objects, piece_bytes=1 << 20, csv=False)
    assert [len(piece) for piece in pieces] == [MAX_SOURCES, MAX_SOURCES, 100]
    long = FakeS3({f"{number:04d}".rjust(1024, "k"): b"1\n" for number in range(200)})
    sizes = [len(piece) for piece in pieces_of(long, *long.objects, piece_bytes=1 << 20, csv=False)]
    assert max(sizes) * 1024 <= MAX_NAME_BYTES


def test_a_large_gzip_file_is_a_piece_of_its_own_whatever_its_name() -> None:
    s3 = FakeS3({"a.csv": b"\x1f\x8b" + b"x" * 100, "b": b"1\n"})
    pieces = pieces_of(s3, "a.csv", "b", piece_bytes=10)
    assert [(piece[0]["key"], piece[0]["start"], piece[0]["end"]) for piece in pieces] == [
        ("a.csv", 0, 102),
        ("b", 0, 2),
    ]


def test_a_large_file_that_cannot_be_of_the_format_is_not_cut() -> None:
    s3 = FakeS3({"a.csv": b"%PDF-1.7\n" + b"x\n" * 50, "b.csv": HEADER + b"1,a\n" * 10})
    pieces = pieces_of(s3, "a.csv", "b.csv", piece_bytes=30)
    assert [source["key"] for (source,) in pieces] == ["a.csv", "b.csv", "b.csv"]
    assert pieces[0] == [whole(s3, "a.csv")]


def test_blank_lines_above_the_header_may_be_a_piece_of_their_own() -> None:
    s3 = FakeS3({"file": b"\n\n\nId,Address\n1,a\n"})
    pieces = pieces_of(s3, "file", piece_bytes=1)
    contents = [[record.content for record in read_back(s3, source)] for (source,) in pieces]
    assert [content for piece in contents for content in piece if content.strip()] == [b"1,a"]
