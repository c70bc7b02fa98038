"""Compare a worker's peak memory for many times the data with that for one: it must not grow with the data.

Each run is a process of its own (getrusage(2), ru_maxrss). Both sizes are larger than what a worker buffers at most,
which is a checkpoint interval or a part of an upload.
"""

import subprocess
import sys

from benchmarks.measure import report

WORKERS = {
    "import worker": ("benchmarks.import_worker", (10_000, 257_000), "rows of 0.8 KB, one .gz"),
    "export worker": ("benchmarks.export_worker", (40_000, 400_000), "endpoints of 1 KB"),
    "profile worker": ("benchmarks.profile_worker", (40_000, 400_000), "endpoints of 1 KB, as Parquet"),
}


def peak(module: str, count: int) -> float:
    """Return one run's peak memory in MB."""
    command = [sys.executable, "-m", module, str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  (our own module)
    return float(done.stdout.split()[0])


def main() -> None:
    """Run each worker with few and with many data."""
    found = {}
    for name, (module, counts, what) in WORKERS.items():
        for count in counts:
            found[f"{name}, {count:,} {what}"] = peak(module, count)
    report("worker_memory", "peak memory of a worker", found, next(iter(found)), unit="MB")


if __name__ == "__main__":
    main()
