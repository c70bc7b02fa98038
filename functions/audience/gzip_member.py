"""Gzip as it is written, by zlib-ng: smaller files than zlib's, for less than half of its CPU."""

import zlib
from types import TracebackType
from typing import Protocol, Self

from zlib_ng import zlib_ng

# CPU and size of an exported line of 570 bytes: zlib's level 6 takes 6.1 µs and 66 bytes; zlib-ng's 4 2.5 µs and 68,
# its 5 2.7 µs and 63, its 6 3.1 µs and 62; isal's 3 1.4 µs and 76. benchmarks/export_cost.py measures zlib and ours.
LEVEL = 5
_GZIP = (
    16 + zlib.MAX_WBITS
)  # asks zlib for a gzip header; it has neither time nor name, so the same content is the same file
# Bytes that are compressed at once: a call for each line would cost as much as the line.
BLOCK = 64 << 10


class Writable(Protocol):
    """What takes bytes."""

    def write(self, content: bytes, /) -> object:
        """Take bytes."""


class GzipMember:
    """One gzip member (RFC 1952, section 2.2) of what is written until the `with` block ends."""

    def __init__(self, target: Writable) -> None:
        """Keep what the compressed bytes are written to."""
        self._target = target
        self._compress = zlib_ng.compressobj(LEVEL, zlib.DEFLATED, _GZIP)
        self._waiting = bytearray()

    def __enter__(self) -> Self:
        """Begin; nothing is written yet."""
        return self

    def write(self, content: bytes) -> None:
        """Add bytes, which are compressed when there are enough of them."""
        self._waiting += content
        if len(self._waiting) >= BLOCK:
            self._pass_on()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write what is left, unless the block failed."""
        if kind is None:
            self._pass_on()
            self._target.write(self._compress.flush())

    def _pass_on(self) -> None:
        if compressed := self._compress.compress(self._waiting):
            self._target.write(compressed)
        self._waiting.clear()
