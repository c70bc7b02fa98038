"""The files that a create passes over, and what it tells where no other is left."""

from audience.sources.listing import SourceObject
from audience.sources.location import S3Location
from audience.sources.names import SUFFIXES, SourceFormat

# Exports write a file a task, and some tasks have nothing to write. A job that begins with more files that are blank
# or not of its format than this, or more bytes of them, is left to its planner and workers to judge.
_MOST = 20
_MAX_BYTES = 9 << 20


class PassedOver:
    """The files at a location that were passed over, with their reasons."""

    def __init__(self, location: S3Location, file_format: SourceFormat) -> None:
        """Keep where the files are, and the format of the job."""
        self._location = location
        self._format = file_format
        self._named: list[SourceObject] = []
        self._unfit: list[str] = []
        self._blank: list[str] = []
        self._examined = 0
        self._bytes = 0

    @property
    def is_enough(self) -> bool:
        """Return whether no more files are to be examined."""
        return self._examined >= _MOST or self._bytes >= _MAX_BYTES

    def by_name(self, found: SourceObject) -> None:
        """Note a file whose name was enough."""
        self._named.append(found)

    def unfit(self, reason: str, examined: int) -> None:
        """Note a file that cannot be of the format, with the reason, of which so many bytes were `examined`."""
        self._unfit.append(reason)
        self._count(examined)

    def blank(self, reason: str, examined: int) -> None:
        """Note a file without a record, likewise."""
        self._blank.append(reason)
        self._count(examined)

    def reason(self) -> str:
        """Say why nothing can be imported: by the first file that is not of the format, blank, or of another name."""
        told = [*self._unfit, *self._blank]
        if not told:
            names = ", ".join(SUFFIXES[self._format])
            return f"{self._location} matches no {self._format} file ({names}){self._beside()}"
        others = len(told) - 1
        if not others or not self._unfit:
            return told[0]
        files = "1 other file" if others == 1 else f"{others} other files"
        return f"{told[0]} ({files} there cannot be read as {self._format} either)"

    def _beside(self) -> str:
        if not self._named:
            return ""
        first = self._named[0]
        such = f"{S3Location(self._location.bucket, first.key)}: {first.reason}"
        return f"; {len(self._named)} other files are there, such as {such}"

    def _count(self, examined: int) -> None:
        self._examined += examined > 0
        self._bytes += examined
