"""An account that runs few Lambdas at a time: a job takes its turn, and fails for nothing."""

from collections import Counter
from threading import Lock
from types import SimpleNamespace

import pytest
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl

from tests.workflow.faults.conftest import dead
from tests.workflow.files import counted, people_csv

AT_A_TIME = 2
REFUSED_FIRST = 20  # as often as a piece finds no free Lambda in some minutes


class Account:
    """Refuses what is one too many, and every piece for a while."""

    def __init__(self):
        self.lock = Lock()
        self.running = self.most = 0
        self.asked = Counter()

    def __call__(self, call, event):
        with self.lock:
            self.asked[event["piece"]["index"]] += 1
            if self.asked[event["piece"]["index"]] <= REFUSED_FIRST or self.running >= AT_A_TIME:
                return dead("Lambda.TooManyRequestsException")
            self.running += 1
            self.most = max(self.most, self.running)
        try:
            return call()
        finally:
            with self.lock:
                self.running -= 1


@pytest.fixture
def waits(monkeypatch):
    """How long the state machine would have waited before each try, in seconds; nobody does."""
    found = []
    monkeypatch.setattr(retrier_decl, "time", SimpleNamespace(sleep=found.append))
    return found


def test_a_job_waits_for_free_lambdas_and_completes(customer, instead, piece_bytes, waits):
    piece_bytes(1500)
    content, account = people_csv(0, 120), Account()
    instead("import_piece", account)
    job = customer.imported(customer.put("a.csv", content))
    assert (job["JobStatus"], job["FailedPieces"]) == ("COMPLETED", 0), job["Failures"]
    assert job["TotalProcessed"] == len(counted("CSV", content).good)
    assert len(account.asked) == job["TotalPieces"] > AT_A_TIME >= account.most
    assert len(waits) >= REFUSED_FIRST * job["TotalPieces"]
    assert max(waits) <= 60
