"""The CSV of a job's failures reads as the rows that failed, mended or not."""

import copy
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audience.aws import concatenation
from audience.endpoints.rows import Row, Wrong
from audience.imports import failure_csv
from audience.imports.failure_cells import failed_rows
from audience.imports.failure_csv import FailureTable, add_columns, write_failure_csv
from audience.imports.failures import Failure, failure_lines
from audience.jobs.model import Job, JobKey
from audience.resumable_work import Progress, TimeIsUpError
from tests.unit.aws.storage import Storage
from tests.unit.imports.sources import judged
from tests.workflow.bad_rows import CSV_HEADER, CSV_ROWS, JSON_ROWS

KEY = JobKey("a" * 32, "IMPORT", "b" * 32)
JOB = Job(KEY, "2026-01-01T00:00:00.000Z", {})
PLACE = "s3://b/k"


def table_of(*files: list[Failure]) -> bytes:
    columns: dict[Any, None] = {}
    lines = [list(failure_lines(failures)) for failures in files]
    for each in lines:
        add_columns(columns, failed_rows(each))
    table = FailureTable(columns)
    return table.header() + b"".join(chunk for each in lines for chunk in table.chunks(failed_rows(each)))


def failures_of(content: bytes, *, csv: bool = True) -> list[Failure]:
    return judged(content, csv=csv)[1]


def bad(row: bytes, header: bytes = b"") -> Failure:
    """A row that was good in its own file, noted as a bad one."""
    return Failure(PLACE, 2, (Wrong("f", "r"),), row, header)


def content_of(rows: list[Row]) -> list[Any]:
    return [(row.endpoint_id, row.user_id, row.fields, row.user_attributes) for row in rows]


def test_the_columns_are_the_files_own_with_where_and_why_behind_them() -> None:
    first = failures_of(b"Id,ChannelType,Attributes.a,Attributes.a\n1,PIGEON,x,y\n")
    second = failures_of(b'Id,OptOut,Attributes.a\r\n2,SOME,"=1+1, ""z"""\r\n')
    reason = "ChannelType: 'PIGEON' is not one of"
    head, one, two, rest = table_of(first, second).decode().split("\r\n")
    assert head == "\ufeffId,ChannelType,Attributes.a,Attributes.a,OptOut,Object,Line,Reasons"
    assert one.startswith(f'1,PIGEON,x,y,,s3://bucket/file,2,"{reason} ADM, ')
    assert two.startswith('2,,"=1+1, ""z""",,SOME,s3://bucket/file,2,"OptOut: ')
    assert rest == ""


def test_json_rows_become_columns_in_dot_notation() -> None:
    row = (
        b'{"Id":7,"ChannelType":"PIGEON","Attributes":{"a":["x",null,true],"b":1.10},"Metrics":{"m":null},'
        b'"Location":{"Latitude":50.25},"User":{"UserId":"u","UserAttributes":{"c":["d"]}},"Nonsense":1}'
    )
    head, line, _ = table_of(failures_of(row, csv=False)).decode().split("\r\n")
    assert head == (
        "\ufeffId,ChannelType,Attributes.a,Attributes.a,Attributes.b,Location.Latitude,User.UserId,"
        "User.UserAttributes.c,Nonsense,Object,Line,Reasons"
    )
    assert line.startswith("7,PIGEON,x,true,1.10,50.25,u,d,1,s3://bucket/file,1,")


