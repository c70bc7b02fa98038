"""Short forms of what is published as a segment's version."""

from typing import Any

from audience.segments.version import SegmentContent


def content(name: str = "people", **members: Any) -> SegmentContent:
    return SegmentContent(
        **{"name": name, "segment_type": "IMPORT", "created": f"born {name}", "modified": "now", **members}
    )
