"""The files of a release: the same bytes each time, each with its checksum."""

import os
import subprocess
import zipfile

from infra.names import FUNCTIONS_FOLDER, ROOT
from infra.release.archive import write_archive
from infra.release.writing import CHECKSUMS, DOCUMENTS, write_release
from infra.version import VERSION


def bytes_of(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_the_same_sources_give_the_same_bytes_and_nothing_else_is_left(dist, template_path, tmp_path):
    (tmp_path / "old.zip").write_bytes(b"of an older release")
    write_release(template_path, tmp_path)
    assert bytes_of(tmp_path) == bytes_of(dist)


def test_every_file_has_its_checksum(dist):
    listed = {line.split("  ")[1] for line in (dist / CHECKSUMS).read_text().splitlines()}
    assert listed == {file.name for file in dist.iterdir()} - {CHECKSUMS}
    subprocess.run(["sha256sum", "--quiet", "--check", CHECKSUMS], cwd=dist, check=True)


def test_file_names_have_the_version(dist):
    assert all(f"-{VERSION}." in file.name for file in dist.iterdir() if file.name not in DOCUMENTS)


def test_the_functions_archive_holds_every_source_file(dist):
    (archive,) = dist.glob("*.functions.*.zip")
    sources = {
        file.relative_to(FUNCTIONS_FOLDER).as_posix()
        for file in FUNCTIONS_FOLDER.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert set(zipfile.ZipFile(archive).namelist()) == sources


def test_an_archive_depends_on_names_and_contents_alone(tmp_path):
    for name, mode, order in (("one", 0o600, "ab"), ("two", 0o755, "ba")):
        for file in order:
            path = tmp_path / name / "python" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file)
            path.chmod(mode)
            os.utime(path, (mode, mode))
        write_archive(tmp_path / name, tmp_path / f"{name}.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    entries = zipfile.ZipFile(tmp_path / "one.zip").infolist()
    assert [(one.filename, one.external_attr >> 16) for one in entries] == [
        ("python/a", 0o100644),
        ("python/b", 0o100644),
    ]


def test_the_documents_of_a_release_say_how_it_is_installed():
    page = (ROOT / "docs" / "install.md").read_text()
    for name in DOCUMENTS:
        assert name.replace(VERSION, "VERSION") in page or name in {"LICENSE", "INSTALL.md"}
