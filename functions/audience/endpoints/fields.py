"""The fields of an endpoint: their names, and the values each may have."""

from collections.abc import Callable
from datetime import UTC, datetime
from math import isfinite

from audience.endpoints.rows import RowInvalidError
from audience.identifiers import iso_date

# Names of 50 characters, values of 100, 50 values in an attribute
# (https://docs.aws.amazon.com/pinpoint/latest/developerguide/quotas.html)
MAX_NAME = 50
MAX_TEXT = 100
MAX_VALUES = 50
# DynamoDB's numbers reach from 1E-130 to 9.99E+125 (Naming rules and data types, Number).
LARGEST, SMALLEST = 9.9e125, 1e-130

CHANNELS = frozenset(
    "PUSH GCM APNS APNS_SANDBOX APNS_VOIP APNS_VOIP_SANDBOX ADM SMS VOICE EMAIL BAIDU CUSTOM IN_APP".split()  # noqa: SIM905
)


def _one_of(*allowed: str) -> Callable[[str, str], str]:
    members = frozenset(allowed)

    def check(field: str, text: str) -> str:
        found = text.strip().upper()
        if found not in members:
            raise RowInvalidError(field, f"{shown(text)} is not one of {', '.join(sorted(allowed))}")
        return found

    return check


def some_text(field: str, text: str) -> str:
    if not text:
        raise RowInvalidError(field, "is empty")
    return text


def date(field: str, text: str) -> str:
    """Return an ISO 8601 date in its normal form, `2018-05-24T21:26:33.995Z`.

    Raises:
        RowInvalidError: it is not a date.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
        return iso_date(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        reason = f"{shown(text)} is not an ISO 8601 date such as 2018-05-24T21:26:33.995Z"
        raise RowInvalidError(field, reason) from None


def _country(field: str, text: str) -> str:
    if len(text) not in {2, 3} or not text.isascii() or not text.isalpha():
        raise RowInvalidError(field, f"{shown(text)} is not a country code of two or three letters")
    return text


def number(field: str, value: str | float) -> float:
    """Return a finite number that the table can hold, given as a number or as text.

    Raises:
        RowInvalidError: it is not such a number.
    """
    try:
        found = float(value)
    except (ValueError, OverflowError):
        found = float("nan")
    if isinstance(value, str) and "_" in value:
        found = float("nan")  # float() accepts 1_000; no file format does
    if not isfinite(found):
        raise RowInvalidError(field, f"{shown(value)} is not a number")
    if found and not SMALLEST <= abs(found) <= LARGEST:
        raise RowInvalidError(field, f"{shown(value)} is outside of 1E-130 to 9.9E+125")
    return found + 0.0


def _degrees(limit: int) -> Callable[[str, str | float], float]:
    def check(field: str, value: str | float) -> float:
        found = number(field, value)
        if abs(found) > limit:
            raise RowInvalidError(field, f"{shown(value)} is not between -{limit} and {limit}")
        return round(found, 1) + 0.0

    return check


def shown(value: object) -> str:
    """Return a value as messages quote it: short, on one line."""
    text = repr(value)
    return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 1]}…"


def attribute_name(prefix: str, name: str) -> str:
    """Return the column name of a custom attribute, after checking the length of its own name.

    Raises:
        RowInvalidError: the name is empty or too long.
    """
    if not 1 <= len(name) <= MAX_NAME:
        raise RowInvalidError(f"{prefix}{name[:MAX_NAME]}", f"the name has not 1 to {MAX_NAME} characters")
    return f"{prefix}{name}"


def is_name(field: str) -> bool:
    """Return whether a field is none of those that clients name, or has a name that they may give."""
    prefix = next(
        (prefix for prefix in (ATTRIBUTES, USER_ATTRIBUTES, METRICS) if field.startswith(prefix)), ""
    )
    return not prefix or 1 <= len(field) - len(prefix) <= MAX_NAME


def attribute_values(field: str, values: list[str]) -> list[str]:
    """Return the values of a custom attribute, after checking their number and lengths.

    Raises:
        RowInvalidError: there are too many, or one is too long.
    """
    if len(values) > MAX_VALUES:
        raise RowInvalidError(field, f"has {len(values)} values, more than {MAX_VALUES}")
    for value in values:
        if len(value) > MAX_TEXT:
            reason = f"{shown(value)} has {len(value)} characters, more than {MAX_TEXT}"
            raise RowInvalidError(field, reason)
    return values


TEXTS: dict[str, Callable[[str, str], str]] = {
    "Address": some_text,
    "ChannelType": _one_of(*CHANNELS),
    "OptOut": _one_of("ALL", "NONE"),
    "EffectiveDate": date,
    "CreationDate": date,
    "RequestId": some_text,
    "EndpointStatus": _one_of("ACTIVE", "INACTIVE"),
    "Location.City": some_text,
    "Location.Country": _country,
    "Location.PostalCode": some_text,
    "Location.Region": some_text,
    "Demographic.AppVersion": some_text,
    "Demographic.Locale": some_text,
    "Demographic.Make": some_text,
    "Demographic.Model": some_text,
    "Demographic.ModelVersion": some_text,
    "Demographic.Platform": some_text,
    "Demographic.PlatformVersion": some_text,
    "Demographic.Timezone": some_text,
    "User.UserId": some_text,
}
NUMBERS: dict[str, Callable[[str, str | float], float]] = {
    "Location.Latitude": _degrees(90),
    "Location.Longitude": _degrees(180),
}
ATTRIBUTES = "Attributes."
METRICS = "Metrics."
USER_ATTRIBUTES = "User.UserAttributes."
# Pinpoint writes these into its exports; they are not fields of the importing app's endpoints.
IGNORED = frozenset({"ApplicationId", "CohortId", "User.UserStatus"})
# The CSV of a job's failures has these beside the rows' own columns: where a row is, why it failed, and its text where
# it has no cells. They are left out when that file is imported.
OBJECT, LINE, REASONS, ROW = "Object", "Line", "Reasons", "Row"
IGNORED_COLUMNS = IGNORED | {OBJECT, LINE, REASONS, ROW}
