"""The check of an import's files by their first records, before the job is made."""

from itertools import chain

from audience.aws.client_types import S3Client
from audience.endpoints.columns import ColumnRules
from audience.endpoints.csv_rows import PLAIN
from audience.errors import SourceDamagedError, SourceNotOfFormatError, SourceUnreadableError
from audience.sources.beginning import MAX_BLANK, Beginning
from audience.sources.listing import LongListingError, SourceObject, objects_at
from audience.sources.location import S3Location
from audience.sources.names import SourceFormat
from audience.sources.passed_over import PassedOver
from audience.sources.records import MAX_RECORD
from audience.sources.stream import ObjectStream

# The first record may come after so many bytes of blank lines, and is read to its end. A quarter more, because gzip of
# incompressible bytes is larger than the bytes, and for the records that are looked at beside the first.
MAX_HEAD = MAX_BLANK + MAX_RECORD + MAX_RECORD // 4
# A job whose first file of its own is not among so many names is left to its planner and workers to judge.
MAX_LISTED = 20_000
_IS_EMPTY = "is empty: there is no record in it"
_NO_RECORD = f"has no record in its first {MAX_BLANK} bytes: blank lines or empty gzip members are there"


def check_source_files(
    s3: S3Client, location: S3Location, file_format: SourceFormat, rules: ColumnRules = PLAIN
) -> None:
    """Check that there is something to import: a file whose first record is of the format.

    Files that cannot be of the format, and files without a record, are passed over as long as another may be there. Of
    each at most a few MiB are read: a file that has no record in its first MiB counts as blank.

    Raises:
        SourceUnreadableError: nothing can be listed, nothing matches, a file may not be read, none is of the format, or
            the first that is has columns that are probably meant to be others; the message names the first file, its
            line and the reason.
    """
    passed = PassedOver(location, file_format)
    beginning = Beginning(file_format, rules)
    try:
        for found in objects_at(s3, location, file_format, MAX_LISTED):
            if not found.wanted:
                passed.by_name(found)
            elif passed.is_enough or _has_record(s3, location.bucket, found, beginning, passed):
                return
    except LongListingError:
        return
    raise SourceUnreadableError(passed.reason())


def _has_record(
    s3: S3Client, bucket: str, found: SourceObject, beginning: Beginning, passed: PassedOver
) -> bool:
    """Return whether the file has a record of the format; otherwise note why it is passed over."""
    at = S3Location(bucket, found.key)
    stream = ObjectStream(s3, at, found.size, found.etag)
    blank = 0
    try:
        checked = beginning.read(stream.head(MAX_HEAD), at, columns=True)
        for record in chain.from_iterable(checked.lists):
            if not record.blank:
                return True
            blank += record.length
            if blank > MAX_BLANK:
                break
    except (SourceNotOfFormatError, SourceDamagedError) as error:
        passed.unfit(str(error), min(found.size, MAX_HEAD))
        return False
    whole = blank <= MAX_BLANK and stream.size <= MAX_HEAD
    passed.blank(f"{at} {_IS_EMPTY if whole else _NO_RECORD}", min(found.size, MAX_HEAD))
    return False
