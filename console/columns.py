"""`python -m console.columns`: write the names of an endpoint's fields for the page, from the service's own."""

import json
from pathlib import Path

from audience.endpoints.columns import FIXED

FILE = Path(__file__).parent / "page" / "columns.json"


def columns_file() -> str:
    """Return the file's content."""
    return json.dumps(list(FIXED), indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(columns_file())
