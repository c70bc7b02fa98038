"""Rows of a newline-delimited JSON file or an API request, in the form of EndpointRequest."""

from collections.abc import Mapping
from typing import Any

import orjson

from audience.endpoints.cells import Constants
from audience.endpoints.columns import FIXED, PREFIXES, ColumnRules, field_of
from audience.endpoints.fields import (
    ATTRIBUTES,
    IGNORED,
    METRICS,
    NUMBERS,
    TEXTS,
    attribute_name,
    attribute_values,
    number,
    shown,
)
from audience.endpoints.json_plan import JsonPlans, Path
from audience.endpoints.near_columns import near_field, near_words
from audience.endpoints.rows import Row, RowInvalidError, Wrong, complete
from audience.exact_numbers import loads, text_of
from audience.ignored_names import IgnoredNames

_GROUPS = frozenset({"Location", "Demographic", "User"})
_CUSTOM = {prefix.removesuffix("."): prefix for prefix in PREFIXES}
_FIXED = frozenset(FIXED)
_MEMBERS = _FIXED | IGNORED | _GROUPS | _CUSTOM.keys()
_BY_LOWER_CASE = {name.lower(): name for name in _MEMBERS}


class JsonMembers:
    """What the members of a job's JSON files are, and the names of those that were ignored."""

    def __init__(self, rules: ColumnRules, *, any_case: bool = True) -> None:
        """Keep what the job says of its columns, and whether members are known in any case."""
        self.columns = rules.columns
        self.parents = {name[:at] for name in rules.columns for at, sign in enumerate(name) if sign == "."}
        self.constants = Constants(rules.constants) if rules.constants else None
        self.filled = rules.constants.keys()
        self.fail_unknown = rules.fail_unknown
        self.ignored = IgnoredNames()
        self._any_case = any_case
        self.plans = JsonPlans(self._field_at, self._is_object, self.constants)

    def name_of(self, path: str) -> str:
        """Return what a member names in an endpoint; itself if it is unknown."""
        return _BY_LOWER_CASE.get(path.lower(), path) if self._any_case and path not in _MEMBERS else path

    def _field_at(self, path: Path) -> str | None:
        """Return the field at a path of names, empty where it is left out; None where its value has to be seen."""
        mapped = self.columns.get(".".join(path))
        if mapped is not None:
            return mapped if mapped in {"", *_FIXED} or mapped.startswith(PREFIXES) else None
        name = self.name_of(path[0])
        if "." in path[0] or (len(path) > 1 and ".".join(path[:-1]) in self.parents - _GROUPS):
            return None
        if len(path) == 1 and name not in _MEMBERS:
            return self._left_out(name)
        if len(path) > 1 and name in _GROUPS:
            name, path = self.name_of(f"{path[0]}.{path[1]}"), path[1:]
        if len(path) == 1:
            return "" if name in IGNORED else name if name in _FIXED else None
        return f"{_CUSTOM[name]}{path[1]}" if name in _CUSTOM else None

    def _left_out(self, name: str) -> str | None:
        """Note the name of a member that is none of an endpoint; None where it fails its row, or may do so."""
        if self.fail_unknown or near_field(name, ()):
            return None
        self.ignored.add(name)
        return ""

    def _is_object(self, path: Path) -> bool:
        """Return whether the members at a path of names are those of an object."""
        dotted = ".".join(path)
        if dotted in self.columns or any("." in part for part in path):
            return False
        name = self.name_of(dotted)
        return name in _CUSTOM or (name in _GROUPS and len(path) == 1) or dotted in self.parents

    def meant_by(self, path: str, value: Any, present: set[str]) -> str:
        """Return which member an unknown one probably means, or the empty string."""
        if not self._any_case:
            return ""
        inner = next(iter(value), "") if isinstance(value, dict) else ""
        if "." in path and field_of(path):
            return field_of(path)
        return near_field(f"{path}.{inner}" if inner else path, present)


