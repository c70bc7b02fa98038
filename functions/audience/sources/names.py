"""What the name of an object below a prefix says of its format."""

from typing import Literal, NamedTuple

SourceFormat = Literal["CSV", "JSON"]
SUFFIXES: dict[SourceFormat, tuple[str, ...]] = {
    "CSV": (".csv", ".csv.gz"),
    "JSON": (".json", ".json.gz", ".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz"),
}
# Endings that say a format, wherever they stand in a name (x.csv.out, 2026.json.1.gz).
_SAYING: dict[SourceFormat, frozenset[str]] = {
    "CSV": frozenset({"csv", "tsv"}),
    "JSON": frozenset({"json", "jsonl", "ndjson"}),
}
_OTHER: dict[SourceFormat, SourceFormat] = {"CSV": "JSON", "JSON": "CSV"}
# What is no text of rows, or is text beside the data. `gz` is read, whatever is in it; other compressions are not.
_NO_ROWS = (
    frozenset({"parquet", "avro", "orc", "arrow", "feather", "sqlite", "db", "pickle", "pkl"})
    | {"xls", "xlsx", "xlsm", "xlsb", "ods", "numbers", "doc", "docx", "odt", "rtf", "ppt", "pptx", "pdf"}
    | {
        "zip",
        "tar",
        "tgz",
        "7z",
        "rar",
        "bz2",
        "xz",
        "zst",
        "zstd",
        "lz4",
        "lzo",
        "snappy",
        "deflate",
        "br",
        "z",
    }
    | {"gpg", "pgp", "asc", "sig", "crc", "md5", "sha1", "sha256", "sha512", "checksum"}
    | {"html", "htm", "xml", "md", "rst", "log", "sql", "yaml", "yml", "toml", "ini", "cfg", "conf"}
    | {"py", "sh", "jar", "js", "css", "png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "mp3", "mp4", "mov"}
    | {"tmp", "temp", "filepart", "crdownload", "inprogress", "lock", "swp"}  # unfinished
)
# EMR leaves one for each folder.
_FOLDER_MARKER = "_$folder$"
# Redshift's UNLOAD writes `{prefix}manifest` beside its files
# (https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html).
_MANIFEST = "manifest"
# What macOS leaves beside a file on other disks (AppleDouble), and the locks of Excel and LibreOffice.
_NEVER_A_FILE = ("._", "~$", ".~")


class Name(NamedTuple):
    """What a name says: that the object is of the format, that it is not (`reason`), or neither."""

    fits: bool
    reason: str = ""


def is_folder_marker(key: str, size: int) -> bool:
    """Return whether an object stands for a folder, as consoles and Hadoop leave them."""
    return key.endswith("/") or (size == 0 and key.endswith(_FOLDER_MARKER))


def judge_name(path: str, size: int, file_format: SourceFormat) -> Name:
    """Say whether an object may be a file of the format.

    Pinpoint's own exports end in `.gz` without naming a format: they are JSON. Folders and names that begin with `_` or
    `.` are a tool's own, as Hadoop and Spark have it (PathFilter of FileInputFormat; a `_` in `_name=value` is a
    partition's); a name that ends like the format is taken all the same, unless it is an AppleDouble's or a lock's.

    Args:
        path: the key below the prefix's folder.
        size: in bytes.
        file_format: of the job.
    """
    *folders, name = path.split("/")
    name = name.lower()
    for folder in folders:
        if folder.startswith(".") or (folder.startswith("_") and "=" not in folder):
            return Name(fits=False, reason=f"it is below {folder}/, which is a tool's own folder")
    if name.startswith(_NEVER_A_FILE):
        return Name(
            fits=False, reason=f"its name begins with {name[:2]}, as those of hidden files and locks do"
        )
    if name.endswith(SUFFIXES[file_format]) or (file_format == "JSON" and _is_bare_gzip(name)):
        return Name(fits=True)
    return Name(fits=False, reason=_reason_against(name, size, file_format))


def of_other_name(file_format: SourceFormat) -> str:
    """Say why an object is left out where others have an ending of the format."""
    *endings, last = SUFFIXES[file_format]
    return f"its name does not end in {', '.join(endings)} or {last}"


def _is_bare_gzip(name: str) -> bool:
    return name.endswith(".gz") and "." not in name.removesuffix(".gz")


def _reason_against(name: str, size: int, file_format: SourceFormat) -> str:
    if name.startswith(("_", ".")):
        return "its name begins with _ or ., as those of markers and hidden files do"
    if not size:
        return "it is empty"
    endings = name.removesuffix(".gz").split(".")[1:]
    other = _OTHER[file_format]
    if _SAYING[other].intersection(endings) and not _SAYING[file_format].intersection(endings):
        return f"its name says {other}"
    if (endings and endings[-1] in _NO_ROWS) or name.endswith(_MANIFEST):
        return f"its name says that it is no {file_format}"
    return ""
