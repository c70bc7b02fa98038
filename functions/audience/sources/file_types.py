"""What a file is that is no text in UTF-8, by its first bytes, and how to make one of it that can be imported."""

import re

from audience.sources.records import BOM

# So many of a file's first bytes are looked at: enough for the names at the beginning of a zip archive.
HEAD = 4096
_AS_CSV_UTF_8 = "save it as CSV in UTF-8 (in Excel: CSV UTF-8)"
_AS_GZIP = "decompress it, or compress it with gzip"
_CONVERT = "convert it to CSV or to newline-delimited JSON"
_EXPORT_AGAIN = "look at it in a browser or an editor, and fetch the file again"

# First bytes, what begins with them, and what to do; from the formats' own specifications, as file(1) knows them.
_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"\x1f\x8b", "gzip inside of gzip", "decompress it once"),
    (b"\xfd7zXZ\0", "an xz file", _AS_GZIP),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file (zstd)", _AS_GZIP),
    (b"\x04\x22\x4d\x18", "an LZ4 file", _AS_GZIP),
    (b"\xff\x06\0\0sNaPpY", "a Snappy file", _AS_GZIP),
    (b"\x1f\x9d", "a file of compress (.Z)", _AS_GZIP),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it"),
    (b"Rar!\x1a\x07", "a RAR archive", "unpack it"),
    (b"Obj\x01", "an Avro file", _CONVERT),
    (b"SQLite format 3\0", "an SQLite database", _CONVERT),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file", _CONVERT),
    (b"%PDF-", "a PDF document", "export its data from where it comes from"),
    (b"{\\rtf", "an RTF document", "save it as plain text in UTF-8"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an old Office file, such as an Excel workbook (.xls)",
        _AS_CSV_UTF_8,
    ),
    (b"\x89PNG\r\n\x1a\n", "an image (PNG)", "it has no rows"),
    (b"\xff\xd8\xff", "an image (JPEG)", "it has no rows"),
    (b"-----BEGIN PGP MESSAGE", "a file encrypted with PGP", "decrypt it"),
    (b"\0\x05\x16\x07", "an AppleDouble file of macOS, which holds no content", "leave it out"),
)
# These are letters of which a header could be made (PARENT,ORCID): only what is no text either is such a file.
_LETTERS: tuple[tuple[bytes, str, str], ...] = (
    (b"BZh", "a bzip2 file", _AS_GZIP),
    (b"PAR1", "a Parquet file", _CONVERT),
    (b"PARE", "an encrypted Parquet file", _CONVERT),
    (b"ORC", "an ORC file", _CONVERT),
    (b"ARROW1", "an Arrow file", _CONVERT),
    (b"GIF8", "an image (GIF)", "it has no rows"),
)
# Byte order marks, the longer ones first (https://www.unicode.org/faq/utf_bom.html#bom4).
_MARKS = (
    (b"\xff\xfe\0\0", "UTF-32LE"),
    (b"\0\0\xfe\xff", "UTF-32BE"),
    (b"\xff\xfe", "UTF-16LE"),
    (b"\xfe\xff", "UTF-16BE"),
)
_SAMPLE = 128  # bytes; without a mark: header or first members, which are mostly ASCII in any language
_MOSTLY = 0.7
_OFFICE = re.compile(rb"\[Content_Types\]\.xml|docProps/|_rels/\.rels|xl/")
_MARKUP = re.compile(rb"\s*<(?:[a-zA-Z!?])")
_HTML = re.compile(rb"\s*<(?:!doctype\s+html|html|head|body)", re.IGNORECASE)
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")

_LINE_ENDS = {
    "\r": "a carriage return alone (CR)",
    "\x85": "NEL (U+0085)",
    "\u2028": "the line separator U+2028",
    "\u2029": "the paragraph separator U+2029",
}
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_BETWEEN_CELLS = re.compile("([\r\x85\u2028\u2029])")
_BETWEEN_OBJECTS = re.compile("}\\s*([\r\x85\u2028\u2029])\\s*{")


def what_it_is(head: bytes) -> str:
    """Say what a file is that begins with these bytes, and what to do with it; empty if it may be text in UTF-8."""
    for look in (_signature, _zip, _tar, _wide_text, _markup):
        if found := look(head):
            return found
    return ""


def why_not_utf_8(content: bytes) -> str:
    """Say why a line of text is not UTF-8 and how to save it; empty if it is."""
    try:
        content.decode()
    except UnicodeDecodeError as error:
        if _CONTROLS.search(content):
            return "this is not text: a text file in UTF-8 is expected"
        return (
            f"not UTF-8 at byte {error.start + 1} of the line: this looks like Windows-1252 or ISO-8859-1; "
            "save it as UTF-8 (in Excel: CSV UTF-8; or with iconv -f WINDOWS-1252 -t UTF-8)"
        )
    return ""


def strange_line_ends(content: bytes, *, csv: bool) -> str:
    """Say what separates the lines of a file that is one line so far; empty if nothing does.

    Of CSV that is a character outside of quotes, of JSON one between two objects.
    """
    text = content.decode(errors="ignore").strip()
    found = _BETWEEN_CELLS.search(_QUOTED.sub("", text)) if csv else _BETWEEN_OBJECTS.search(text)
    return f"its lines end in {_LINE_ENDS[found[1]]}: they must end in LF or CRLF" if found else ""


def _signature(head: bytes) -> str:
    known = (*_SIGNATURES, *_LETTERS) if _CONTROLS.search(head) else _SIGNATURES
    return next((_told(what, then) for first, what, then in known if head.startswith(first)), "")


def _zip(head: bytes) -> str:
    if not head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return ""
    if b"application/vnd.oasis.opendocument.spreadsheet" in head:
        return _told("an OpenDocument spreadsheet (.ods)", "save it as CSV in UTF-8")
    if b"word/" in head or b"ppt/" in head:
        return _told("an Office document", "export its data from where it comes from")
    if _OFFICE.search(head):
        return _told("an Excel workbook (.xlsx)", _AS_CSV_UTF_8)
    return _told("a zip archive", "unpack it; a single file may be compressed with gzip")


def _tar(head: bytes) -> str:
    return _told("a tar archive", "unpack it") if head[257:262] == b"ustar" else ""


def _wide_text(head: bytes) -> str:
    encoding = next((name for mark, name in _MARKS if head.startswith(mark)), "") or _unmarked(head[:_SAMPLE])
    if not encoding:
        return ""
    way = f"save it as UTF-8 (in Excel: CSV UTF-8; or with iconv -f {encoding} -t UTF-8)"
    return _told(f"text in {encoding}", way)


def _unmarked(sample: bytes) -> str:
    """Return the encoding in which a sample that has no byte order mark is mostly ASCII, each letter 2 or 4 bytes."""
    for encoding in ("UTF-32LE", "UTF-32BE", "UTF-16LE", "UTF-16BE"):
        text = sample.decode(encoding, errors="replace")
        ascii_letters = sum(" " <= letter <= "~" or letter in "\t\r\n" for letter in text)
        if len(text) > 1 and ascii_letters >= _MOSTLY * len(text):
            return encoding
    return ""


def _markup(head: bytes) -> str:
    content = head.removeprefix(BOM)
    if _HTML.match(content):
        return _told("an HTML page, perhaps one that tells of an error", _EXPORT_AGAIN)
    return (
        _told("XML, perhaps an answer that tells of an error", _EXPORT_AGAIN)
        if _MARKUP.match(content)
        else ""
    )


def _told(what: str, then: str) -> str:
    return f"this is {what}: {then}"
