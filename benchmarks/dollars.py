"""Tell what a million imported rows cost, item by item, from what the other benchmarks measured and AWS's prices.

Amounts are measured where a sink can: write units, requests and rows a second (benchmarks.write_units, import_rate),
transitions (state_machine). That a vCPU of Lambda is as fast as a core of this machine is assumed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor, log10
from pathlib import Path
from typing import Any

from benchmarks import prices
from benchmarks.import_files import document, values
from benchmarks.measure import read, report
from benchmarks.write_units import ROWS as ROWS_OF_PIECE

MILLION = 1_000_000
MEMORY_MB = 1769  # of a worker (infra.functions)
DEFAULTS = Path(__file__).parent.parent / "deployment.example.json"
CASES = {
    "CSV, no user": ("no user", "our worker, CSV"),
    "CSV, a user a row": ("a user a row", "our worker, a user a row"),
}


@dataclass(frozen=True)
class Amounts:
    """What a million rows take."""

    units: float  # of the endpoints table
    records: float  # write units of the control table
    seconds: float  # of a worker
    pieces: int
    transitions: float
    puts: float
    gets: float

    def dollars(self) -> dict[str, float]:
        """Return the dollars by item."""
        memory_gb = MEMORY_MB / 1024
        return {
            "DynamoDB, rows and users": self.units * prices.WRITE_UNIT,
            "DynamoDB, records of the job": self.records * prices.WRITE_UNIT,
            "Lambda": self.seconds * memory_gb * prices.GB_SECOND + self.pieces * prices.INVOCATION,
            "Step Functions": self.transitions * prices.TRANSITION,
            "S3": self.puts * prices.PUT + self.gets * prices.GET,
        }


def amounts(case: str, pieces: int) -> Amounts:
    """Return what a million rows take."""
    units, rate = CASES[case]
    written, machine = read("write_units"), read("state_machine")["figures"]
    requests: dict[str, Any] = written["requests"][units]
    scale = MILLION / ROWS_OF_PIECE
    records = sum(requests.get(f"{name} of the control table", 0) for name in ("PutItem", "UpdateItem"))
    return Amounts(
        units=written["figures"][units] * MILLION,
        records=records * scale,
        seconds=MILLION / read("import_rate")["figures"][rate],
        pieces=pieces,
        transitions=transitions_of(pieces, machine),
        puts=(requests.get("PUT", 0) + requests.get("POST", 0)) * scale,
        gets=requests.get("GET", 0) * scale,
    )


def rounded_down(rate: float) -> int:
    """Return a rate with one digit that is not zero: less than what was measured."""
    digit = 10 ** floor(log10(rate))
    return int(rate // digit * digit)


def pieces_of(row_bytes: float, least: Mapping[str, int]) -> int:
    """Return how many pieces a million rows in one file are; `least` has what a piece has at least."""
    return ceil(MILLION / max(least["pieceBytes"] / row_bytes, least.get("pieceRows", 1)))


def transitions_of(pieces: int, machine: Mapping[str, float]) -> float:
    """Return the state transitions of a job of so many pieces, which is not surveyed by workers."""
    return pieces * machine["state transitions a piece"] + machine["state transitions of the job itself"]


def main() -> None:
    """Add up the items, and tell the transitions of CSV and NDJSON."""
    csv_bytes, json_bytes = len(",".join(values(12345))) + 1, len(repr(document(12345)).replace(" ", "")) + 1
    least, machine = json.loads(DEFAULTS.read_text()), read("state_machine")["figures"]
    found, items = {}, {}
    for case in CASES:
        dollars = amounts(case, pieces_of(csv_bytes, least)).dollars()
        items[case] = {item: round(each, 5) for item, each in dollars.items()}
        found[f"{case}, dollars"] = sum(dollars.values())
    for kind, row_bytes in (("CSV", csv_bytes), ("NDJSON", json_bytes)):
        found[f"state transitions, {kind}"] = transitions_of(pieces_of(row_bytes, least), machine)
    for case, of_case in items.items():
        print(case, of_case)
    told = amounts("CSV, no user", pieces_of(csv_bytes, least))
    rate = rounded_down(MILLION / told.seconds)
    shown = {
        "write units": told.units,
        "rows a second": rate,
        "seconds": MILLION / rate,
        "transitions a piece": machine["state transitions a piece"],
        "transitions": told.transitions,
        "S3 requests": ceil(told.puts + told.gets),
    }
    title = f"a million rows of {csv_bytes} bytes of CSV, or {json_bytes} of JSON"
    report("dollars", title, found, "CSV, no user, dollars", unit="", items=items, shown=shown)


if __name__ == "__main__":
    main()
