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

RESULTS = Path(__file__).parent / "results"


def cpu_seconds(who: int = resource.RUSAGE_SELF) -> float:
    """Return the CPU that this process (or its ended children) spent until now, in the kernel too."""
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def minima(cases: Mapping[str, Callable[[], Any]], rounds: int, each: int = 1) -> dict[str, float]:
    """Return each case's CPU for one of `each` things in microseconds: the least of the rounds."""
    best = dict.fromkeys(cases, float("inf"))
    for _ in range(rounds):
        for name, run in cases.items():
            begun = cpu_seconds()
            run()
            best[name] = min(best[name], (cpu_seconds() - begun) / each * 1e6)
    return best


def report(name: str, title: str, found: Mapping[str, float], ours: str, unit: str = "µs") -> None:
    """Print figures and their ratios to ours, and keep them."""
    print(f"{name}: {title}")
    for case, figure in found.items():
        print(f"  {case:34} {figure:8.1f} {unit}  {figure / found[ours]:5.1f} x")
    keep(name, {"title": title, "unit": unit, "ours": ours, "figures": _rounded(found)})


def _rounded(found: Mapping[str, float]) -> dict[str, float]:
    return {name: round(figure, 1) for name, figure in found.items()}


def keep(name: str, result: Mapping[str, Any]) -> None:
    """Write a benchmark's result, with the day and the machine, to benchmarks/results/."""
    RESULTS.mkdir(exist_ok=True)
    document = {"day": datetime.now(UTC).date().isoformat(), "machine": machine(), **result}
    text = json.dumps(document, indent=2, ensure_ascii=False)
    (RESULTS / f"{name}.json").write_text(f"{text}\n")


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
