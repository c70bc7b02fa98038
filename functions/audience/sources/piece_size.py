"""How large the pieces of an import are: the one place of the rule, with its arithmetic.

A piece is a child execution of four state transitions: its start, Import Piece, Is Piece Done and Piece Imported. A
survey item is one of two: its start and Survey Range. At 60,000 rows a piece and 100,000 rows an item a million rows
take 4 * 16.7 + 2 * 10 = 87 transitions, whatever the rows; the last piece of a job may have fewer, and a row of more
than 10 KB makes an item of 1 GiB hold fewer (of 15 KB, the largest that goes in: 70,000, so 67 + 29 = 96).

A job has some 8,192 pieces at most by bytes, however large it is: Step Functions takes 10,000 children at a time, and a
list of pieces of 1 TB stays below 2 MB. Up to 32 GB its pieces have `piece_bytes`, or what 60,000 rows take.
"""

from collections.abc import Iterable
from typing import NamedTuple

from audience.sources.listing import SourceObject

TRANSITIONS_OF_A_PIECE = 4
TRANSITIONS_OF_AN_ITEM = 2
MOST_PIECES = 8192  # by bytes
# A piece of so many bytes is large enough, however few rows are in it: rows that large do not go in.
MAX_PIECE_BYTES = 1 << 30
# Gzip of rows takes a quarter of their bytes or less.
GZIP_RATIO = 4

ROWS_OF_AN_ITEM = 100_000
# 64 MiB are read in about a second. 1 GiB takes a minute where every row of it is damaged, and a worker has fifteen.
MIN_ITEM_BYTES = 64 << 20
MAX_ITEM_BYTES = 1 << 30
MOST_ITEMS = 4096  # by bytes, up to 4 TB


class PieceSize(NamedTuple):
    """What a piece has at least: so many stored bytes, and so many rows."""

    bytes: int
    rows: int

    def is_reached(self, stored: int, rows: float) -> bool:
        """Return whether a piece of so many stored bytes and rows is large enough."""
        return stored >= MAX_PIECE_BYTES or (stored >= self.bytes and rows >= self.rows)


def piece_size(total: int, piece_bytes: int, piece_rows: int) -> PieceSize:
    """Return the size of the pieces of a job whose files have `total` bytes, given the deployment's settings."""
    return PieceSize(max(piece_bytes, -(-total // MOST_PIECES)), piece_rows)


def item_bytes(total: int, row_bytes: float) -> int:
    """Return how many bytes one worker surveys, of files with `total` bytes and rows of about `row_bytes`."""
    wanted = max(total // MOST_ITEMS, int(ROWS_OF_AN_ITEM * row_bytes), MIN_ITEM_BYTES)
    return min(wanted, MAX_ITEM_BYTES)


def total_bytes(objects: Iterable[SourceObject]) -> int:
    """Return the bytes of files together."""
    return sum(found.size for found in objects)
