"""ddbimport (Go), the fastest known importer of CSV files into DynamoDB, as a peer: built when it is needed.

`go build` takes it from the Go module proxy. Where that does not serve it, the variable DDBIMPORT_SOURCE can name a
checkout of its repository. Where it cannot be built, the benchmarks say so and go on.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import cpu_seconds_of_children
from benchmarks.service import CREDENTIALS

SOURCE = Path(__file__).parent / "ddbimport"
MODULE = "github.com/a-h/ddbimport"
MINUTES = 5


class NotBuiltError(Exception):
    """ddbimport cannot be built here; the message says why."""


@dataclass(frozen=True)
class GoPeer:
    """The built program."""

    program: Path

    def run(self, url: str, path: Path, rows: int) -> tuple[float, float]:
        """Import a CSV file into a sink; return the CPU seconds that it took, and the seconds on the clock.

        Raises:
            SystemExit: it did not write every row.
        """
        command = [str(self.program), "-sink", url.removeprefix("http://"), "-inputFile", str(path)]
        begun = cpu_seconds_of_children()
        done = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=True)  # noqa: S603
        written, seconds = done.stdout.split()
        if int(written) != rows:
            raise SystemExit(f"ddbimport wrote {written} rows instead of {rows}")
        return cpu_seconds_of_children() - begun, float(seconds)


def built_in(folder: Path) -> GoPeer:
    """Build the program in a folder.

    Raises:
        NotBuiltError: there is no Go, or its module proxy does not serve ddbimport.
    """
    go = shutil.which("go")
    if go is None:
        raise NotBuiltError("Go is not installed")
    sources = folder / "ddbimport"
    shutil.copytree(SOURCE, sources)
    if checkout := os.environ.get("DDBIMPORT_SOURCE"):
        _go(go, sources, "mod", "edit", f"-replace={MODULE}={checkout}")
    program = folder / "ddbimport-peer"
    _go(go, sources, "build", "-mod=mod", "-o", str(program), ".")
    return GoPeer(program)


def _environment() -> dict[str, str]:
    """Return this process's environment with the credentials, without authorities: the sink is plain HTTP."""
    return {name: value for name, value in os.environ.items() if name != "AWS_CA_BUNDLE"} | CREDENTIALS


def _go(go: str, folder: Path, *arguments: str) -> None:
    try:
        subprocess.run(  # noqa: S603
            [go, *arguments], cwd=folder, capture_output=True, text=True, check=True, timeout=MINUTES * 60
        )
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip() or "go failed").splitlines()[-1]
        raise NotBuiltError(f"go {arguments[0]}: {last.strip()}") from None
    except subprocess.TimeoutExpired:
        raise NotBuiltError(f"go {arguments[0]} took longer than {MINUTES} minutes") from None
