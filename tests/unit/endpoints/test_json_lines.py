"""Lines that a pattern matches are read as they are member by member; a pattern is made where it pays."""

import re
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audience.endpoints import json_lines
from audience.endpoints.columns import ColumnRules
from audience.endpoints.json_members import JsonMembers
from audience.endpoints.json_rows import checked_row, plain_row
from audience.endpoints.rows import Row, RowInvalidError
from audience.endpoints.text_rows import TextRow
from tests.unit.endpoints.reading import APP

_FIRST: dict[str, list[bytes]] = {
    "Id": [b'"e"', b"17"],
    "Address": [b'"a@example.com"', '"Ære"'.encode()],
    "ChannelType": [b'"EMAIL"', b'"sms"'],
    "EffectiveDate": [b'"2026-01-02"'],
    "Location.City": [b'"Oslo"', b"5"],
    "Location.Country": [b'"NO"'],
    "Location.Latitude": [b"48.15", b'"-1e1"', b"-0.0"],
    "User.UserId": [b'"u"', b"1"],
    "Attributes.Plan": [b'"pro"', b'["pro"]', b'["a","b"]', b'""', b"[]"],
    "Attributes.a.b{,2}": [b'["x"]'],
    "Metrics.Score": [b"1", b"2.5", b'"7"', b"1e3"],
    "User.UserAttributes.Name": [b'["Ada"]', b'["a","b"]'],
    "Nothing": [b"5", b"1.5", b'"n"', b"true", b"null", b"[]"],
    "CohortId": [b'"5"'],
}
# Values as they may stand in other lines: all of them are tried at each place.
_OTHERS = [
    b'"z"', b'""', b'"x y"', '"Köln"'.encode(), b'"K\\u00f6ln"', b'"\\""', b'"a\x01"', b'"\xff"', b'" "', b'"\x7f"',
    b'"%b"' % (b"x" * 100), b'"%b"' % (b"x" * 101), b'"%s"' % ("é".encode() * 100), b'"%b"' % (b"x" * 1023),
    b'"SMS"', b'"APNS"', b'"MAIL"', b'"2026-13-01"', b'"2026-05-06T07:08:09Z"', b'"nor"', b'"NORWAY"', b'"1_0"',
    b"0", b"-0", b"-0.0", b"7", b"007", b"-7", b"1.50", b"1e5", b"1E400", b"12345678901234567890", b"90.1", b"true",
    b"123456789.123456", b"1234567890", b"0.0000001", b"null", b"[]", b'["q"]', b'["q","r"]', b'["q", "r"]', b"{}",
]  # fmt: skip


def line_of(values: dict[str, bytes], comma: bytes = b",", colon: bytes = b":") -> bytes:
    """A line with these members, each with what stands for its value."""
    groups: dict[str, Any] = {}
    for path, value in values.items():
        *outer, name = path.split(".", 1 if path.startswith("Attributes") else 2)
        inside = groups
        for group in outer:
            inside = inside.setdefault(group, {})
        inside[name] = value

    def written(members: Any) -> bytes:
        if isinstance(members, bytes):
            return members.replace(b'","', b'"%b"' % comma)
        parts = [orjson.dumps(name) + colon + written(inner) for name, inner in members.items()]
        return b"{" + comma.join(parts) + b"}"

    return written(groups)


def learned(line: bytes, rules: ColumnRules) -> JsonMembers:
    """What has read a line often enough to make a pattern of it, if there is one."""
    members = JsonMembers(rules)
    for _ in range(3):
        plain_row(line, APP, members)
    return members


@pytest.fixture(autouse=True)
def _pattern_of_each_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_lines, "_MISSES", 1)


RULES = [
    ColumnRules(),
    ColumnRules({"Nothing": "Attributes.Other", "User.UserAttributes.Name": "Location.Region"}),
    ColumnRules({"Attributes.Plan": "", "Id": "User.UserId", "User.UserId": "Id"}),
    ColumnRules({}, {"OptOut": "ALL"}),
]