def row_of_record(record: bytes, application_id: str, members: JsonMembers) -> Row:
    """Return the row of one line of a file, whose members are what `members` says.

    Raises:
        RowInvalidError: it is not UTF-8, not a JSON object, or not an endpoint.
    """
    return plain_row(record, application_id, members) or checked_row(record, application_id, members)


def plain_row(record: bytes, application_id: str, members: JsonMembers) -> Row | None:
    """Return the row of a line that nothing is wrong with; None where `checked_row` has to read it."""
    try:
        document = orjson.loads(record)
    except orjson.JSONDecodeError:
        return None
    return members.plans.row(document, len(record), application_id) if isinstance(document, dict) else None


def checked_row(record: bytes, application_id: str, members: JsonMembers) -> Row:
    """Return the row of a line, read member by member; see `row_of_record`.

    Raises:
        RowInvalidError: as for `row_of_record`, with all that is wrong.
    """
    try:
        document = orjson.loads(record)
        if isinstance(document, dict):
            reading = _read(document, members)
            # Otherwise the spelling of a number may matter: it is a text, or is told.
            if not (reading.has_number_texts or reading.wrong):
                return complete(reading.row, application_id)
        document = loads(record)
    except orjson.JSONDecodeError as error:
        try:
            record.decode()
        except UnicodeDecodeError as bad_byte:
            raise RowInvalidError("", f"not UTF-8 at byte {bad_byte.start + 1} of the row") from None
        raise RowInvalidError("", f"not JSON: {error}") from None
    if not isinstance(document, dict):
        raise RowInvalidError("", "not a JSON object: one endpoint object a line is expected")
    return row_of_document(document, application_id=application_id, members=members)


def near_members(record: bytes, rules: ColumnRules) -> list[str]:
    """Return what to say of members of a record that are nearly those of an endpoint; other faults are its own."""
    try:
        document = orjson.loads(record)
    except orjson.JSONDecodeError:
        return []
    if not isinstance(document, dict):
        return []
    return _read(document, JsonMembers(rules)).near


_OF_REQUESTS = JsonMembers(ColumnRules(fail_unknown=True), any_case=False)


def row_of_document(
    document: Mapping[str, Any], *, application_id: str, members: JsonMembers | None = None
) -> Row:
    """Return the row of an endpoint document: EndpointRequest plus `Id`; null members are left out.

    `members` says what the members of a file are; without it they are those of an endpoint alone, as they are spelled.
    Numbers may be as `audience.exact_numbers.loads` gives them.

    Raises:
        RowInvalidError: members are unknown, or have values they may not have; each one is told.
    """
    reading = _read(document, members or _OF_REQUESTS)
    return complete(reading.row, application_id, reading.wrong)


def _read(document: Mapping[str, Any], members: JsonMembers) -> "_Reading":
    reading = _Reading(members)
    for name, value in document.items():
        reading.read(name, value)
    reading.end()
    return reading


