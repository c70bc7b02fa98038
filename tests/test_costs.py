"""docs/costs.md: each amount times AWS's price is the sum beside it."""

import re
from decimal import ROUND_HALF_UP, Decimal
from math import prod

import pytest

from audience.exports.plan import ROWS_A_PIECE
from audience.sources.piece_size import TRANSITIONS_OF_A_PIECE
from benchmarks.dollars import MEMORY_MB
from benchmarks.measure import read
from benchmarks.prices import (
    ALARM_METRIC,
    API_REQUEST,
    DASHBOARD,
    GB_SECOND,
    INVOCATION,
    KMS_REQUEST,
    PUT,
    READ_UNIT,
    RECOVERABLE_GB,
    STORED_GB,
    TRANSITION,
    WRITE_UNIT,
)
from http_api.call import MAX_BODY_BYTES
from infra.functions import FUNCTIONS
from infra.names import ROOT
from infra.reconciliation import EVERY_MINUTES
from infra.synth import build
from tests.infra.contexts import LOCAL

TEXT = (ROOT / "docs" / "costs.md").read_text()
LIMITS = (ROOT / "docs" / "limits.md").read_text()
ROWS = 1_000_000
HOURS = 720  # of a month
GIGABYTES = 0.4  # of a million endpoints: some 300 bytes and DynamoDB's own 100 for an item


def lambda_price(name, seconds, invocations=0):
    return FUNCTIONS[name].memory_mb / 1024 * seconds * GB_SECOND + invocations * INVOCATION


def shown(dollars):
    exact = Decimal(str(round(dollars, 6)))
    return "under $0.01" if dollars < 0.01 else f"${exact.quantize(Decimal('0.01'), ROUND_HALF_UP)}"


def table(head):
    """The amount and the sum of each row, by what it is for."""
    lines = TEXT[TEXT.index(f"| {head}") :].splitlines()[2:]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[: lines.index("")]]
    return {re.split(r"[ ,]", name)[0]: (amount, told) for name, amount, told in rows}


def number(amount):
    return float(re.match(r"[\d,.]+", amount)[0].replace(",", ""))


