"""The plan of an import job: its objects, what of them is surveyed by whom, and the pieces they are cut into."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Self

from audience.aws.client_types import S3Client
from audience.errors import SourceUnreadableError
from audience.imports.definition import ImportDefinition
from audience.jobs.skipped_files import MOST_SKIPPED, first_skipped
from audience.settings import PlanSettings
from audience.sources.file_ranges import FileRange, SurveyItem, items_of, may_be_cut, ranges_of
from audience.sources.listing import SourceObject, objects_at
from audience.sources.location import S3Location
from audience.sources.piece_size import PieceSize, item_bytes, piece_size, total_bytes
from audience.sources.pieces import Piece, pieces_of
from audience.sources.range_survey import RangeSurveyor
from audience.sources.row_sample import USUAL_ROW_BYTES, row_bytes
from audience.sources.stream import ObjectStream
from audience.sources.survey import Summary

# Ranges read at once where the planner surveys them itself: as many as an S3 client has connections.
MAX_READS = 10
# How large they are: one of them is read in a fraction of a second.
_RANGE_BYTES = 16 << 20
# A range that has been surveyed, with its summaries, or None where its file is not to be cut.
Surveyed = tuple[FileRange, Sequence[Summary] | None]


@dataclass(frozen=True)
class ImportPlan:
    """A job's files, what of them is to be surveyed, how large pieces are, and files that are not the job's own."""

    objects: list[SourceObject]
    ranges: list[FileRange]  # in the order of the files
    size: PieceSize
    row_bytes: float
    skipped: list[str]  # each with its reason

    def items(self) -> list[SurveyItem]:
        """Return what each worker of a survey does."""
        most = item_bytes(self.survey_bytes, self.row_bytes)
        return items_of(self.ranges, self.size.bytes, most)

    def pieces(self, surveyed: Iterable[Surveyed]) -> list[Piece]:
        """Return the pieces, given all ranges in their order."""
        summaries: dict[str, list[Summary]] = {}
        for key, parts in groupby(surveyed, key=lambda each: each[0]["key"]):
            found = [each for _, each in parts]
            if None not in found:
                summaries[key] = [summary for each in found for summary in each or ()]
        return list(pieces_of(self.objects, summaries, self.size, self.row_bytes))

    def to_document(self) -> dict[str, Any]:
        """Return the plan as JSON has it, without its ranges, which are in the list of items."""
        objects = [[found.key, found.size, found.etag] for found in self.objects]
        return {
            "objects": objects,
            "size": list(self.size),
            "row_bytes": self.row_bytes,
            "skipped": self.skipped,
        }

    @property
    def survey_bytes(self) -> int:
        """Return how many bytes are surveyed."""
        return sum(part["end"] - part["start"] for part in self.ranges)

    @classmethod
    def from_document(cls, document: dict[str, Any], ranges: list[FileRange]) -> Self:
        """Read a plan."""
        objects = [SourceObject(key, size, etag, wanted=True) for key, size, etag in document["objects"]]
        return cls(objects, ranges, PieceSize(*document["size"]), document["row_bytes"], document["skipped"])


class Surveyors:
    """Makes what surveys the files of a job."""

    def __init__(self, s3: S3Client, definition: ImportDefinition) -> None:
        """Keep the client that reads with the job's role, and the job's definition."""
        self._s3 = s3
        self._bucket = S3Location.parse(definition.s3_url).bucket
        self.csv = definition.format == "CSV"
        self._rules = definition.rules

    def of(self, piece_bytes: int) -> RangeSurveyor:
        """Return what surveys ranges of files that are cut into parts of about `piece_bytes`."""

        def stream_of(part: FileRange) -> ObjectStream:
            return self.stream(part["key"], part["size"], part["etag"])

        return RangeSurveyor(stream_of, piece_bytes, csv=self.csv, rules=self._rules)

    def stream(self, key: str, size: int, etag: str) -> ObjectStream:
        """Return the stream of an object."""
        return ObjectStream(self._s3, S3Location(self._bucket, key), size, etag)


def plan(s3: S3Client, definition: ImportDefinition, settings: PlanSettings) -> ImportPlan:
    """List the job's objects, and say what of them is to be surveyed.

    Raises:
        SourceUnreadableError: the bucket cannot be listed, or holds no file of the job any more.
    """
    location = S3Location.parse(definition.s3_url)
    wanted: list[SourceObject] = []
    skipped: list[str] = []
    for found in objects_at(s3, location, definition.format):
        if found.wanted:
            wanted.append(found)
        elif len(skipped) < MOST_SKIPPED:
            skipped.append(f"{S3Location(location.bucket, found.key)}: {found.reason}")
    if not wanted:
        raise SourceUnreadableError(f"{location} matches no {definition.format} file any more")
    size = piece_size(total_bytes(wanted), settings.piece_bytes, settings.piece_rows)
    cut = [found for found in wanted if may_be_cut(found, size.bytes)]
    large = total_bytes(cut) > settings.survey_bytes
    sampled = wanted if large else [found for found in wanted if not may_be_cut(found, size.bytes)]
    bytes_of_a_row = _row_bytes(Surveyors(s3, definition), sampled, size)
    range_bytes = item_bytes(total_bytes(cut), bytes_of_a_row) if large else _RANGE_BYTES
    ranges = [part for found in cut for part in ranges_of(found, size.bytes, range_bytes)]
    return ImportPlan(wanted, ranges, size, bytes_of_a_row, first_skipped(skipped))


def survey_all(surveyor: RangeSurveyor, ranges: Sequence[FileRange]) -> list[Surveyed]:
    """Survey ranges, several at a time."""
    with ThreadPoolExecutor(MAX_READS) as pool:
        return list(zip(ranges, pool.map(surveyor.survey, ranges), strict=True))


def _row_bytes(surveyors: Surveyors, objects: Sequence[SourceObject], size: PieceSize) -> float:
    """Return about how many bytes a row has; not looked at where the files are one piece in any case."""
    if total_bytes(objects) < size.bytes:
        return USUAL_ROW_BYTES

    def stream_of(found: SourceObject) -> ObjectStream:
        return surveyors.stream(found.key, found.size, found.etag)

    return row_bytes(objects, stream_of, csv=surveyors.csv)
