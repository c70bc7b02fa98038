"""Files of a bucket in memory, surveyed and cut as the planner does it."""

from audience.endpoints.columns import ColumnRules
from audience.endpoints.csv_rows import PLAIN
from audience.sources.file_ranges import FileRange, may_be_cut, ranges_of
from audience.sources.piece_size import PieceSize
from audience.sources.pieces import Source, pieces_of
from audience.sources.range_survey import RangeSurveyor
from audience.sources.stream import ObjectStream
from audience.sources.survey import Summary
from tests.unit.sources.fake_s3 import FakeS3


def cut(
    s3: FakeS3,
    *keys: str,
    csv: bool,
    piece_bytes: int,
    piece_rows: int = 1,
    range_bytes: int = 1,
    row_bytes: float = 1.0,
    rules: ColumnRules = PLAIN,
) -> list[list[Source]]:
    """The sources of each piece; ranges are as small as they can be."""

    def stream_of(part: FileRange) -> ObjectStream:
        return s3.stream(part["key"])

    surveyor = RangeSurveyor(stream_of, piece_bytes, csv=csv, rules=rules)
    objects = [s3.found(key) for key in keys]
    summaries: dict[str, list[Summary]] = {}
    for found in objects:
        if may_be_cut(found, piece_bytes):
            parts = [surveyor.survey(part) for part in ranges_of(found, piece_bytes, range_bytes)]
            if None not in parts:
                summaries[found.key] = [summary for part in parts for summary in part or ()]
    size = PieceSize(piece_bytes, piece_rows)
    return [piece["sources"] for piece in pieces_of(objects, summaries, size, row_bytes)]