@settings(deadline=None, max_examples=200)
@given(
    first=st.lists(st.sampled_from(sorted(_FIRST)), unique=True, min_size=1).flatmap(
        lambda names: st.fixed_dictionaries({name: st.sampled_from(_FIRST[name]) for name in names})
    ),
    signs=st.sampled_from([(b",", b":"), (b", ", b": "), (b" ,", b":")]),
    rules=st.sampled_from(RULES),
    data=st.data(),
)
def test_a_line_that_a_pattern_matches_is_read_as_member_by_member(
    first: dict[str, bytes], signs: tuple[bytes, bytes], rules: ColumnRules, data: st.DataObject
) -> None:
    members = learned(line_of(first, *signs), rules)
    changed = data.draw(st.sets(st.sampled_from(sorted(first)), max_size=2))
    others = data.draw(st.lists(st.sampled_from(_OTHERS), min_size=3, max_size=12))
    for other in others:
        for name in changed:
            line = line_of({**first, name: other}, *signs)
            for each in (
                line,
                line + b" ",
                line[:-1],
                line.replace(b'"', b"'"),
                line.replace(b"{", b"{ ", 1),
            ):
                row = members.lines.row(each, APP)
                if row is not None:
                    assert row == checked_row(each, APP, JsonMembers(rules))
                    assert (row.names, row.channel, row.creates) == facts(row)


def facts(row: Row) -> tuple[tuple[str, ...], str, bool]:
    plain = Row(row.endpoint_id, row.user_id, row.fields, row.user_attributes)
    return plain.names, plain.channel, plain.creates


WHOLE = {
    "Id": b'"e"',
    "Address": b'"a"',
    "ChannelType": b'"email"',
    "Location.City": b'"Oslo"',
    "User.UserId": b"5",
    "User.UserAttributes.Name": b'["Ada","B"]',
    "Attributes.Plan": b'["pro","\xc3\xa9"]',
    "Metrics.Score": b"2.5",
    "Nothing": b"5",
}


@pytest.mark.parametrize("signs", [(b",", b":"), (b", ", b": ")])
@pytest.mark.parametrize("without", ["", "Id", "Nothing", "ChannelType", "User.UserAttributes.Name"])
def test_lines_that_differ_in_their_values_are_read_by_a_pattern(
    signs: tuple[bytes, bytes], without: str
) -> None:
    values = {name: value for name, value in WHOLE.items() if name != without}
    members = learned(line_of(values, *signs), ColumnRules())
    other = {**WHOLE, "Metrics.Score": b"17", "Nothing": b"-1e5"}
    other = {name: other[name].replace(b"A", "Å".encode()) for name in values}
    row = members.lines.row(line_of(other, *signs), APP)
    assert isinstance(row, TextRow)
    assert row == checked_row(line_of(other, *signs), APP, JsonMembers(ColumnRules()))
    assert row != checked_row(line_of(values, *signs), APP, JsonMembers(ColumnRules()))


def test_attributes_of_a_user_at_the_end_of_a_line_are_no_values_of_its_endpoint() -> None:
    members = learned(b'{"Id":"e","User":{"UserId":"u","UserAttributes":{"Name":["Ada"]}}}', ColumnRules())
    row = members.lines.row(b'{"Id":"f","User":{"UserId":"v","UserAttributes":{"Name":["Bea"]}}}', APP)
    assert isinstance(row, TextRow)
    assert row.values == [b"f", b"v"]
    assert row.user_attributes == {"User.UserAttributes.Name": ["Bea"]}


def test_a_line_with_something_wrong_is_told_as_without_a_pattern() -> None:
    members = learned(line_of(WHOLE), ColumnRules())
    wrong = line_of({**WHOLE, "ChannelType": b'"MAIL"', "Metrics.Score": b'"many"'})
    assert plain_row(wrong, APP, members) is None
    with pytest.raises(RowInvalidError, match=r"ChannelType: 'MAIL' is not one of.*Metrics\.Score: 'many'"):
        checked_row(wrong, APP, members)


def test_a_pattern_is_made_after_some_lines_and_not_for_lines_of_many_kinds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(json_lines, "_MISSES", 3)
    members = JsonMembers(ColumnRules())
    line = line_of(WHOLE)
    assert [isinstance(plain_row(line, APP, members), TextRow) for _ in range(6)] == [False] * 4 + [True] * 2
    compiled = []
    compile_ = re.compile
    monkeypatch.setattr(re, "compile", lambda *args: (compiled.append(args), compile_(*args))[1])
    for number in range(900):
        plain_row(b'{"Id":"e","Attributes":{"a%d":"x"}}' % (number // 6), APP, members)
    assert 1 < len(compiled) < json_lines._MOST_MADE
    assert not members.lines._patterns


def test_several_kinds_of_lines_each_have_a_pattern() -> None:
    members = JsonMembers(ColumnRules())
    kinds = [
        line_of({name: value for name, value in WHOLE.items() if name != left}) for left in ("Id", "Nothing")
    ]
    for _ in range(4):
        for line in kinds:
            plain_row(line, APP, members)
    assert all(isinstance(plain_row(line, APP, members), TextRow) for line in kinds)
