"""A failure file grows with its rows, not with their header, and imports again wherever it is cut."""

import tracemalloc
from itertools import count

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audience.endpoints.columns import ColumnRules
from audience.endpoints.rows import RowInvalidError, Wrong
from audience.imports import failure_file_reader as reading
from audience.imports import failures as writing
from audience.imports.failures import Failure, failure_lines
from tests.unit.imports.sources import entries, failure_file, judged, reader_of, source_of
from tests.unit.sources.fake_s3 import FakeS3

WIDE = ",".join(["Id", *(f"Attributes.column_{number:05d}" for number in range(2_600))]).encode()
STRICT = ColumnRules(fail_unknown=True)
SHORT = ["Id", "OptOut", "Attributes.a"]


def wide_file(rows: int) -> bytes:
    return b"\n".join([WIDE, *(b"%d,too,few" % number for number in range(rows))])


def read_in_parts(content: bytes, cuts: list[int]) -> list[tuple[str, str]]:
    """The ids and opt-outs of a failure file that is read in parts, each by a reader of its own."""
    s3, found = FakeS3({"file": content}), []
    for start, end in zip([0, *cuts], [*cuts, len(content)], strict=True):
        part = {**source_of(s3, "file"), "start": start, "end": end}
        reader = reader_of(s3, "file", csv=False, source=part)  # type: ignore[arg-type]
        for record, _ in reader.records(-1, 0):
            found += [(row.endpoint_id, str(row.fields["OptOut"])) for row in reader.rows(record)]
    return found


def test_a_wide_header_is_written_once_a_mebibyte_and_not_once_a_row() -> None:
    _, failures = judged(wide_file(10_000), csv=True)
    tracemalloc.start()
    try:
        size = sum(map(len, failure_lines(failures)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(WIDE) > 60_000
    assert len(failures) == 10_000
    assert size < 4 << 20
    assert peak < 2 << 20


def test_every_line_is_a_row_and_names_its_header() -> None:
    lines = entries(judged(wide_file(20), csv=True)[1])
    assert [line["Row"] for line in lines] == [f"{number},too,few" for number in range(20)]
    assert {line["HeaderId"] for line in lines} == {lines[0]["HeaderId"]}
    assert [line.get("Header") for line in lines] == [WIDE.decode(), *[None] * 19]


_headers = st.sampled_from([b",".join(map(str.encode, names)) for names in (SHORT, SHORT[::-1], SHORT[:2])])
_rows = st.lists(st.tuples(_headers, st.sampled_from(["ALL", "NONE"])), min_size=1, max_size=40)


@settings(deadline=None, max_examples=60)
@given(rows=_rows, data=st.data())
def test_each_row_finds_its_header_wherever_the_file_is_cut(
    rows: list[tuple[bytes, str]], data: st.DataObject
) -> None:
    numbers = count()
    failures = []
    for header, opted in rows:
        cells = {"Id": str(next(numbers)), "OptOut": opted, "Attributes.a": "x"}
        row = ",".join(cells[name] for name in header.decode().split(",")).encode()
        failures.append(Failure("s3://b/k", 1, (Wrong("f", "r"),), row, header))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(writing, "SMALL_HEADER", 10)
        patched.setattr(writing, "HEADER_EVERY", 500)
        patched.setattr(reading, "LOOK_BACK", 1_200)
        patched.setattr("audience.imports.reader.LOOK_BACK", 1_200)
        content = b"".join(failure_lines(failures))
        ends = [at + 1 for at, byte in enumerate(content) if byte == 10][:-1]
        cuts = sorted(data.draw(st.sets(st.sampled_from(ends)) if ends else st.just(set())))
        found = read_in_parts(content, cuts)
    assert found == [(str(number), opted) for number, (_, opted) in enumerate(rows)]


def test_a_corrected_row_has_the_header_that_was_corrected_above_it() -> None:
    lines = entries(
        judged(
            WIDE.replace(b"Id,", b"Id,Colour,") + b"\n1,red" + b"," * 2_600 + b"\n2,red,",
            csv=True,
            rules=STRICT,
        )[1]
    )
    corrected = [
        {**line, "Header": str(line["Header"]).replace("Id,Colour,", "Id,Attributes.Colour,")}
        if "Header" in line
        else {**line, "Row": "2,red" + "," * 2_600}
        for line in lines
    ]
    rows, failures = judged(failure_file(corrected), csv=False)
    assert (failures, [row.fields for row in rows]) == ([], [{"Attributes.Colour": ["red"]}] * 2)


def test_a_row_that_fails_again_keeps_its_header_and_its_id() -> None:
    first = entries(judged(wide_file(3), csv=True)[1])
    again = entries(judged(failure_file(first), csv=False)[1])
    assert [{**line, "Line": 0} for line in again] == [{**line, "Line": 0} for line in first]


def test_a_row_whose_header_was_removed_from_the_file_is_a_bad_row() -> None:
    _, *orphans = entries(judged(wide_file(2), csv=True)[1])
    (failure,) = judged(failure_file(orphans), csv=False)[1]
    assert failure.field == "HeaderId"
    assert failure.reason == "there is no line above that has this id and the Header itself"
    assert orjson.loads(failure.row) == orphans[0]


def test_the_lines_above_are_read_at_most_once_for_missing_headers() -> None:
    _, *orphans = entries(judged(wide_file(30), csv=True)[1])
    content = failure_file(orphans)
    s3 = FakeS3({"file": content})
    start = content.index(b"\n") + 1
    reader = reader_of(s3, "file", csv=False, source={**source_of(s3, "file"), "start": start})
    for record, _ in reader.records(-1, 0):
        with pytest.raises(RowInvalidError, match="HeaderId"):
            reader.rows(record)
    assert len(s3.ranges) < 5
