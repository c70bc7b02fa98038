"""Short ways to read one row of a file."""

import orjson

from audience.endpoints.columns import ColumnRules
from audience.endpoints.csv_rows import PLAIN, CsvHeader
from audience.endpoints.json_members import JsonMembers
from audience.endpoints.json_rows import row_of_record
from audience.endpoints.rows import Row

APP = "0123456789abcdef0123456789abcdef"


def csv_row(header: str, record: str | bytes, rules: ColumnRules = PLAIN) -> Row:
    """The one row of a CSV record below a header."""
    content = record if isinstance(record, bytes) else record.encode()
    (row,) = CsvHeader(header.encode(), rules, rules.delimiter or ",").rows(content, APP)
    return row


def row_of_line(record: bytes, rules: ColumnRules = PLAIN) -> Row:
    """The row of a line of JSON."""
    return row_of_record(record, APP, JsonMembers(rules))


def json_row(**members: object) -> Row:
    """The row of a line of JSON with these members."""
    return row_of_line(orjson.dumps(members))


def new(**members: object) -> Row:
    """As `json_row`, of an endpoint with an id, an address and a channel."""
    return json_row(**{"Id": "e", "Address": "a", "ChannelType": "EMAIL", **members})
