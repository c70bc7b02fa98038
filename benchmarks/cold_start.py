"""Compare the CPU of each handler's cold import with that of a handler that only makes a boto3 client.

Each import is a process of its own (with the interpreter's start), interleaved; the bytecode is compiled before.
"""

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import cpu_seconds, keep
from benchmarks.service import KEY_ID, REGION, SECRET

ROUNDS = 5
HANDLERS = sorted(path.parent.name for path in Path("functions").glob("*/handler.py"))
PLAIN = "a boto3 handler with one client"
CASES = {
    PLAIN: "import boto3; boto3.client('dynamodb')",
    "import boto3 alone": "import boto3",
    **{name: f"import {name}.handler" for name in HANDLERS},
}
VARIABLES = {"AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_DEFAULT_REGION": REGION}


def cold(code: str) -> Callable[[], float]:
    """Return what runs the code in a new process, and returns its CPU in milliseconds."""

    def run() -> float:
        begun = cpu_seconds(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], env=os.environ | VARIABLES, check=True)  # noqa: S603
        return (cpu_seconds(resource.RUSAGE_CHILDREN) - begun) * 1e3

    return run


def main() -> None:
    """Import every handler in turn, some rounds."""
    runs = {name: cold(code) for name, code in CASES.items()}
    for run in runs.values():
        run()
    found = dict.fromkeys(runs, float("inf"))
    for _ in range(ROUNDS):
        for name, run in runs.items():
            found[name] = min(found[name], run())
    print(f"cold_start: CPU of a cold import, least of {ROUNDS} rounds")
    for name, cost in found.items():
        print(f"  {name:34} {cost:6.0f} ms  {cost / found[PLAIN]:5.2f} x")
    rounded = {name: round(cost) for name, cost in found.items()}
    keep("cold_start", {"title": "CPU of a cold import", "unit": "ms", "ours": PLAIN, "figures": rounded})


if __name__ == "__main__":
    main()
