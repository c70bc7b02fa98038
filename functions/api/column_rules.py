"""What an import's request says of its files' columns, checked."""

from collections import Counter
from collections.abc import Mapping

from api.models import ImportJobRequest
from audience.endpoints.cells import Constants
from audience.endpoints.columns import FIXED, PREFIXES, ColumnRules, field_of
from audience.endpoints.csv_rows import CsvHeader, header_of
from audience.endpoints.fields import IGNORED, METRICS, attribute_name, shown
from audience.endpoints.near_columns import near_field
from audience.endpoints.rows import RowInvalidError
from http_api.errors import BadRequestError

# A job's record holds them: with the rest of it, which may be long, DynamoDB's 400 KB are enough.
MAX_BYTES = 50_000


def column_rules(request: ImportJobRequest) -> ColumnRules:
    """Return what the request says of columns, with each field in its own spelling.

    Raises:
        BadRequestError: a field is none of an endpoint, cannot have its constant, or a member is for CSV alone.
    """
    if request.format != "CSV":
        for member, value in (("Delimiter", request.delimiter), ("Header", request.header)):
            if value is not None:
                raise BadRequestError(f"{member}: {shown(value)} is given, but Format is JSON: it is for CSV")
    rules = ColumnRules(
        {column: _field("Columns", column, name) for column, name in (request.columns or {}).items()},
        _constants(request.constants or {}),
        request.delimiter or "",
        tuple(name.strip() for name in request.header or ()),
        request.unknown_fields == "FAIL",
    )
    if len(str(rules).encode()) > MAX_BYTES:
        raise BadRequestError(f"Columns, Constants, Header: together they have more than {MAX_BYTES} bytes")
    if rules.header:
        _check_header(rules)
    return rules


def _check_header(rules: ColumnRules) -> None:
    try:
        header = CsvHeader(header_of(rules.header, ","), rules)
    except RowInvalidError as wrong:
        raise BadRequestError(f"Header: {wrong.reason}") from wrong
    if header.wrong:
        raise BadRequestError(f"Header: {'; '.join(reason for _, reason in header.wrong)}")
    if missing := [name for name in rules.columns if name not in rules.header]:
        raise BadRequestError(f"Columns: {shown(missing[0])} is not in Header")
    fields = Counter(rules.field_of(name) for name in rules.header)
    if twice := [name for name, count in fields.items() if count > 1 and _has_one_value(name)]:
        raise BadRequestError(f"Header: {twice[0]} is there twice; only attributes may have several values")
    if not header.known:
        raise BadRequestError(
            "Header: no column of an endpoint, such as Id, Address or ChannelType, is in it"
        )


def _has_one_value(field: str) -> bool:
    return field in FIXED or field.startswith(METRICS)


def _constants(given: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in given.items():
        field = _field("Constants", name, name)
        if field in found:
            raise BadRequestError(f"Constants.{name[:100]}: {field[:100]} is there twice")
        found[field] = value
    if "" in found or "Id" in found:
        raise BadRequestError("Constants: '' and 'Id' are no fields that all rows can have in common")
    if empty := [name for name, value in found.items() if not value.strip()]:
        raise BadRequestError(f"Constants: {empty[0]}: '' is empty")
    try:
        Constants(found)
    except RowInvalidError as wrong:
        raise BadRequestError(f"Constants: {wrong}") from wrong
    return found


def _field(member: str, key: str, name: str) -> str:
    found = field_of(name)
    if name and (not found or found in IGNORED):
        meant = near_field(name, ())
        hint = f": {shown(meant)} was probably meant" if meant else ", such as Address or Attributes.Plan"
        raise BadRequestError(f"{member}.{key[:100]}: {shown(name)} is not a column of an endpoint{hint}")
    for prefix in PREFIXES:
        if found.startswith(prefix):
            try:
                attribute_name(prefix, found.removeprefix(prefix))
            except RowInvalidError as wrong:
                raise BadRequestError(f"{member}.{key[:100]}: {wrong}") from wrong
    return found
