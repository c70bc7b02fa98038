"""Sources of a piece that could not be read to their end; each can be planned again by itself."""

from dataclasses import dataclass

# A piece has 500 sources at most, whose names come to 100 KB; with this much for each reason its record stays far
# below DynamoDB's 400 KB.
MAX_REASON = 200


@dataclass(frozen=True)
class SourceFault:
    """A source that ended before its end: the rows before that count until it is planned again."""

    source: int  # its number in the piece
    place: str  # s3://bucket/key
    reason: str
    processed: int = 0
    failed: int = 0

    def __str__(self) -> str:
        """Return the fault as the job tells it."""
        return f"{self.place} {self.reason}"


@dataclass(frozen=True)
class OpenSource:
    """The rows so far of the source that a piece is in the middle of."""

    processed: int = 0
    failed: int = 0


def reason_at(place: str, error: Exception) -> str:
    """Say why a source ended in one short line, without its name."""
    return " ".join(str(error).removeprefix(place).split())[:MAX_REASON]
