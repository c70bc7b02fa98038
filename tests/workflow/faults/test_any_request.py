"""Whatever happens to any one request to AWS, the job comes out as if nothing had, and leaves nothing running."""

import json
from random import Random

import pytest

from tests.workflow.faults.wiretap import (
    Wiretap,
    cut_after,
    cut_before,
    killed_after,
    killed_before,
    lost_once,
    refused,
)
from tests.workflow.files import counted, people_csv

ROWS = people_csv(0, 45)
EXPECTED = counted("CSV", ROWS)
FUNCTIONS = {
    "import": ("plan_import", "import_piece", "finish_import"),
    "export": ("plan_export", "export_piece", "finish_export"),
}
SAMPLES = 3  # requests of each job that each fault happens to; all of them take ten minutes
EVERY_FAULT = pytest.mark.parametrize(
    "act",
    [refused, cut_before, cut_after, lost_once, killed_before, killed_after],
    ids=lambda act: act.__name__,
)


@pytest.fixture(scope="module")
def counts():
    """How many requests a job of a kind makes, by kind: counted once for all faults."""
    return {}


@pytest.fixture
def two_pieces(piece_bytes, monkeypatch):
    piece_bytes(1500)
    monkeypatch.setattr("audience.exports.plan.ROWS_A_PIECE", 40)


@pytest.fixture
def with_fault(stack):
    """Runs a job with a fault at its n-th request; how many requests there were until it was COMPLETED."""

    def run(kind, at, act, make):
        tap = Wiretap(stack, FUNCTIONS[kind], at, act)
        with tap.tapping():
            job = make()
        assert job["JobStatus"] == "COMPLETED", (tap.done, job["Failures"])
        return tap.seen, job

    return run


def samples(act, count):
    return Random(act.__name__).sample(range(count), SAMPLES)  # noqa: S311 - the same ones in every run


@pytest.fixture
def nothing_left(stack):
    """Nobody looks after the job any more, it counts against no limit, every change of its status was announced."""

    def check(job):
        reconciled = stack.lambdas.invoke(stack.function_name("reconcile_job"), b'{"reconcile_all": true}')
        assert not reconciled.failed, reconciled.payload

        def item(*key):
            names = dict(zip(("pk", "sk"), ({"S": part} for part in key), strict=True))
            found = stack.client("dynamodb").get_item(TableName=stack.variables["CONTROL_TABLE"], Key=names)
            return found.get("Item", {})

        assert item("ACTIVE", job["Id"]) == {}
        assert job["Id"] not in json.dumps(item("RUNNING", "IMPORT"))
        record = item(f"APP#{job['ApplicationId']}", f"{job['Type']}#{job['Id']}")
        assert record["announced"] == {"N": str(len(record["changes"]["L"]))}

    return check


@pytest.mark.usefixtures("two_pieces")
@EVERY_FAULT
def test_an_import_survives_a_fault_at_any_request(with_fault, nothing_left, new_app, counts, act):
    def run(at, owner):
        url = owner.put("a.csv", ROWS)
        return with_fault("import", at, act, lambda: owner.imported(url, DefineSegment=True))

    if "import" not in counts:
        counts["import"], _ = run(-1, new_app())
    for at in samples(act, counts["import"]):
        owner = new_app()
        _, job = run(at, owner)
        assert (job["TotalProcessed"], job["TotalFailures"]) == (len(EXPECTED.good), EXPECTED.bad)
        assert (job["CompletedPieces"], job["FailedPieces"], job["TotalPieces"]) == (2, 0, 2)
        assert owner.endpoints().keys() == set(EXPECTED.good)
        lines = [entry["Line"] for entry in owner.failure_file(job)]
        assert (lines, len(lines)) == (sorted(set(lines)), EXPECTED.bad)
        [segment] = owner.get("segments")["Item"]
        assert (segment["Version"], segment["ImportDefinition"]["Size"]) == (1, len(EXPECTED.good))
        nothing_left(job)


@pytest.mark.usefixtures("two_pieces")
@EVERY_FAULT
def test_an_export_survives_a_fault_at_any_request(customer, with_fault, nothing_left, counts, act):
    customer.imported(customer.put("a.csv", ROWS))

    def run(at):
        return with_fault("export", at, act, lambda: customer.exported(customer.url(f"out{at:03}")))

    if "export" not in counts:
        counts["export"], _ = run(-1)
    for at in samples(act, counts["export"]):
        _, job = run(at)
        assert customer.documents(customer.url(f"out{at:03}")).keys() == set(EXPECTED.good)
        assert job["TotalProcessed"] == len(EXPECTED.good)
        nothing_left(job)
