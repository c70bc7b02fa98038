"""A row: what one record of a file, or one API call, says about an endpoint or a user."""

from dataclasses import dataclass, field

from audience.identifiers import endpoint_id_for

# "Endpoint size: 15 KB" (https://docs.aws.amazon.com/pinpoint/latest/developerguide/quotas.html)
MAX_ENDPOINT_BYTES = 15 * 1024
# A DynamoDB sort key has at most 1,024 bytes, of which two are the prefix.
MAX_ID_BYTES = 1022
# An unknown name may be as long as the row; messages, of which a job's record holds a hundred, quote less of it.
MAX_FIELD_SHOWN = 100

Value = str | float | list[str]


class RowInvalidError(Exception):
    """A row that cannot go in: the wrong field and the reason, in words for who corrects the file."""

    def __init__(self, field: str, reason: str) -> None:
        """Keep the field in dot notation (`Attributes.Interests`) and the reason."""
        shown = field if len(field) <= MAX_FIELD_SHOWN else f"{field[: MAX_FIELD_SHOWN - 1]}…"
        super().__init__(f"{shown}: {reason}" if shown else reason)
        self.field = shown
        self.reason = reason


@dataclass(slots=True)
class Row:
    """Fields by their column names: `Attributes.Interests`, `Location.City`, `User.UserId`.

    An empty list removes an attribute. A row without `endpoint_id` names only a user, and is about all endpoints of
    that user.
    """

    endpoint_id: str = ""
    user_id: str = ""
    fields: dict[str, Value] = field(default_factory=dict)
    user_attributes: dict[str, list[str]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Return the key of the row: rows with the same key are merged in their order."""
        return self.endpoint_id or self.user_id

    @property
    def creates(self) -> bool:
        """Return whether the row is enough to make an endpoint that does not exist."""
        return "Address" in self.fields and "ChannelType" in self.fields


def complete(row: Row, application_id: str) -> Row:
    """Give a row without an id its id, and check the limits of the whole row.

    Raises:
        RowInvalidError: nothing in it identifies an endpoint, or it is too large.
    """
    if not row.endpoint_id:
        if row.creates:
            address, channel = str(row.fields["Address"]), str(row.fields["ChannelType"])
            row.endpoint_id = endpoint_id_for(application_id, channel, address, row.user_id)
        elif not row.user_id or row.fields.keys() - {"User.UserId"}:
            missing = "ChannelType" if "Address" in row.fields else "Address"
            raise RowInvalidError(missing, "a row without Id needs Address and ChannelType")
    for name, value in (("Id", row.endpoint_id), ("User.UserId", row.user_id)):
        if len(value.encode()) > MAX_ID_BYTES:
            raise RowInvalidError(name, f"longer than {MAX_ID_BYTES} bytes")
    if size_of(row) > MAX_ENDPOINT_BYTES:
        raise RowInvalidError("", f"the endpoint is too large: more than {MAX_ENDPOINT_BYTES} bytes")
    return row


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
