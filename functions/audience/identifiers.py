"""Formats of ids and dates."""

import hashlib
import os
import time
from datetime import UTC, datetime

HEX_ID = r"^[0-9a-f]{32}$"
DATASET_ID = r"^[0-9a-f]{24}$"


def new_id(now_ms: int | None = None, randomness: bytes | None = None) -> str:
    """Return a new UUIDv7 as 32 lower-case hex digits.

    They sort by the time at which they were made.

    Args:
        now_ms: milliseconds since 1970 (RFC 9562, section 5.7); the clock's if left out.
        randomness: 10 random bytes; the system's if left out.
    """
    milliseconds = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    tail = bytearray(os.urandom(10) if randomness is None else randomness)
    tail[0] = 0x70 | (tail[0] & 0x0F)
    tail[2] = 0x80 | (tail[2] & 0x3F)
    return (milliseconds.to_bytes(6, "big") + bytes(tail)).hex()


def iso_date(moment: datetime) -> str:
    """Return the date in UTC with milliseconds and Z, as in `2018-05-24T21:26:33.995Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def now_iso() -> str:
    """Return the current time as `iso_date` writes it."""
    return iso_date(datetime.now(UTC))


def endpoint_id_for(application_id: str, channel: str, address: str, user_id: str) -> str:
    """Return the id for a row without one: the same app, channel, address and user always give the same id."""
    parts = f"{application_id}\x1f{channel}\x1f{address}\x1f{user_id}"
    return hashlib.blake2b(parts.encode(), digest_size=16).hexdigest()
