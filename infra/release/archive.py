"""Archives whose bytes depend on their files alone: sorted names, one date, one mode."""

import hashlib
import zipfile
from pathlib import Path

# The earliest that the format can hold (4.4.6, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT).
_DATE = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_READABLE_BY_ALL = 0o100644 << 16  # Lambda's own user reads them; nothing in them is executed as a program
_CHUNK = 1024 * 1024


def write_archive(folder: Path, target: Path) -> None:
    """Write all files below `folder` into the zip archive `target`, the same bytes each time."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in files:
            entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), _DATE)
            entry.create_system = _UNIX
            entry.external_attr = _READABLE_BY_ALL
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, file.read_bytes())


def digest(file: Path) -> str:
    """Compute a file's SHA-256, as 64 hex digits."""
    found = hashlib.sha256()
    with file.open("rb") as source:
        while chunk := source.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()
