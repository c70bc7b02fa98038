"""How the demo looks in a terminal."""

import time
from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.json import JSON
from rich.panel import Panel
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

TERMINAL = {"COMPLETED", "FAILED", "CANCELLED"}
console = Console(width=110)


def step(title: str) -> None:
    """Begin a step of the demo."""
    console.rule(f"[bold]{title}", align="left")


def document(title: str, content: dict[str, Any]) -> None:
    """Show a JSON document."""
    console.print(Panel(JSON.from_data(content), title=title, title_align="left", expand=False))


def watch(title: str, expected: int, get: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Poll a job and show its progress until it ends; return its last record."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<12} {task.fields[status]:<28}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task(title, total=expected, status="")
        while True:
            job = get()
            done = job.get("TotalProcessed", 0) + job.get("TotalFailures", 0)
            progress.update(bar, completed=done, status=job["JobStatus"])
            if job["JobStatus"] in TERMINAL:
                return job
            time.sleep(0.2)


class Checks:
    """Compares what the service says with what the files hold, and remembers whether all was right."""

    def __init__(self) -> None:
        """Keep the number of failed checks, 0 at first."""
        self.wrong = 0

    def same(self, what: str, found: object, expected: object) -> None:
        """Show one comparison."""
        right = found == expected
        self.wrong += not right
        mark = "[green]right[/]" if right else f"[red]wrong: {expected} expected[/]"
        console.print(f"  {what}: {found}  {mark}")
