"""What is logged of an exception that nobody expected."""

import traceback
from typing import Any


def without_words(error: Exception) -> dict[str, Any]:
    """Its class, an AWS error's code, and where it happened; its words may quote an address or an attribute."""
    frames = traceback.extract_tb(error.__traceback__)
    response: dict[str, Any] = getattr(error, "response", None) or {}
    return {
        "error": type(error).__name__,
        "code": response.get("Error", {}).get("Code"),
        "where": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
