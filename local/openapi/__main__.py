"""`make openapi`: the description of a front door as JSON on standard output; DOOR names it, `pinpoint` if left out."""

import json
import os
import sys

from local.openapi import experience_platform, pinpoint
from local.openapi.document import document_of

FRONT_DOORS = {"pinpoint": pinpoint.front_door, "experience-platform": experience_platform.front_door}


def main() -> int:
    """Print the document; the exit code."""
    name = os.environ.get("DOOR") or "pinpoint"
    if name not in FRONT_DOORS:
        print(f"DOOR={name} is not one of {', '.join(FRONT_DOORS)}", file=sys.stderr)
        return 1
    print(json.dumps(document_of(FRONT_DOORS[name]()), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
