"""What a million imported rows cost, in docs/costs.md: from benchmarks/results/dollars.json and AWS's prices."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from benchmarks import prices
from benchmarks.dollars import MEMORY_MB

KMS_REQUESTS = 1_000  # of a job: by workers, not by rows


def lines(shown: dict[str, Any]) -> Iterator[str]:
    """Yield the table's lines."""
    yield "| for a million imported rows | amount | about |"
    yield "|---|---|---|"
    units, seconds, steps, requests = (
        round(shown[name]) for name in ("write units", "seconds", "transitions", "S3 requests")
    )
    rate, a_piece = f"{shown['rows a second']:,}", round(shown["transitions a piece"])
    yield _line(
        "DynamoDB writes, one a row (and one a user that rows name, for all its rows that come together)",
        f"{units:,} write units",
        units * prices.WRITE_UNIT,
    )
    lambda_dollars = seconds * MEMORY_MB / 1024 * prices.GB_SECOND
    yield _line(f"Lambda, arm64, {MEMORY_MB:,} MB, at {rate} rows a second", f"{seconds:,} s", lambda_dollars)
    yield _line(
        f"Step Functions, {a_piece} transitions a piece", f"{steps:,} transitions", steps * prices.TRANSITION
    )
    yield _line("S3 requests", f"{requests:,}", requests * prices.PUT)
    yield _line("KMS, at most", f"{KMS_REQUESTS:,} requests", KMS_REQUESTS * prices.KMS_REQUEST)


def told(dollars: float) -> str:
    """Return dollars as the documents tell them."""
    exact = Decimal(str(round(dollars, 6)))
    return "under $0.01" if dollars < 0.01 else f"${exact.quantize(Decimal('0.01'), ROUND_HALF_UP)}"


def _line(what: str, amount: str, dollars: float) -> str:
    return f"| {what} | {amount} | {told(dollars)} |"
