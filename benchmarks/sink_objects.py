"""S3 for the sink: objects are files of a folder, whatever is written is thrown away."""

import re
from collections import Counter
from pathlib import Path

ETAG = b'"e"'
EMPTY = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nETag: %b\r\n\r\n" % ETAG
PART = (
    b"HTTP/1.1 206 Partial Content\r\nContent-Length: %d\r\nContent-Range: bytes %d-%d/%d\r\n"
    b"Content-Type: binary/octet-stream\r\nETag: %b\r\n\r\n"
)
XML = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nContent-Type: application/xml\r\n\r\n%b"
BEGUN = b"<InitiateMultipartUploadResult><UploadId>upload</UploadId></InitiateMultipartUploadResult>"
COMPLETED = b"<CompleteMultipartUploadResult><ETag>&quot;e&quot;</ETag></CompleteMultipartUploadResult>"
_RANGE = re.compile(rb"\r\nRange: bytes=(\d+)-(\d+)", re.IGNORECASE)


class Objects:
    """The files of a folder as objects, by the last part of their keys."""

    def __init__(self, folder: Path) -> None:
        """Keep the folder."""
        self._folder = folder
        self.requests: Counter[str] = Counter()

    def answer(self, method: bytes, path: bytes, head: bytes) -> bytes:
        """Return the answer to a GET with a range, a PUT, or a request of a multipart upload."""
        self.requests[method.decode()] += 1
        if method == b"GET":
            return self._part(path.partition(b"?")[0].rpartition(b"/")[2].decode(), head)
        if method == b"POST":
            content = BEGUN if b"?uploads" in path else COMPLETED
            return XML % (len(content), content)
        return EMPTY

    def _part(self, name: str, head: bytes) -> bytes:
        file = self._folder / name
        size = file.stat().st_size
        asked = _RANGE.search(head)
        first, last = (int(asked[1]), min(int(asked[2]), size - 1)) if asked else (0, size - 1)
        with file.open("rb") as opened:
            opened.seek(first)
            content = opened.read(last + 1 - first)
        return PART % (len(content), first, last, size, ETAG) + content
