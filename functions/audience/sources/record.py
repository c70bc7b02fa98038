"""A record of a text file, and what is no part of any."""

from typing import NamedTuple

BOM = b"\xef\xbb\xbf"
BLANK = b" \t\r\n\v\f\0"  # NUL: padding, as some writers leave it at the end of a file


class Record(NamedTuple):
    """One record without its line end; `length` is its bytes in the file, with the line end.

    Consecutive blank lines are one blank record of so many `lines`, of up to 1 MiB.
    """

    content: bytes
    line: int  # its first line in the file, from 1
    lines: int
    length: int
    problem: str = ""  # why it cannot be a row, where that is known already

    @property
    def blank(self) -> bool:
        """Return whether there is nothing in it but spaces, line ends and padding."""
        return not self.content.strip(BLANK)


def without_marks(content: bytes) -> bytes:
    """Return the beginning of a file without its byte order marks; some writers leave two."""
    while content.startswith(BOM):
        content = content[len(BOM) :]
    return content
