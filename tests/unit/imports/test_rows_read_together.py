"""A piece comes to the same whether its records are read together or one by one, wherever its intervals end."""

from collections.abc import Sequence
from itertools import chain, repeat
from typing import Any, cast
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audience.endpoints.attribute_names import AttributeNames
from audience.endpoints.csv_rows import CsvHeader
from audience.endpoints.rows import Row
from audience.endpoints.store import EndpointStore
from audience.imports.checkpoint_interval import CheckpointInterval
from audience.imports.failures import failure_lines
from audience.imports.reader import SourceReader
from audience.jobs.pieces import Checkpoint
from audience.sources.record import Record
from tests.unit.endpoints.merging import AdmittedNames
from tests.unit.endpoints.small_table import SmallTable
from tests.unit.endpoints.update_expressions import Item
from tests.unit.imports.sources import reader_of
from tests.unit.imports.waiting import Waiting
from tests.unit.sources.fake_s3 import FakeS3

NOW = "2026-01-02T03:04:05.000Z"
HEADER = b"Id,Address,ChannelType,User.UserId,Attributes.a,Metrics.m,User.UserAttributes.u\n"

_lines = st.builds(
    "{},{},{},{},{},{},{}".format,
    st.sampled_from([*"123456789", "", '"10"', '"1\n1"']),
    st.sampled_from(["a", "b", "", '"c,d"']),
    st.sampled_from(["SMS", "EMAIL", "SMS", "email", "FAX"]),
    st.sampled_from(["", "", "u", "v"]),
    st.sampled_from(["x", "", "y" * 101, '"q""r"']),
    st.sampled_from(["1", "", "0.5", "many"]),
    st.sampled_from(["", "", "w"]),
)
_odd = st.sampled_from(["", "1,a", "\xff", '"', " 1 , a , SMS ,,,,", "1,a,SMS,,,,,,"])
_files = st.lists(_lines | _lines | _lines | _odd, max_size=40).map(
    lambda lines: HEADER + b"".join(line.encode("latin-1") + b"\n" for line in lines)
)


def one_by_one(_reader: SourceReader, _most: int) -> tuple[list[Record], list[Row]]:
    return [], []


def come_to(file: bytes, stops: list[bool], *, csv: bool = True) -> dict[str, Any]:
    """What is in the table, and what the intervals tell, after a file was read to its end."""
    table = SmallTable()
    names = cast("AttributeNames", AdmittedNames())
    store = EndpointStore(table, "table", "app", names, clock=lambda: 1.5)
    reader = reader_of(FakeS3({"0": file}), "0", csv=csv)
    may_go_on = chain(stops, repeat(True)).__next__
    at, done, intervals = Checkpoint(), False, []
    while not done:
        interval = CheckpointInterval(store, NOW, keep_members=True, runner=Waiting(), inserter=store)
        at, done = interval.run({0: reader}.get, at, may_go_on)
        intervals.append(interval)
    return {
        "items": {key: _lasting(item) for key, item in table.items.items()},
        "members": [member for interval in intervals for member in interval.members],
        "failures": [*failure_lines(each for interval in intervals for each in interval.failures)],
        "processed": sum(interval.processed for interval in intervals),
    }


def _lasting(item: Item) -> Item:
    """An item without what differs in each write."""
    return {
        name: {"SS": sorted(value["SS"])} if "SS" in value else value
        for name, value in item.items()
        if name not in {"held", "removed"}
    }


@settings(deadline=None, max_examples=80)
@given(
    file=_files, stops=st.lists(st.booleans(), max_size=20), other_stops=st.lists(st.booleans(), max_size=20)
)
def test_a_file_comes_to_the_same(file: bytes, stops: list[bool], other_stops: list[bool]) -> None:
    with patch.object(SourceReader, "rows_together", one_by_one):
        wanted = come_to(file, other_stops)
    assert come_to(file, stops) == wanted


def json_line(endpoint_id: str, channel: str, user: str, value: str, metric: str) -> bytes:
    user = f',"User":{{"UserId":"{user}","UserAttributes":{{"u":["w"]}}}}' if user else ""
    attributes = f'"Attributes":{{"a":["{value}"]}},"Metrics":{{"m":{metric}}}'
    return f'{{"Id":"{endpoint_id}","Address":"a","ChannelType":"{channel}",{attributes}{user}}}\n'.encode()


# A pattern is made once so many lines were alike (audience.endpoints.json_lines).
ALIKE = b"".join(json_line(f"alike-{number}", "SMS", "", "x", "1") for number in range(70))
_json_lines = st.builds(
    json_line,
    st.sampled_from([*"123456789", "", "é", '\\"']),
    st.sampled_from(["SMS", "SMS", "sms", "FAX"]),
    st.sampled_from(["", "", "", "u", "v"]),
    st.sampled_from(["x", "", "y" * 101, "\\n"]),
    st.sampled_from(["1", "0.5", "-0", "null", '"2"', '"x"']),
)


@settings(deadline=None, max_examples=40)
@given(lines=st.lists(_json_lines | st.just(b"\n") | st.just(b"{\n"), max_size=30), stop=st.integers(60, 90))
def test_lines_of_json_come_to_the_same(lines: list[bytes], stop: int) -> None:
    file = ALIKE + b"".join(lines)
    with patch.object(SourceReader, "rows_together", one_by_one):
        wanted = come_to(file, [], csv=False)
    assert come_to(file, [*[True] * stop, False], csv=False) == wanted


@pytest.mark.parametrize("csv", [True, False])
def test_rows_of_a_sound_file_are_read_many_at_a_time(csv: bool) -> None:
    lines = [b"%d,a,SMS,,x,1,\n" % number for number in range(1000)]
    alike = [json_line(str(number), "SMS", "", "x", "1") for number in range(1000)]
    with patch.object(SourceReader, "rows", autospec=True, side_effect=SourceReader.rows) as alone:
        found = come_to(HEADER + b"".join(lines) if csv else b"".join(alike), [], csv=csv)
    assert found["processed"] == len(found["items"]) == 1000
    assert alone.call_count < (10 if csv else 160)


@pytest.mark.parametrize(("every", "most"), [(1000, 1.2), (30, 2), (10, 2), (3, 1.5), (1, 1.5)])
def test_records_are_seldom_looked_at_twice_however_many_are_bad(every: int, most: float) -> None:
    lines = [
        b"%d,a,%b,,x,1,\n" % (number, b"SMS" if (number + 1) % every else b"FAX") for number in range(2000)
    ]
    looked_at = 0
    read = CsvHeader.rows_together

    def count(header: CsvHeader, records: Sequence[bytes], application_id: str) -> Sequence[Row]:
        nonlocal looked_at
        looked_at += len(records)
        return read(header, records, application_id)

    with patch.object(CsvHeader, "rows_together", count):
        found = come_to(HEADER + b"".join(lines), [])
    assert found["processed"] == 2000 - 2000 // every
    assert looked_at < most * 2000


def test_rows_that_exist_already_are_merged() -> None:
    lines = [b"%d,a,SMS,,x,1,\n" % (number % 300) for number in range(600)]
    assert come_to(HEADER + b"".join(lines), [])["processed"] == 600
