"""The presigned URLs that the service gave this page: only through these are files put and fetched."""

import json
from threading import Lock
from typing import Any

# A listing of an export's files has a hundred; a day of looking around is not more than this.
MOST = 20_000


class KnownUrls:
    """URLs of answers that went through; the oldest are forgotten."""

    def __init__(self) -> None:
        """Begin without any."""
        self._urls: dict[str, None] = {}
        self._lock = Lock()

    def learn(self, content: bytes) -> None:
        """Note the members `Url` of an answer, if it is JSON."""
        try:
            document = json.loads(content)
        except ValueError:
            return
        with self._lock:
            for url in _urls(document):
                self._urls[url] = None
            while len(self._urls) > MOST:
                del self._urls[next(iter(self._urls))]

    def __contains__(self, url: str) -> bool:
        """Return whether the service gave this URL."""
        return url in self._urls


def _urls(document: Any) -> list[str]:
    """Return the URLs of an answer, or of the items of its page."""
    if not isinstance(document, dict):
        return []
    found = [document["Url"]] if isinstance(document.get("Url"), str) else []
    items = document.get("Item")
    for item in items if isinstance(items, list) else []:
        found += _urls(item)
    return found
