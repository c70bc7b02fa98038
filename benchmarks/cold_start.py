"""Compare the CPU of each handler's cold import with that of a handler that only makes a boto3 client.

And what the APIs' import costs together with the answer to a first request, which imports what that request needs, with
a boto3 handler whose first request reads an item. Each is a process of its own (with the interpreter's start),
interleaved; the bytecode is compiled before.
"""

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.first_requests import REQUESTS, VARIABLES
from benchmarks.measure import cpu_seconds, keep
from benchmarks.service import KEY_ID, REGION, SECRET, sink

ROUNDS = 5
HANDLERS = sorted(path.parent.name for path in Path("functions").glob("*/handler.py"))
PLAIN = "a boto3 handler with one client"
IMPORTS = {
    PLAIN: "import boto3; boto3.client('dynamodb')",
    "import boto3 alone": "import boto3",
    **{name: f"import {name}.handler" for name in HANDLERS},
}
READER = "a boto3 handler that reads an item"
ANSWERS = {
    READER: "import boto3; boto3.resource('dynamodb').Table('control').get_item(Key={'pk': 'a', 'sk': 'b'})",
    **{
        f"{module.partition('.')[0]}, {name}": f"from benchmarks.first_requests import answer; answer('{name}')"
        for name, (module, _, _) in REQUESTS.items()
    },
}


def cold(code: str, endpoint: str) -> Callable[[], float]:
    """Return what runs the code in a new process, and returns its CPU in milliseconds."""
    variables = {
        "AWS_ACCESS_KEY_ID": KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL_DYNAMODB": endpoint,
        "POWERTOOLS_LOG_LEVEL": "CRITICAL",
    }

    def run() -> float:
        begun = cpu_seconds(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], env=os.environ | VARIABLES | variables, check=True)  # noqa: S603
        return (cpu_seconds(resource.RUSAGE_CHILDREN) - begun) * 1e3

    return run


def least(codes: Mapping[str, str], endpoint: str) -> dict[str, float]:
    """Return the CPU of each in milliseconds, the least of some rounds."""
    runs = {name: cold(code, endpoint) for name, code in codes.items()}
    for run in runs.values():
        run()
    found = dict.fromkeys(runs, float("inf"))
    for _ in range(ROUNDS):
        for name, run in runs.items():
            found[name] = min(found[name], run())
    return found


def show(title: str, found: Mapping[str, float], beside: str) -> None:
    """Print figures and their ratios to one of them."""
    print(f"cold_start: {title}, least of {ROUNDS} rounds")
    for name, cost in found.items():
        print(f"  {name:40} {cost:6.0f} ms  {cost / found[beside]:5.2f} x")


def main() -> None:
    """Import every handler and answer every request in turn, some rounds."""
    with sink() as url:
        imports, answers = least(IMPORTS, url), least(ANSWERS, url)
    show("CPU of a cold import", imports, PLAIN)
    show("CPU of a cold import and the first answer", answers, READER)
    figures = {name: round(cost) for name, cost in (imports | answers).items()}
    keep("cold_start", {"title": "CPU of a cold import", "unit": "ms", "ours": PLAIN, "figures": figures})


if __name__ == "__main__":
    main()
