"""The functions' third-party packages, downloaded for Lambda's platform on any machine, without Docker."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from infra.names import ROOT

REQUIREMENTS = ROOT / "requirements" / "runtime.txt"
PARQUET = ROOT / "requirements" / "parquet.txt"
BUILDS = ROOT / "build" / "dependencies"

PYTHON_VERSION = "3.13"
# Lambda's Python 3.13 runs on Amazon Linux 2023 (glibc 2.34), on Graviton: wheels for an older glibc fit.
PLATFORMS = ("manylinux2014_aarch64", "manylinux_2_17_aarch64", "manylinux_2_28_aarch64")


class DependenciesNotBundledError(RuntimeError):
    """pip could not install the locked requirements for Lambda; the message holds what it said."""


def pip_arguments(requirements: Path, target: Path) -> list[str]:
    """Build the command that installs locked wheels of `requirements` for Lambda into `target`."""
    platforms = [argument for platform in PLATFORMS for argument in ("--platform", platform)]
    return [
        *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"),
        *("--requirement", str(requirements), "--require-hashes", "--only-binary=:all:", "--no-compile"),
        *platforms,
        *("--python-version", PYTHON_VERSION, "--implementation", "cp"),
        *("--target", str(target)),
    ]


def digest(requirements: Path) -> str:
    """Compute the digest that names a layer, from its locked requirements and platforms."""
    recipe = requirements.read_bytes() + " ".join((PYTHON_VERSION, *PLATFORMS)).encode()
    return hashlib.sha256(recipe).hexdigest()


def bundle(requirements: Path = REQUIREMENTS, builds: Path = BUILDS) -> Path:
    """Return the folder of a layer, downloaded if it is not there yet; its name is the digest.

    Raises:
        DependenciesNotBundledError: pip failed.
    """
    folder = builds / digest(requirements)
    if folder.is_dir():
        return folder
    builds.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=builds) as temporary:
        layer = Path(temporary) / "layer"
        _install(requirements, layer / "python")
        # Renamed in one go, so that a folder under its own name is always a complete one.
        layer.rename(folder)
    return folder


def _install(requirements: Path, target: Path) -> None:
    command = pip_arguments(requirements, target)
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own arguments
    if done.returncode != 0:
        raise DependenciesNotBundledError(
            f"pip could not install {requirements.name} for Lambda (exit code {done.returncode}).\n"
            f"{' '.join(command)}\n{done.stderr}"
        )
    # The packages' commands start with the path of this machine's Python, and no function runs them. pyarrow's headers
    # and tests count towards what a function and its layers may have (250 MB unzipped,
    # https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
    for unused in ("bin", "pyarrow/include", "pyarrow/tests"):
        shutil.rmtree(target / unused, ignore_errors=True)
    forget_commands(target)


def forget_commands(target: Path) -> None:
    """Take the packages' commands off their lists of files, which hold digests of this machine's path of Python."""
    for record in target.glob("*.dist-info/RECORD"):
        lines = record.read_text().splitlines(keepends=True)
        record.write_text("".join(line for line in lines if not line.startswith("../../bin/")))


def placeholder(builds: Path = BUILDS) -> Path:
    """Make an empty layer for the local stack, whose own Python has the packages already."""
    folder = builds / "local"
    note = folder / "python" / "README.txt"
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text("The local stack runs the functions on the packages of its own Python.\n")
    return folder