@pytest.mark.parametrize(
    ("content", "csv"),
    [
        (b"Id,OptOut\n1,NONE,more\n", True),
        (b"Id,OptOut\n1\n", True),
        (b'Id,OptOut\n1,"open\n', True),
        (b"Id,OptOut\n1,\xff\n", True),
        (b'not JSON\n{"Id":"2"}', False),
        (b'[1]\n{"Id":"2"}', False),
        (b'{"Id":"1","OptOut":"SOME","Attributes":{"a":[]}}', False),
        (b'{"Id":"1","OptOut":"SOME","Attributes":{"a":[""]}}', False),
        (b'{"Id":"1","OptOut":"SOME","Attributes":{"a ":["x"]}}', False),
        (b'{"Id":" 1","OptOut":"SOME"}', False),
        (b'{"Id":"1","OptOut":"SOME","Location":5}', False),
        (b'{"Id":"1","OptOut":"SOME","Nonsense":{"a":[1]}}', False),
        (b'{"Id":"1","OptOut":"SOME","Reasons":"mine"}', False),
    ],
)
def test_a_row_that_columns_cannot_tell_is_a_whole_in_a_column_of_its_own(content: bytes, csv: bool) -> None:
    *_, failure = failures_of(content, csv=csv)
    made = table_of([failure])
    assert made.split(b"\r\n")[0].endswith(b"Object,Line,Reasons,Row")
    (again,) = failures_of(made)
    assert (again.field, again.reason) == ("Address", "a row without Id needs Address and ChannelType")
    assert (
        made.rstrip()
        .decode()
        .endswith(
            next(iter(failed_rows(failure_lines([failure])))).whole.replace('"', '""')
            + '"' * (b'"' in failure.row or b"," in failure.row)
        )
    )
    assert table_of([again]).split(b"\r\n")[0] == made.split(b"\r\n")[0]  # and so any number of times


def test_a_mended_row_that_is_imported_again_is_whole() -> None:
    first = table_of(
        failures_of(b"Id,ChannelType,Address,Attributes.a\n1,PIGEON,a@b,x\n2,EMAIL,,\n3,SMS,4,\n")
    )
    second = table_of(failures_of(first))
    assert [line.split(b",s3:")[0] for line in second.split(b"\r\n")[1:-1]] == [b"1,PIGEON,a@b,x"]
    rows, failures = judged(second.replace(b"PIGEON", b"EMAIL", 1), csv=True)
    assert failures == []
    assert content_of(rows)[0][2]["Attributes.a"] == ["x"]


@pytest.mark.parametrize("csv", [True, False])
def test_no_kind_of_bad_row_goes_in_before_it_is_mended(csv: bool) -> None:
    rows = [entry[0] for entry in (CSV_ROWS if csv else JSON_ROWS)]
    failures = failures_of(b"\n".join([CSV_HEADER.encode(), *rows] if csv else rows), csv=csv)
    assert len(failures) > 10
    # In columns an empty text is one that is not given, and a name with a dot is none of JSON's. Beside a column
    # Location.City, which another row has, Location.Ciity is one of its own.
    mended = [each for each in failures if re.search("is empty|nest it|Ciity", each.reason)]
    rows_read, again = judged(table_of(failures), csv=True)
    assert (len(rows_read), len(again)) == (0 if csv else len(mended), len(failures) - len(rows_read))


def test_several_user_ids_of_a_line_are_a_row_for_each() -> None:
    failures = failures_of(b"User.UserId\nu1 u2 " + b"x" * 3000 + b"\n")
    rows, _ = judged(table_of(failures).replace(b"x" * 3000, b"u3"), csv=True)
    assert [row.user_id for row in rows] == ["u1", "u2", "u3"]


def test_a_row_of_too_many_columns_is_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failure_csv, "MOST_COLUMNS", 4)
    rows = [b'{"Id":"1","Attributes":{"%d":"x"}}' % number for number in range(5)]
    made = table_of([bad(row) for row in rows]).decode().split("\r\n")
    assert made[0] == "\ufeffId,Attributes.0,Attributes.1,Attributes.2,Object,Line,Reasons,Row"
    assert made[5].endswith('"{""Id"":""1"",""Attributes"":{""4"":""x""}}"')


_texts = st.text(st.characters(codec="utf-8"), max_size=8)
_values = st.text(st.sampled_from('ab",\r\n \t;=+@ü\ufffd'), max_size=6)
_names = st.sampled_from(["Attributes.a", "Attributes.b", "User.UserAttributes.c", "Location.City", "OptOut"])