class _Reading:
    """The row of a document as far as it was read, and what is wrong with its members."""

    def __init__(self, members: JsonMembers) -> None:
        self.row = Row()
        self.wrong: list[Wrong] = []
        self._members = members
        self.near: list[str] = []
        self._unknown: list[tuple[str, Any]] = []
        self.has_number_texts = False  # whether a text was given as a number or a boolean

    def read(self, path: str, value: Any, *, nested: bool = False) -> None:
        """Set the fields that a member names (`Location`, `Location.City`), or note what is wrong with them."""
        columns = self._members.columns
        mapped = columns.get(path) if columns else None
        name = mapped or (path if path in _MEMBERS else self._members.name_of(path))
        if value is None or mapped == "" or (mapped is None and name in IGNORED):
            return
        try:
            if mapped is None and value != "" and name in _FIXED and (nested or "." not in path):
                self._set(name, path, value)
            elif mapped:
                self._read_field(name, path, value)
            elif "." in path and not nested:
                self._unknown.append((path, value))
            elif name in _GROUPS or (path in self._members.parents and isinstance(value, dict)):
                for inner, inner_value in _mapping(path, value).items():
                    self.read(f"{path}.{inner}", inner_value, nested=True)
            elif name in _CUSTOM:
                self._read_custom(path, _CUSTOM[name], _mapping(path, value))
            else:
                self._read_field(name, path, value)
        except RowInvalidError as error:
            self.wrong += error.reasons

    def _read_field(self, name: str, path: str, value: Any) -> None:
        if name.startswith(PREFIXES) and path in self._members.columns:
            prefix = next(prefix for prefix in PREFIXES if name.startswith(prefix))
            self._set_custom(prefix, name[len(prefix) :], value)
        elif name not in _FIXED:
            self._unknown.append((path, value))
        elif value != "" or name not in self._members.filled:
            self._set(name, path, value)

    def end(self) -> None:
        """Judge the unknown members, and set the job's constants, once all members have been read."""
        if self._unknown:
            present = {"Id", *self.row.fields} if self.row.endpoint_id else set(self.row.fields)
            for path, value in self._unknown:
                self._judge(path, value, present)
        if self._members.constants:
            self._members.constants.fill(self.row)

    def _judge(self, path: str, value: Any, present: set[str]) -> None:
        nest = "is not a member of an endpoint: nest it, {" + shown(path) + "} is for CSV"
        if meant := self._members.meant_by(path, value, {*present, *self._members.filled}):
            reason = nest if meant == field_of(path) else near_words(path, meant)
            self.near.append(f"{shown(path)} {nest}" if meant == field_of(path) else reason)
        elif not self._members.fail_unknown:
            self._members.ignored.add(path)
            return
        elif "." in path and path.partition(".")[0] not in _GROUPS:
            reason = nest
        else:
            reason = f"{shown(path)} is not a member of an endpoint"
        self.wrong += RowInvalidError(path, reason).reasons

    def _read_custom(self, path: str, prefix: str, values: Mapping[str, Any]) -> None:
        columns = self._members.columns
        for name, value in values.items():
            if columns and (inner := f"{path}.{name}") in columns:
                self.read(inner, value, nested=True)
                continue
            try:
                self._set_custom(prefix, name, value)
            except RowInvalidError as error:
                self.wrong += error.reasons

    def _set(self, name: str, path: str, value: Any) -> None:
        row = self.row
        if name in row.fields or (name == "Id" and row.endpoint_id):
            raise RowInvalidError(path, f"{name} is there twice")
        if name == "Id":
            row.endpoint_id = self._text(path, value)
        elif check := TEXTS.get(name):
            row.fields[name] = check(path, value if type(value) is str else self._text(path, value))
            if name == "User.UserId":
                row.user_id = str(row.fields[name])
        else:
            row.fields[name] = NUMBERS[name](path, _scalar(path, value))

    def _set_custom(self, prefix: str, name: str, value: Any) -> None:
        """Set a custom attribute or a metric; only an empty list removes an attribute."""
        if prefix == METRICS:
            if value is not None:
                field = attribute_name(prefix, name)
                self.row.fields[field] = number(field, _scalar(field, value))
            return
        listed = value if isinstance(value, list) else [value]
        given = [item for item in listed if item is not None]
        if listed and not given:
            return
        field = attribute_name(prefix, name)
        # Most are texts: the call is left out for them.
        texts = [
            item if type(item) is str else self._text(field, item, "a list of strings") for item in given
        ]
        attributes: dict[str, Any] = self.row.fields if prefix == ATTRIBUTES else self.row.user_attributes
        before = attributes.get(field)
        attributes[field] = attribute_values(field, [*before, *texts] if before else texts)

    def _text(self, field: str, value: Any, allowed: str = "a string") -> str:
        """Return a text, or a number or boolean as JSON writes it."""
        self.has_number_texts |= not isinstance(value, str)
        text = text_of(value)
        if isinstance(text, str):
            return text
        raise RowInvalidError(field, f"{shown(value)} is not {allowed}")


def _scalar(field: str, value: Any) -> str | float:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise RowInvalidError(field, f"{shown(value)} is not a number")
    return value


def _mapping(field: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise RowInvalidError(field, f"{shown(value)} is not an object")
    return value
