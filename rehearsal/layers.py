"""The functions' layers for this machine: the same locked packages as Lambda's, for the engine's own Python."""

import hashlib
import subprocess
import zipfile
from pathlib import Path

from infra.dependencies import PARQUET, REQUIREMENTS, DependenciesNotBundledError
from infra.names import ROOT
from rehearsal.engine import PYTHON

BUILDS = ROOT / "build" / "rehearsal"
LAYERS = (REQUIREMENTS, PARQUET)


def build_layers(builds: Path = BUILDS) -> dict[str, Path]:
    """Return the archive of each layer by its requirements, built where it is not there yet.

    Raises:
        DependenciesNotBundledError: pip failed.
    """
    version = subprocess.run([str(PYTHON), "-VV"], capture_output=True, check=True).stdout  # noqa: S603
    return {requirements.stem: _archive(requirements, version, builds) for requirements in LAYERS}


def _archive(requirements: Path, version: bytes, builds: Path) -> Path:
    digest = hashlib.sha256(requirements.read_bytes() + version).hexdigest()
    archive = builds / f"{digest}.zip"
    if not archive.exists():
        folder = builds / digest
        _install(requirements, folder / "python")
        partial = archive.with_suffix(".partial")
        _pack(folder, partial)
        partial.rename(archive)  # in one go: an archive under its own name is a complete one
    return archive


def _install(requirements: Path, target: Path) -> None:
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    command += ["--requirement", str(requirements), "--require-hashes", "--only-binary=:all:", "--no-deps"]
    command += ["--no-compile", "--upgrade", "--target", str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own arguments
    if done.returncode:
        raise DependenciesNotBundledError(f"pip could not install {requirements.name}:\n{done.stderr}")
    # Byte code that holds whatever the files' times are: the engine unpacks a layer for each worker.
    subprocess.run(  # noqa: S603
        [
            str(PYTHON),
            "-m",
            "compileall",
            "-q",
            "-j",
            "0",
            "--invalidation-mode",
            "unchecked-hash",
            str(target),
        ],
        check=False,
    )


def _pack(folder: Path, archive: Path) -> None:
    # Stored, not deflated: it is unpacked more often than it travels.
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as packed:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                packed.write(path, path.relative_to(folder))
