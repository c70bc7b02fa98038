"""Lines of JSON that are alike but for their values, read by one regular expression.

A program that writes rows writes their members in the same order, with the same signs between them. A pattern that is
made of one such line matches the others, and finds their values, while it checks what `audience.endpoints.json_plan`
checks of them one by one. A line that no pattern matches may be as sound as any: it is read in other ways.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Self

import orjson

from audience.endpoints.fields import ATTRIBUTES, MAX_TEXT, MAX_VALUES, METRICS, NUMBERS, USER_ATTRIBUTES
from audience.endpoints.json_plan import DEPTH
from audience.endpoints.known_values import known_texts
from audience.endpoints.row_plan import RowPlan
from audience.endpoints.rows import MAX_ID_BYTES, RowInvalidError
from audience.endpoints.text_rows import BETWEEN_TEXTS, Kind, RowShape, TextRow
from audience.identifiers import endpoint_id_for

# Written by hand, by JavaScript and by orjson; and by Python's json.
_SIGNS = ((",", ":"), (", ", ": "))

_SIGN = r'[^"\\\x00-\x1f]'
_TEXT = f'"({_SIGN}++)"'
_VALUE = f'"({_SIGN}{{0,{MAX_TEXT}}}+)"'  # of an attribute
_ANY_TEXT = f'"{_SIGN}*+"'
_ANY_NUMBER = r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][-+]?[0-9]++)?"
_NUMBER = f"({_ANY_NUMBER})"
# Fifteen digits at most: the text is the number that is stored, and no sign is lost with a zero.
_METRIC = r"((?!-0)-?(?:0|[1-9][0-9]{0,8}+)(?:\.[0-9]{1,6}+)?)"
# An integer that is given as a text, in its only spelling (audience.endpoints.json_plan).
_INTEGER = r"(-?[1-9][0-9]{0,13}+)"
_LISTS = (ATTRIBUTES, USER_ATTRIBUTES)
_LEFT_OUT = {str: _ANY_TEXT, int: _ANY_NUMBER, float: _ANY_NUMBER, bool: "(?:true|false)"}


class _Found(NamedTuple):
    """The field of a member, what it is, and in how many texts a pattern finds its value."""

    name: str
    kind: Kind
    texts: int = 1
    sound: bool = False  # whether each text that the pattern finds is a value that the field may have


class _NoPatternError(Exception):
    """A value that no pattern is made for."""


def _object(
    members: Mapping[str, Any],
    comma: str,
    colon: str,
    fields: Iterator[str],
    found: list[_Found],
    depth: int,
) -> str:
    """Return the pattern of an object, and add the fields of its members to those found."""
    parts = []
    for name, value in members.items():
        if value is None:
            pattern = "null"
        elif isinstance(value, dict):
            if depth == 1:
                raise _NoPatternError
            pattern = _object(value, comma, colon, fields, found, depth - 1)
        else:
            pattern = _value(next(fields), value, comma, found)
        parts.append(f"{re.escape(orjson.dumps(name).decode() + colon)}{pattern}")
    return rf"\{{{comma.join(parts)}\}}"


def _value(field: str, value: Any, comma: str, found: list[_Found]) -> str:
    """Return the pattern of a member's value, and add its field to those found."""
    if not field:
        if type(value) not in _LEFT_OUT:
            raise _NoPatternError
        return _LEFT_OUT[type(value)]
    if field.startswith(_LISTS):
        texts = value if isinstance(value, list) else [value]
        found.append(_Found(field, "L", len(texts)))
        if not 1 <= len(texts) <= MAX_VALUES:
            raise _NoPatternError
        return rf"\[{comma.join([_VALUE] * len(texts))}\]" if isinstance(value, list) else _VALUE
    if field.startswith(METRICS) or field in NUMBERS:
        plain = field.startswith(METRICS) and not isinstance(value, str)
        found.append(_Found(field, "N", sound=plain))
        return _METRIC if plain else _TEXT if isinstance(value, str) else _NUMBER
    found.append(_Found(field, "S"))
    return _TEXT if isinstance(value, str) else _INTEGER


class LinePattern:
    """A pattern of lines, and what is known of the texts that it finds, by their places."""

    @classmethod
    def of(cls, line: bytes, document: Mapping[str, Any], fields: Sequence[str]) -> Self | None:
        """Return a pattern that matches a line; None where it has values that no pattern is made for.

        Args:
            line: one that nothing is wrong with.
            document: the line, read.
            fields: those of its members that are neither null nor objects, empty for one that is left out.
        """
        for comma, colon in _SIGNS:
            given = iter(fields)
            found: list[_Found] = []
            try:
                pattern = re.compile(_object(document, comma, colon, given, found, DEPTH).encode())
            except _NoPatternError:
                return None
            if pattern.fullmatch(line):
                return cls(pattern, found)
        return None

    def __init__(self, pattern: re.Pattern[bytes], found: Sequence[_Found]) -> None:
        """Keep the pattern, and work out what is the same for all lines."""
        self._match = pattern.fullmatch
        self._room = RowPlan.of([field.name for field in found], None).room
        places: dict[str, list[int]] = {}
        for place, name in enumerate(field.name for field in found for _ in range(field.texts)):
            places.setdefault(name, []).append(place)
        asked = [field.name for field in found if field.kind != "L" and not field.sound]
        checked = [(places[name][0], known_texts(name)) for name in asked]
        self._checked = [(place, known) for place, known in checked if known is not None]
        self._id = places.pop("Id", [-1])[0]
        self._user, self._channel, self._address = (
            places.get(name, [-1])[0] for name in ("User.UserId", "ChannelType", "Address")
        )
        self._of_user = {name: places.pop(name) for name in [*places] if name.startswith(USER_ATTRIBUTES)}
        self._own = [*places.values()]
        # Whether the texts are the values as they are: one each, with the id before them.
        texts = sum(field.texts for field in found)
        self._as_found = [[self._id], *self._own] == [[place] for place in range(texts)]
        kinds = {field.name: field.kind for field in found}
        self._shape = RowShape(tuple(places), tuple(kinds[name] for name in places))

    def row(self, line: bytes, application_id: str) -> TextRow | None:
        """Return the row of a line of UTF-8; see audience.endpoints.json_lines.JsonLines.row."""
        match = self._match(line)
        if match is None or len(line) > self._room:
            return None
        texts: list[bytes] = [*match.groups()]
        try:
            for place, known in self._checked:
                texts[place] = known[texts[place]]
        except RowInvalidError:
            return None
        key = texts[self._id] if self._id >= 0 else b""
        user = texts[self._user] if self._user >= 0 else b""
        if len(key) > MAX_ID_BYTES or len(user) > MAX_ID_BYTES:
            return None
        user_id = user.decode()
        if not key:
            if not self._shape.creates:
                return None
            channel, address = texts[self._channel].decode(), texts[self._address].decode()
            key = endpoint_id_for(application_id, channel, address, user_id).encode()
        values = texts if self._as_found else [key, *(_joined(texts, places) for places in self._own)]
        attributes = (
            {name: [texts[place].decode() for place in places] for name, places in self._of_user.items()}
            if self._of_user
            else {}
        )
        return TextRow(key.decode(), user_id, attributes, self._shape, values)


def _joined(texts: Sequence[bytes], places: Sequence[int]) -> bytes:
    """Return the value of the texts at some places."""
    return texts[places[0]] if len(places) == 1 else BETWEEN_TEXTS.join([texts[place] for place in places])
