"""The jobs while they run: a bar for each."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from walk.show import TERMINAL, console

POLL_S = 1.0


def watch_jobs(
    rows: Mapping[str, int], get: Callable[[str], dict[str, Any]], pause: Callable[[float], None] = time.sleep
) -> dict[str, dict[str, Any]]:
    """Show the jobs until all have ended; return their last records.

    Args:
        rows: how many rows the files of each job have, by the job's id.
        get: returns a job as it is now.
        pause: waits so many seconds.
    """
    columns = (
        TextColumn("{task.description:<34} {task.fields[status]:<28}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    ended: dict[str, dict[str, Any]] = {}
    with Progress(*columns, console=console) as progress:
        bars = {job: progress.add_task(job, total=total, status="") for job, total in rows.items()}
        while True:
            for job in [job for job in rows if job not in ended]:
                found = get(job)
                done = found.get("TotalProcessed", 0) + found.get("TotalFailures", 0)
                progress.update(bars[job], completed=done, status=found["JobStatus"])
                if found["JobStatus"] in TERMINAL:
                    ended[job] = found
            if len(ended) == len(rows):
                return ended
            pause(POLL_S)
