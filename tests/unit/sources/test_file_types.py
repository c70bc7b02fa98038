"""A file that is no text in UTF-8 is called what it is, with the way to make one of it that can be imported."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import pytest

from audience.sources.file_types import HEAD, strange_line_ends, what_it_is, why_not_utf_8

TEXT = "Id,Address,ChannelType\n1,a@example.com,EMAIL\n"


def zipped(*names: str, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        for name in names:
            archive.writestr(name, TEXT)
    return packed.getvalue()


def tarred() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.csv"), io.BytesIO())
    return packed.getvalue()


KINDS = {
    "UTF-16LE": TEXT.encode("utf-16"),
    "UTF-16BE": b"\xfe\xff" + TEXT.encode("utf-16-be"),
    "UTF-32LE": TEXT.encode("utf-32"),
    "text in UTF-16LE": TEXT.encode("utf-16-le"),
    "text in UTF-16BE": TEXT.encode("utf-16-be"),
    "text in UTF-32LE": TEXT.encode("utf-32-le"),
    "text in UTF-32BE": TEXT.encode("utf-32-be"),
    "zip archive": zipped("a.csv", compression=zipfile.ZIP_STORED),
    "an Excel workbook (.xlsx)": zipped("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"),
    "Excel workbook (.xlsx): save it as CSV": zipped("docProps/app.xml", "xl/workbook.xml"),
    "OpenDocument": zipped("mimetype")[:30] + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
    "an Office document": zipped("[Content_Types].xml", "word/document.xml"),
    "tar archive": tarred(),
    "gzip inside of gzip": gzip.compress(TEXT.encode()),
    "bzip2": bz2.compress(TEXT.encode()),
    "xz": lzma.compress(TEXT.encode()),
    "zstd": b"\x28\xb5\x2f\xfd\x04\x00",
    "Parquet": b"PAR1\x15\x04\x15",
    "Avro": b"Obj\x01\x04\x14avro.codec",
    "ORC": b"ORC\x0a\x06\x12\x04",
    "PDF": b"%PDF-1.7\n",
    "(.xls)": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16),
    "HTML": b"\n<!DOCTYPE html>\n<html>",
    "XML": b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code></Error>',
}


@pytest.mark.parametrize(("name", "content"), KINDS.items(), ids=KINDS.keys())
def test_a_file_is_called_what_it_is_and_how_to_convert_it(name: str, content: bytes) -> None:
    told = what_it_is(content[:HEAD])
    assert name in told
    assert told.startswith("this is ")
    assert len(told.partition(": ")[2]) > 5


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"I",
        b"Id",
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        "Id,Attributes.Größe,Attributes.名前\n".encode(),
        b"ORCID,Id\n",
        b"PARENT,Id\n",
        b'{"Id": "1"}\n',
        b"\0\0\0\0Id\n",
        b"Id\n1\n" + bytes(500),
    ],
)
def test_text_in_utf_8_is_nothing_else(content: bytes) -> None:
    assert what_it_is(content) == ""
    assert why_not_utf_8(content) == ""


def test_other_bytes_are_an_older_encoding_or_no_text() -> None:
    assert "Windows-1252 or ISO-8859-1; save it as UTF-8" in why_not_utf_8("Id,Größe".encode("cp1252"))
    assert "not text" in why_not_utf_8(b"\x00\xff\xfe")


def test_a_line_end_within_quotes_or_text_is_content() -> None:
    assert strange_line_ends('Id,"Attributes.a\u2028b"'.encode(), csv=True) == ""
    assert strange_line_ends('{"Id": "a\u2028b"}'.encode(), csv=False) == ""
    assert "U+2029" in strange_line_ends('{"Id": "1"}\u2029{"Id": "2"}'.encode(), csv=False)
