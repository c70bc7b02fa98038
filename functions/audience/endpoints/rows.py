"""A row: what one record of a file, or one API call, says about an endpoint or a user."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Self

from audience.identifiers import endpoint_id_for

# "Endpoint size: 15 KB" (https://docs.aws.amazon.com/pinpoint/latest/developerguide/quotas.html)
MAX_ENDPOINT_BYTES = 15 * 1024
# A DynamoDB sort key has at most 1,024 bytes, of which two are the prefix.
MAX_ID_BYTES = 1022
# An unknown name may be as long as the row; messages, of which a job's record holds a hundred, quote less of it.
MAX_FIELD_SHOWN = 100
# A row may have as many columns as a megabyte has commas; so many of its reasons are told.
MOST_REASONS = 100

Value = str | float | list[str]


class Wrong(NamedTuple):
    """A wrong field of a row and the reason; `field` is empty where the row as a whole is wrong."""

    field: str
    reason: str

    def __str__(self) -> str:
        """Return both on one line."""
        return f"{self.field}: {self.reason}" if self.field else self.reason


class RowInvalidError(Exception):
    """A row that cannot go in: its wrong fields and the reasons, in words for who corrects the file."""

    def __init__(self, field: str, reason: str) -> None:
        """Keep the field in dot notation (`Attributes.Interests`) and the reason."""
        shown = field if len(field) <= MAX_FIELD_SHOWN else f"{field[: MAX_FIELD_SHOWN - 1]}…"
        super().__init__(shown, reason)
        self.reasons: tuple[Wrong, ...] = (Wrong(shown, reason),)

    @classmethod
    def of(cls, reasons: Sequence[Wrong]) -> Self:
        """Return the error of a row with these reasons, of which there is at least one; 100 are kept."""
        error = cls(*reasons[0])
        error.reasons = tuple(reasons[:MOST_REASONS])
        if len(reasons) > MOST_REASONS:
            error.reasons += (Wrong("", f"and {len(reasons) - MOST_REASONS} more"),)
        return error

    @property
    def field(self) -> str:
        """Return the first wrong field."""
        return self.reasons[0].field

    @property
    def reason(self) -> str:
        """Return the first reason."""
        return self.reasons[0].reason

    def __str__(self) -> str:
        """Return all reasons on one line."""
        return "; ".join(map(str, self.reasons))


class Position(NamedTuple):
    """Where a row of a piece is: rows that come later have higher sources and lines, also when they run again."""

    piece: str
    source: int
    line: int


@dataclass(slots=True)
class Row:
    """Fields by their column names: `Attributes.Interests`, `Location.City`, `User.UserId`.

    An empty list removes an attribute. A row without `endpoint_id` names only a user, and is about all endpoints of
    that user. `position` is needed only where a row gives user attributes and names no user.
    """

    endpoint_id: str = ""
    user_id: str = ""
    fields: dict[str, Value] = field(default_factory=dict)
    user_attributes: dict[str, list[str]] = field(default_factory=dict)
    position: Position | None = None

    @property
    def key(self) -> str:
        """Return the key of the row: rows with the same key are merged in their order."""
        return self.endpoint_id or self.user_id

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of its fields and of its user's attributes."""
        return (*self.fields, *self.user_attributes)

    @property
    def channel(self) -> str:
        """Return the channel type; empty if it names none."""
        return str(self.fields.get("ChannelType", ""))

    @property
    def creates(self) -> bool:
        """Return whether the row is enough to make an endpoint that does not exist."""
        return "Address" in self.fields and "ChannelType" in self.fields


def complete(row: Row, application_id: str, wrong: Sequence[Wrong] = ()) -> Row:
    """Give a row without an id its id, and check the limits of the whole row.

    `wrong` is what was found in its fields, which are not in the row then.

    Raises:
        RowInvalidError: something was found, nothing in it identifies an endpoint, or it is too large; all is told.
    """
    found = [*wrong, *_unidentified(row, {name for name, _ in wrong})]
    if row.creates and not row.endpoint_id:
        address, channel = str(row.fields["Address"]), str(row.fields["ChannelType"])
        row.endpoint_id = endpoint_id_for(application_id, channel, address, row.user_id)
    for name, value in (("Id", row.endpoint_id), ("User.UserId", row.user_id)):
        if len(value.encode()) > MAX_ID_BYTES:
            found.append(Wrong(name, f"longer than {MAX_ID_BYTES} bytes"))
    if size_of(row) > MAX_ENDPOINT_BYTES:
        found.append(Wrong("", f"the endpoint is too large: more than {MAX_ENDPOINT_BYTES} bytes"))
    if found:
        raise RowInvalidError.of(found)
    return row


def _unidentified(row: Row, wrong: set[str]) -> Iterable[Wrong]:
    """Return what is missing to identify an endpoint; fields that are wrong are not missing."""
    if row.endpoint_id or row.creates or "Id" in wrong:
        return ()
    given = row.fields.keys() | wrong
    missing = next((name for name in ("Address", "ChannelType") if name not in given), "")
    # Whatever is wrong of a user, or of the row as a whole, says nothing of an endpoint.
    of_endpoint = {name for name in given if name and not name.startswith("User.")}
    if not missing or ("User.UserId" in given and not of_endpoint):
        return ()
    return (Wrong(missing, "a row without Id needs Address and ChannelType"),)


def size_of(row: Row) -> int:
    """Return the size of a row's names and values in bytes of UTF-8; a number counts 8."""
    size = len(row.endpoint_id.encode())
    for name, value in (*row.fields.items(), *row.user_attributes.items()):
        size += len(name.encode())
        if isinstance(value, str):
            size += len(value.encode())
        elif isinstance(value, list):
            size += sum(len(text.encode()) for text in value)
        else:
            size += 8
    return size