@st.composite
def csv_files(draw: st.DrawFn) -> tuple[bytes, list[bytes]]:
    """A header and rows below it, with cells that are quoted or not."""
    columns = [
        "Id",
        *draw(st.lists(_names, max_size=5, unique=True)),
        *draw(st.lists(st.just("Attributes.a"), max_size=2)),
    ]

    def cell(name: str) -> str:
        text = {"Id": st.just("1"), "OptOut": st.just("ALL")}.get(name, _values)
        value = draw(text)
        plain = not set(value) & set('",\r\n')
        return value if plain and draw(st.booleans()) else '"' + value.replace('"', '""') + '"'

    rows = draw(st.lists(st.builds(lambda: ",".join(map(cell, columns)).encode()), max_size=3))
    return ",".join(columns).encode(), rows


@given(st.lists(csv_files(), min_size=1, max_size=3))
def test_csv_rows_read_the_same_from_the_csv_of_failures(files: list[tuple[bytes, list[bytes]]]) -> None:
    expected = [
        content_of(judged(b"\n".join([header, row]), csv=True)[0]) for header, rows in files for row in rows
    ]
    made = table_of(*([bad(row, header) for row in rows] for header, rows in files))
    assert content_of(judged(made, csv=True)[0]) == [row for rows in expected for row in rows]


_json = st.fixed_dictionaries(
    {"Id": st.just("1") | st.integers(0, 9)},
    optional={
        "Attributes": st.dictionaries(
            st.sampled_from("ab"), st.lists(_texts, max_size=3) | _texts | st.none()
        ),
        "Metrics": st.dictionaries(
            st.sampled_from("mn"), st.floats(-1e9, 1e9).filter(lambda n: not n or abs(n) > 1) | st.none()
        ),
        "Location": st.fixed_dictionaries(
            {}, optional={"City": _texts.filter(bool), "Latitude": st.integers(-90, 90)}
        ),
        "User": st.fixed_dictionaries({"UserId": _texts.filter(bool)}),
        "OptOut": st.sampled_from(["ALL", None]),
    },
)


@given(st.lists(_json, max_size=4))
def test_json_rows_read_the_same_from_the_csv_of_failures_or_fail_there(
    documents: list[dict[str, Any]],
) -> None:
    lines = [orjson.dumps(document) for document in documents]
    made = table_of([bad(line) for line in lines])
    told = [row.columns for row in failed_rows(failure_lines([bad(line) for line in lines]))]
    kept = [line for line, columns in zip(lines, told, strict=True) if columns[0].name != "Row"]
    rows, failures = judged(made, csv=True)
    assert content_of(rows) == content_of(judged(b"\n".join(kept), csv=False)[0])
    assert len(rows) + len(failures) == len(lines)


def steps(document: dict[str, Any]) -> Progress:
    """Progress for one step, kept in a document as JSON keeps it."""

    def save(state: dict[str, Any]) -> None:
        kept = orjson.loads(orjson.dumps(state))
        document.clear()
        document.update(kept)

    return Progress(orjson.loads(orjson.dumps(document)), save, lambda: False)


def test_each_step_goes_on_where_the_one_before_ran_out_of_time(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(concatenation, "PART", 5 << 20)
    failures = [[replace(bad(b"1,%d," % number + b"x" * 50_000, b"Id,OptOut,Attributes.%d" % file), line=number)
        for number in range(80)] for file in range(3)]  # fmt: skip
    files = [
        storage.put(f"part-{number}", b"".join(failure_lines(each))) for number, each in enumerate(failures)
    ]

    def left_by_each_step(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
        while True:
            try:
                write_failure_csv(storage.s3, storage.bucket, JOB, files, steps(document), step_bytes=1)
            except TimeIsUpError:
                yield copy.deepcopy(document)
            else:
                return

    documents = list(left_by_each_step({}))
    assert len(documents) == 3 + 3 + 1  # a step a file, a part, and the end
    assert storage.get(KEY.failures_csv_key) == table_of(*failures)
    for earlier in [*documents[:3], documents[-1]]:  # as an invocation has it that another one overtook
        list(left_by_each_step(earlier))
        assert storage.get(KEY.failures_csv_key) == table_of(*failures)
    assert storage.uploads() == []
