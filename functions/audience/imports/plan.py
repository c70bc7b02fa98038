"""The plan of an import job: its objects, cut into pieces."""

from dataclasses import dataclass, field

from audience.aws.client_types import S3Client
from audience.errors import SourceUnreadableError
from audience.imports.definition import ImportDefinition
from audience.jobs.skipped_files import MOST_SKIPPED, first_skipped
from audience.sources.listing import SourceObject, objects_at
from audience.sources.location import S3Location
from audience.sources.pieces import Piece, cut
from audience.sources.stream import ObjectStream


@dataclass
class ImportPlan:
    """The pieces of a job, and the files below its prefix that are not its own, each with its reason."""

    pieces: list[Piece] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def plan(s3: S3Client, definition: ImportDefinition, piece_bytes: int) -> ImportPlan:
    """List the job's objects and cut them into pieces of at most about `piece_bytes` bytes.

    Raises:
        SourceUnreadableError: the bucket cannot be listed, or holds no file of the job any more. An object that
            cannot be read, or changes while it is being cut, is one piece, which its worker fails.
    """
    location = S3Location.parse(definition.s3_url)
    made = ImportPlan()
    wanted = []
    for found in objects_at(s3, location, definition.format):
        if found.wanted:
            wanted.append(found)
        elif len(made.skipped) < MOST_SKIPPED:
            made.skipped.append(f"{S3Location(location.bucket, found.key)}: {found.reason}")
    made.skipped = first_skipped(made.skipped)
    if not wanted:
        raise SourceUnreadableError(f"{location} matches no {definition.format} file any more")

    def stream_of(found: SourceObject) -> ObjectStream:
        return ObjectStream(s3, S3Location(location.bucket, found.key), found.size, found.etag)

    csv, rules = definition.format == "CSV", definition.rules
    parts = cut(wanted, stream_of, csv=csv, piece_bytes=piece_bytes, rules=rules)
    made.pieces = [{"index": index, "sources": sources} for index, sources in enumerate(parts)]
    return made
