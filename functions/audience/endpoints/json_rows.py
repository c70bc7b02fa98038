"""Rows of a newline-delimited JSON file or an API request, in the form of EndpointRequest."""

from collections.abc import Mapping
from typing import Any

import orjson

from audience.endpoints.columns import PREFIXES, ColumnRules, field_of
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
from audience.endpoints.json_members import CUSTOM, FIXED_FIELDS, GROUPS, MEMBERS, JsonMembers
from audience.endpoints.near_columns import near_words
from audience.endpoints.rows import Row, RowInvalidError, Wrong, complete
from audience.exact_numbers import loads, text_of


def row_of_record(record: bytes, application_id: str, members: JsonMembers) -> Row:
    """Return the row of one line of a file, whose members are what `members` says.

    Raises:
        RowInvalidError: it is not UTF-8, not a JSON object, or not an endpoint.
    """
    return plain_row(record, application_id, members) or checked_row(record, application_id, members)


def plain_row(record: bytes, application_id: str, members: JsonMembers) -> Row | None:
    """Return the row of a line that nothing is wrong with; None where `checked_row` has to read it."""
    row = members.lines.row(record, application_id)
    if row is not None:
        return row
    try:
        document = orjson.loads(record)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(document, dict):
        return None
    planned = members.plans.row(document, len(record), application_id)
    if planned is not None:
        members.lines.missed(record, document)
    return planned


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
        name = mapped or (path if path in MEMBERS else self._members.name_of(path))
        if value is None or mapped == "" or (mapped is None and name in IGNORED):
            return
        try:
            if mapped is None and value != "" and name in FIXED_FIELDS and (nested or "." not in path):
                self._set(name, path, value)
            elif mapped:
                self._read_field(name, path, value)
            elif "." in path and not nested:
                self._unknown.append((path, value))
            elif name in GROUPS or (path in self._members.parents and isinstance(value, dict)):
                for inner, inner_value in _mapping(path, value).items():
                    self.read(f"{path}.{inner}", inner_value, nested=True)
            elif name in CUSTOM:
                self._read_custom(path, CUSTOM[name], _mapping(path, value))
            else:
                self._read_field(name, path, value)
        except RowInvalidError as error:
            self.wrong += error.reasons

    def _read_field(self, name: str, path: str, value: Any) -> None:
        if name.startswith(PREFIXES) and path in self._members.columns:
            prefix = next(prefix for prefix in PREFIXES if name.startswith(prefix))
            self._set_custom(prefix, name[len(prefix) :], value)
        elif name not in FIXED_FIELDS:
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
        elif "." in path and path.partition(".")[0] not in GROUPS:
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
