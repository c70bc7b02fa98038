"""How a walk looks in a terminal, and which of its checks failed."""

import time
from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.json import JSON
from rich.markup import escape
from rich.panel import Panel
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

LONGEST_S = 600  # a walk's jobs have some thousand rows
TERMINAL = {"COMPLETED", "FAILED", "CANCELLED"}
console = Console(width=110)


def step(title: str) -> None:
    """Begin a step of a walk."""
    console.rule(f"[bold]{title}", align="left")


def document(title: str, content: dict[str, Any]) -> None:
    """Show a JSON document."""
    console.print(Panel(JSON.from_data(content), title=title, title_align="left", expand=False))


def watch(title: str, expected: int, get: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Poll a job and show its progress until it ends; return its last record.

    Raises:
        JobNotEndedError: it has not ended in ten minutes.
    """
    until = time.monotonic() + LONGEST_S
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
            if time.monotonic() > until:
                raise JobNotEndedError(f"{title}: the job is still {job['JobStatus']} after {LONGEST_S} s")
            time.sleep(0.2)


class JobNotEndedError(Exception):
    """A job has not ended in time; the message has its status."""


class Checks:
    """Compares what the service says with what the files hold, and remembers whether all was right."""

    def __init__(self) -> None:
        """Keep how many checks there were and which failed, none at first."""
        self.made = 0
        self.failed: list[str] = []

    def same(self, what: str, found: object, expected: object) -> None:
        """Show one comparison."""
        right = found == expected
        self._count(what, right=right)
        mark = "[green]right[/]" if right else f"[red]wrong: {escape(str(expected))} expected[/]"
        console.print(f"  {escape(what)}: {escape(str(found))}  {mark}", soft_wrap=True, highlight=False)

    def holds(self, what: str, right: object, otherwise: str = "") -> None:
        """Show that something is so, or what is the case instead."""
        self._count(what, right=bool(right))
        mark = "[green]right[/]" if right else f"[red]wrong {escape(otherwise)}[/]"
        console.print(f"  {escape(what)}  {mark}", soft_wrap=True, highlight=False)

    def _count(self, what: str, *, right: bool) -> None:
        self.made += 1
        if not right:
            self.failed.append(what)
