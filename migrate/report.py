"""What was brought in, as tables that add up."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.markup import escape
from rich.table import Table

from migrate.counting import Counted
from migrate.plan import PlannedImport
from walk.show import console

Job = dict[str, Any]
MOST_REASONS = 5  # of a job; GetImportJobFailures has all of them


@dataclass(frozen=True)
class Brought:
    """One folder: its files as counted here, its job as it ended, and how many rows of each file failed."""

    planned: PlannedImport
    files: dict[str, Counted]  # by key
    job: Job
    failed: Counter[str]  # by the object's S3 URL

    @property
    def rows(self) -> int:
        """Return the rows of all files."""
        return sum(counted.rows for counted in self.files.values())

    @property
    def adds_up(self) -> bool:
        """Return whether the job completed, and every row of the files was processed or failed."""
        judged = self.job.get("TotalProcessed", 0) + self.job.get("TotalFailures", 0)
        return bool(self.job["JobStatus"] == "COMPLETED" and judged == self.rows)

    @property
    def channels(self) -> Counter[str]:
        """Return the rows of all files by their channel."""
        return sum((counted.channels for counted in self.files.values()), Counter())


@dataclass(frozen=True)
class ComparedSegment:
    """A segment: its size as it was saved and as it is now; None where that is not known."""

    name: str
    id: str
    saved: int | None
    now: int | None
    channels_saved: dict[str, int] | None = None
    channels_now: dict[str, int] | None = None

    @property
    def same(self) -> bool:
        """Return whether nothing that is known of both differs."""
        sizes = self.saved is None or self.saved == self.now
        return sizes and (self.channels_saved is None or self.channels_saved == self.channels_now)


def show_files(brought: Sequence[Brought]) -> None:
    """Show the rows of every file, and the sums of every job."""
    table = _table("Rows", ("file", "left"), ("in the file", "right"), ("failed", "right"), ("", "left"))
    for each in brought:
        for key, counted in sorted(each.files.items()):
            url = f"s3://{each.planned.folder.bucket}/{key}"
            table.add_row(escape(url), f"{counted.rows:,}", f"{each.failed[url]:,}", "")
        processed, failed = each.job.get("TotalProcessed", 0), each.job.get("TotalFailures", 0)
        told = f"{processed:,} processed + {failed:,} failed, {each.job['JobStatus']}"
        mark = f"[green]{told}[/]" if each.adds_up else f"[red]{told}: does not add up[/]"
        table.add_row(f"  = job {each.job['Id']}", f"{each.rows:,}", f"{failed:,}", mark, end_section=True)
    console.print(table)


def show_reasons(brought: Iterable[Brought]) -> None:
    """Show why rows failed: the first reasons of each job, which are gone with the app after a dry run."""
    for each in brought:
        reasons = each.job.get("Failures") or []
        for reason in reasons[:MOST_REASONS]:
            console.print(f"  [yellow]{escape(reason)}[/]", highlight=False, soft_wrap=True)
        if (more := each.job.get("TotalFailures", 0) - MOST_REASONS) > 0:
            console.print(f"  and {more:,} more of job {each.job['Id']}", highlight=False, soft_wrap=True)


def show_channels(brought: Iterable[Brought]) -> None:
    """Show the rows of all files by channel."""
    table = _table("Channels", ("channel", "left"), ("rows in the files", "right"))
    total: Counter[str] = sum((each.channels for each in brought), Counter())
    for channel, rows in sorted(total.items()):
        table.add_row(escape(channel), f"{rows:,}")
    table.add_row("all", f"{total.total():,}")
    console.print(table)


def show_segments(segments: Iterable[ComparedSegment]) -> None:
    """Show the segments beside what was saved of them."""
    columns = (("segment", "left"), ("id", "left"), ("saved", "right"), ("now", "right"), ("", "left"))
    table = _table("Segments", *columns)
    for segment in segments:
        mark = "[green]same[/]" if segment.same else "[red]differs[/]"
        mark = (
            mark
            if segment.saved is not None or segment.channels_saved is not None
            else "nothing to compare with"
        )
        table.add_row(escape(segment.name), segment.id, _number(segment.saved), _number(segment.now), mark)
    console.print(table)


def _table(title: str, *columns: tuple[str, str]) -> Table:
    table = Table(title=title, title_justify="left")
    for name, justify in columns:
        table.add_column(name, justify="right" if justify == "right" else "left", overflow="fold")
    return table


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"
