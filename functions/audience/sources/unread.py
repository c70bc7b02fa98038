"""The text of a stream that was received and is no record yet."""

from collections.abc import Iterator


class Unread:
    """One chunk of a stream after the other, and how far into it records were read."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        """Keep the chunks, none of which has been received yet."""
        self._chunks = chunks
        self.chunk = b""
        self.at = 0  # where in the chunk the next record begins
        self.whole = 0  # where its last whole line ends

    def receive(self) -> bool:
        """Go on to the next chunk that has bytes; return whether there was one."""
        self.chunk, self.at = next(filter(None, self._chunks), b""), 0
        self.whole = self.chunk.rfind(b"\n") + 1
        return bool(self.chunk)
