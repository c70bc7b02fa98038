"""`make openapi`: the description of an API as JSON on standard output; DOOR names it, `pinpoint` if left out."""

import json
import os
import sys

from api.openapi import pinpoint
from http_api.openapi.document import openapi_document
from infra.version import VERSION
from local.openapi import experience_platform

API_DESCRIPTIONS = {
    "pinpoint": pinpoint.api_description,
    "experience-platform": experience_platform.api_description,
}


def main() -> int:
    """Print the document; the exit code."""
    name = os.environ.get("DOOR") or "pinpoint"
    if name not in API_DESCRIPTIONS:
        print(f"DOOR={name} is not one of {', '.join(API_DESCRIPTIONS)}", file=sys.stderr)
        return 1
    print(json.dumps(openapi_document(API_DESCRIPTIONS[name](VERSION)), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
