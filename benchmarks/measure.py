"""Figures of a benchmark: CPU by getrusage(2), minima of interleaved rounds, kept as JSON in benchmarks/results/.

CPU and not time, because other work on the machine must not count; minima, because it still slows caches and clocks;
interleaved, so that all sides of a ratio meet the same disturbances.
"""

import json
import platform
import resource
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from os import cpu_count
from pathlib import Path
from typing import Any

from benchmarks.goals import goals_of, number

RESULTS = Path(__file__).parent / "results"


def cpu_seconds(who: int = resource.RUSAGE_SELF) -> float:
    """Return the CPU that this process (or its ended children) spent until now, in the kernel too."""
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def cpu_seconds_of_children() -> float:
    """Return the CPU that this process's ended children spent."""
    return cpu_seconds(resource.RUSAGE_CHILDREN)


def minima(cases: Mapping[str, Callable[[], Any]], rounds: int, each: int = 1) -> dict[str, float]:
    """Return each case's CPU for one of `each` things in microseconds: the least of the rounds."""
    best = dict.fromkeys(cases, float("inf"))
    for _ in range(rounds):
        for name, run in cases.items():
            begun = cpu_seconds()
            run()
            best[name] = min(best[name], (cpu_seconds() - begun) / each * 1e6)
    return best


def report(
    name: str, title: str, found: Mapping[str, float], ours: str, unit: str = "µs", **more: Any
) -> None:
    """Print figures, their ratios to ours and the goals that they meet or miss, and keep them.

    `more` is kept with them, such as `missing`: peers that could not be measured, and why.
    """
    print(f"{name}: {title}")
    for case, figure in found.items():
        print(f"  {case:44} {number(figure):>10} {unit}  {figure / found[ours]:8.2f} x")
    for case, reason in more.get("missing", {}).items():
        print(f"  {case:44} not measured: {reason}")
    for goal in goals_of(name):
        print(f"  {goal.told(found)}")
    keep(name, {"title": title, "unit": unit, "ours": ours, "figures": rounded(found), **more})


def rounded(found: Mapping[str, float]) -> dict[str, float]:
    """Return figures to a tenth, and small ones to a thousandth."""
    return {name: round(figure, 1 if figure >= 10 else 3) for name, figure in found.items()}


def keep(name: str, result: Mapping[str, Any]) -> None:
    """Write a benchmark's result, with the day and the machine, to benchmarks/results/."""
    RESULTS.mkdir(exist_ok=True)
    document = {"day": datetime.now(UTC).date().isoformat(), "machine": machine(), **result}
    text = json.dumps(document, indent=2, ensure_ascii=False)
    (RESULTS / f"{name}.json").write_text(f"{text}\n")


def read(name: str) -> dict[str, Any]:
    """Return a benchmark's result as it was kept last.

    Raises:
        SystemExit: it was not run yet.
    """
    path = RESULTS / f"{name}.json"
    if not path.exists():
        raise SystemExit(f"run python -m benchmarks.{name} first")
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def machine() -> dict[str, Any]:
    """Return what matters of this machine."""
    return {
        "processor": _processor(),
        "cores": cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