# What `make bench` counted of a million imported rows.
MEASURED = {name: round(amount) for name, amount in read("dollars")["shown"].items()}
EXPORT_PIECES = ROWS // ROWS_A_PIECE
CHECKS = HOURS * 60 // EVERY_MINUTES
EXPECTED = {
    "for a million imported rows": {
        "DynamoDB": (MEASURED["write units"], MEASURED["write units"] * WRITE_UNIT),
        "Lambda": (MEASURED["seconds"], lambda_price("import_piece", MEASURED["seconds"])),
        "Step": (MEASURED["transitions"], MEASURED["transitions"] * TRANSITION),
        "S3": (MEASURED["S3 requests"], MEASURED["S3 requests"] * PUT),
        "KMS": (1_000, 1_000 * KMS_REQUEST),
    },
    "for a million exported endpoints": {
        "DynamoDB": (ROWS // 4, ROWS // 4 * READ_UNIT),
        "Lambda": (200, lambda_price("export_piece", ROWS / 5_000)),
        "Step": (EXPORT_PIECES * TRANSITIONS_OF_A_PIECE, EXPORT_PIECES * TRANSITIONS_OF_A_PIECE * TRANSITION),
        "S3": (500, 500 * PUT),
        "KMS": (1_000, 1_000 * KMS_REQUEST),
    },
    "for a million profiles": {
        "DynamoDB": (ROWS // 4, ROWS // 4 * READ_UNIT),
        "Lambda": (400, lambda_price("profile_piece", ROWS / 2_500)),
        "Step": (EXPORT_PIECES * TRANSITIONS_OF_A_PIECE, EXPORT_PIECES * TRANSITIONS_OF_A_PIECE * TRANSITION),
        "S3": (500, 500 * PUT),
        "KMS": (1_000, 1_000 * KMS_REQUEST),
    },
    "for a million events": {
        "DynamoDB": (ROWS, ROWS * WRITE_UNIT),
        "API": (ROWS // 100, ROWS // 100 * API_REQUEST),
        "Lambda": (5_000, lambda_price("api", 5_000, ROWS // 100)),
        "KMS": (1_000, 1_000 * KMS_REQUEST),
    },
    "for a month at rest": {
        "DynamoDB": (GIGABYTES, GIGABYTES * STORED_GB),
        "its": (GIGABYTES, GIGABYTES * RECOVERABLE_GB),
        "alarms": (16, 16 * ALARM_METRIC),
        "the": (1, DASHBOARD),
        "Lambda": (CHECKS, lambda_price("reconcile_job", CHECKS * 0.5, CHECKS)),
        "KMS": (CHECKS, CHECKS * KMS_REQUEST),
    },
}


@pytest.mark.parametrize("head", EXPECTED)
def test_each_amount_times_its_price_is_the_sum_that_is_told(head):
    told = {name: (number(amount), dollars) for name, (amount, dollars) in table(head).items()}
    assert told == {name: (amount, shown(dollars)) for name, (amount, dollars) in EXPECTED[head].items()}


# What a month has, in the table that sums are estimated with; the deployment itself has no endpoints.
_KEPT = sum(EXPECTED["for a month at rest"][name][1] for name in ("DynamoDB", "its"))
ESTIMATED = {
    "the deployment": sum(dollars for _, dollars in EXPECTED["for a month at rest"].values()) - _KEPT,
    "a million endpoints that are kept": _KEPT,
    "a million imported rows": sum(
        dollars for _, dollars in EXPECTED["for a million imported rows"].values()
    ),
    "the same, each with a user": sum(
        dollars for _, dollars in EXPECTED["for a million imported rows"].values()
    )
    + ROWS * WRITE_UNIT,
    "a million exported endpoints": sum(
        dollars for _, dollars in EXPECTED["for a million exported endpoints"].values()
    ),
    "a million profiles": sum(dollars for _, dollars in EXPECTED["for a million profiles"].values()),
    "a million events": sum(dollars for _, dollars in EXPECTED["for a million events"].values()),
}
# So much more than the sum an estimate may say, in dollars and as a share: it is rounded up, and stays when workers
# become somewhat faster.
_MOST_MORE = (0.02, 0.15)


@pytest.mark.parametrize("what", ESTIMATED)
def test_each_figure_to_estimate_with_is_the_sum_of_a_table_rounded_up(what):
    told = float(re.search(rf"\| {what}[^|]*\| \$([\d.]+) \|", TEXT)[1])
    assert ESTIMATED[what] <= told <= ESTIMATED[what] * (1 + _MOST_MORE[1]) + _MOST_MORE[0]


def test_the_example_of_a_month_adds_up_and_has_the_figures_of_the_table():
    sum_, told = re.search(r"^([\d.]+ \+ .+) = \$([\d.]+)\.", TEXT, re.MULTILINE).groups()
    terms = [[float(factor) for factor in re.findall(r"[\d.]+", term)] for term in sum_.split(" + ")]
    assert sum(prod(factors) for factors in terms) == pytest.approx(float(told))
    assert {factors[-1] for factors in terms} <= {float(one) for one in re.findall(r"\| \$([\d.]+) \|", TEXT)}


def test_the_readme_has_the_figures_to_estimate_with():
    (costs,) = re.findall(
        r"^## Costs\n\n(.+?)\n\n", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL
    )
    table = TEXT[TEXT.index("| what a month has") :].partition("\n\n")[0]
    assert set(re.findall(r"\$([\d.]+\d)", costs)) == set(re.findall(r"\$([\d.]+\d)", table))


def test_the_benchmarks_reckon_with_the_memory_that_workers_have():
    assert FUNCTIONS["import_piece"].memory_mb == MEMORY_MB


def test_the_alarms_are_charged_by_their_metrics(tmp_path):
    resources = build(tmp_path, LOCAL).synth().stacks[0].template["Resources"].values()
    alarms = [one["Properties"] for one in resources if one["Type"] == "AWS::CloudWatch::Alarm"]
    measured = [alarm.get("Metrics", [{"MetricStat": alarm}]) for alarm in alarms]
    metrics = sum("MetricStat" in one for several in measured for one in several)
    assert (len(alarms), metrics) == (13, EXPECTED["for a month at rest"]["alarms"][0])


def test_the_largest_request_is_the_one_that_is_told():
    (told,) = re.findall(r"\| a request \| (\d+) MB", LIMITS)
    assert int(told) * 1024 * 1024 == MAX_BODY_BYTES


def test_a_worker_is_told_to_be_no_faster_than_it_was_measured():
    told = number(re.search(r"MB, at ([\d,]+) rows a second", TEXT)[1])
    assert told <= read("import_rate")["figures"]["our worker, CSV"]
