"""The columns of a job's files: which field of an endpoint each of them is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from audience.endpoints.fields import ATTRIBUTES, IGNORED, METRICS, NUMBERS, TEXTS, USER_ATTRIBUTES

FIXED = ("Id", *TEXTS, *NUMBERS)
PREFIXES = (ATTRIBUTES, METRICS, USER_ATTRIBUTES)
DELIMITERS = (",", ";", "\t", "|")
_BY_LOWER_CASE = {name.lower(): name for name in (*FIXED, *IGNORED)}


def field_of(column: str) -> str:
    """Return the field that a column names in any case, or the empty string where it names none.

    The name of a custom attribute keeps its case.
    """
    found = _BY_LOWER_CASE.get(column.lower())
    if found is not None:
        return found
    for prefix in PREFIXES:
        if column[: len(prefix)].lower() == prefix.lower():
            return prefix + column[len(prefix) :]
    return ""


@dataclass(frozen=True)
class ColumnRules:
    """What a job says of its files' columns, beside what their names say."""

    columns: Mapping[str, str] = field(default_factory=dict)  # fields by column; "" leaves the column out
    constants: Mapping[str, str] = field(
        default_factory=dict
    )  # by field, where a row has no value of its own
    delimiter: str = ""  # of CSV; empty: as the header shows it
    header: tuple[str, ...] = ()  # of CSV files without one
    fail_unknown: bool = False  # whether rows with a value in an unknown column fail

    def field_of(self, column: str) -> str:
        """Return the field of a column; the empty string where it is left out or unknown."""
        named = self.columns.get(column)
        return field_of(column) if named is None else named

    def to_document(self) -> dict[str, Any]:
        """Return the members of a job's Definition; those that say nothing are left out."""
        members = {
            "Columns": dict(self.columns),
            "Constants": dict(self.constants),
            "Delimiter": self.delimiter,
            "Header": list(self.header),
            "UnknownFields": "FAIL" if self.fail_unknown else "",
        }
        return {name: value for name, value in members.items() if value}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Read the members of a job's Definition."""
        return cls(
            document.get("Columns", {}),
            document.get("Constants", {}),
            document.get("Delimiter", ""),
            tuple(document.get("Header", ())),
            document.get("UnknownFields") == "FAIL",
        )


def is_delimiter(text: str) -> bool:
    """Return whether a text can stand between the cells of CSV."""
    return len(text) == 1 and text.isascii() and text not in '"\r\n\0 '
