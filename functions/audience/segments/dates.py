"""Dates as callers write them into attributes and criteria."""

from datetime import UTC, datetime


def parse_moment(text: str) -> datetime | None:
    """Return the moment an ISO 8601 date or date-time names, in UTC.

    None where the text is neither.
    No offset means UTC, a date alone midnight UTC: what Pinpoint's console made of a date (Amazon Pinpoint
    User Guide, "Building segments", the note on the operator On).
    """
    try:
        moment = datetime.fromisoformat(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(UTC)
    except (ValueError, OverflowError):  # an offset may lead out of the years 1 to 9999
        return None
