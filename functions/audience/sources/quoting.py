"""Where quoted fields of CSV end (RFC 4180), line by line."""

from enum import Enum


class Quoting(Enum):
    """How a line ends, as to quoted fields."""

    CLOSED = "outside of quotes"
    OPEN = "inside a quoted field"
    BROKEN = "there is text between a closing quote and the next delimiter"


def quoting_after(text: bytes, *, inside: bool, opening: bytes = b',"') -> Quoting:
    """Return how a line ends that begins at a field's start, or `inside` quotes (RFC 4180).

    `opening` is a delimiter with the quote of a quoted field after it.
    """
    delimiter = opening[:-1]
    position = 0
    while True:
        if inside:
            quote = text.find(b'"', position)
            if quote < 0:
                return Quoting.OPEN
            position = quote + 2
            if text[quote + 1 : position] == b'"':
                continue
            if not text.startswith(delimiter, quote + 1):
                rest = text[quote + 1 :].strip(b"\r")
                return Quoting.BROKEN if rest else Quoting.CLOSED
            inside, position = False, quote + 1 + len(delimiter)
        if text[position : position + 1] == b'"':
            inside, position = True, position + 1
            continue
        quote = text.find(opening, position)
        if quote < 0:
            return Quoting.CLOSED
        inside, position = True, quote + len(opening)
