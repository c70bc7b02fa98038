"""Writes a release from a cloud assembly of the CDK."""

import json
import shutil
from pathlib import Path

from infra.names import ROOT
from infra.release.archive import digest, write_archive
from infra.release.template import installable
from infra.version import VERSION

NAME = f"segment-jobs-{VERSION}"
TEMPLATE = f"{NAME}.template.json"
CHECKSUMS = f"{NAME}.sha256"
# What somebody without a clone needs beside the template, by its name in the release.
DOCUMENTS = {
    "LICENSE": "LICENSE",
    "INSTALL.md": "docs/install.md",
    f"{NAME}.role.yaml": "docs/role.yaml",
    f"{NAME}.job-ended.yaml": "docs/job-ended.yaml",
}
_DIGITS = (
    12  # of the digest in an archive's name: a rebuilt archive is another object, so CloudFormation updates
)


def write_release(template: Path, target: Path) -> list[Path]:
    """Write the release into the folder `target`, which holds nothing else afterwards.

    Args:
        template: the template in a cloud assembly that was made with all settings at their defaults.
        target: the folder; it is made, or emptied.

    Returns:
        The files, by name; the same bytes for the same sources.

    Raises:
        NotInstallableError: the template needs the CDK, or lacks a place for a setting.
    """
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    archives = {key: _archive(folder, target) for key, folder in _folders(template).items()}
    body = installable(json.loads(template.read_text()), archives)
    (target / TEMPLATE).write_text(json.dumps(body, indent=1) + "\n")
    for name, source in DOCUMENTS.items():
        shutil.copyfile(ROOT / source, target / name)
    files = sorted(target.iterdir())
    # As `sha256sum --check` reads it: digest, two blanks, name.
    (target / CHECKSUMS).write_text("".join(f"{digest(file)}  {file.name}\n" for file in files))
    return sorted(target.iterdir())


def _folders(template: Path) -> dict[str, Path]:
    """Return the folders that the CDK would zip, by their keys in the bootstrap's bucket."""
    manifest = template.with_name(template.name.replace(".template.json", ".assets.json"))
    return {
        destination["objectKey"]: template.parent / file["source"]["path"]
        for file in json.loads(manifest.read_text())["files"].values()
        if file["source"]["packaging"] == "zip"
        for destination in file["destinations"].values()
    }


def _archive(folder: Path, target: Path) -> str:
    """Write a folder's archive, named by version and content, and return its name."""
    unnamed = target / "archive.zip"
    write_archive(folder, unnamed)
    name = f"{NAME}.{_part(folder)}.{digest(unnamed)[:_DIGITS]}.zip"
    unnamed.rename(target / name)
    return name


def _part(folder: Path) -> str:
    """Return what an archive holds: the functions, or the packages of one layer or the other."""
    if not (folder / "python").is_dir():
        return "functions"
    return "parquet" if (folder / "python" / "pyarrow").is_dir() else "packages"
