"""Compare a worker's peak memory for ten times the data with that for one: it must not grow with the data.

Each run is a process of its own (getrusage(2), ru_maxrss). The expected ratio is within 10 % of 1. Both sizes are
larger than what a worker buffers at most, which is a checkpoint interval or a part of an upload.
"""

import subprocess
import sys

TIMES = 10
WORKERS = {
    "import worker": ("benchmarks.import_worker", 10_000, "rows of 0.8 KB, one .gz"),
    "export worker": ("benchmarks.export_worker", 40_000, "endpoints of 0.7 KB"),
    "profile worker": ("benchmarks.profile_worker", 40_000, "endpoints of 0.7 KB, as Parquet"),
}


def peak(module: str, count: int) -> tuple[float, float]:
    """Return one run's peak memory in MB, and its CPU in seconds."""
    command = [sys.executable, "-m", module, str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  (our own module)
    memory, cpu = done.stdout.split()
    return float(memory), float(cpu)


def main() -> None:
    """Run each worker with one and with ten times the data."""
    print(f"worker_memory: peak memory of a worker, {TIMES} times the data")
    for name, (module, count, what) in WORKERS.items():
        one, _ = peak(module, count)
        many, cpu = peak(module, count * TIMES)
        cost = cpu / count / TIMES * 1e6
        print(f"  {name}: {one:.1f} MB for {count:,} {what}")
        print(f"  {'':13}  {many:.1f} MB for {count * TIMES:,}: {many / one:.3f} x, {cost:.0f} µs CPU each")


if __name__ == "__main__":
    main()
