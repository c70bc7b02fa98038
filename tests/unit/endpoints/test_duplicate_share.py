"""Inserts are tried where few of them find the item there, and given up where many do."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import cycle, islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audience.endpoints.duplicate_share import ALWAYS_ALLOWED, LOOK_AGAIN, DuplicateShare

BATCH = 25


@dataclass
class Run:
    """Batches of items of which some are there already, one after the other."""

    share: DuplicateShare
    inserted: int = 0
    refused: int = 0
    items: int = 0

    def batches(self, found: Iterable[int]) -> None:
        for number in found:
            self.items += BATCH
            inserts, self.share = self.share.inserts, self.share.before(BATCH)
            if inserts:
                self.share = self.share.after(BATCH, number)
                self.inserted += BATCH - number
                self.refused += number


@pytest.mark.parametrize("found", [[0], [1, 0, 0, 0]], ids=["none", "one of a hundred"])
def test_items_of_which_hardly_any_is_there_are_all_inserted(found: list[int]) -> None:
    run = Run(DuplicateShare())
    run.batches(found * 400)
    assert run.inserted + run.refused == run.items


@given(found=st.lists(st.integers(0, BATCH), min_size=1, max_size=30))
def test_refused_inserts_cost_few_write_units_whatever_is_there(found: list[int]) -> None:
    run = Run(DuplicateShare())
    run.batches(islice(cycle(found), 400))
    # The share that is allowed, and a request for each look.
    assert run.refused <= 0.03 * run.items + BATCH * (1 + run.items // LOOK_AGAIN) + ALWAYS_ALLOWED


def test_it_is_noticed_when_the_items_change() -> None:
    run = Run(DuplicateShare())
    run.batches([BATCH] * 100)
    assert run.refused == BATCH
    run.batches([0] * 400)
    assert run.inserted >= 400 * BATCH - LOOK_AGAIN
    before = run.refused
    run.batches([BATCH] * 100)
    assert run.refused - before == 2 * BATCH


def test_one_request_looks_again_while_the_others_pass() -> None:
    share = DuplicateShare().after(BATCH, BATCH)
    assert not share.inserts
    share = share.before(LOOK_AGAIN)
    assert share.inserts
    looking = share.before(BATCH)
    assert not looking.inserts
    assert looking.before(BATCH).after(BATCH, 0).inserts
    assert not looking.after(BATCH, 2).inserts


def test_a_look_that_was_throttled_leaves_the_question_open() -> None:
    share = DuplicateShare().after(BATCH, BATCH).before(LOOK_AGAIN).before(BATCH).after(0, 0)
    assert share.inserts
    assert not share.known


@pytest.mark.parametrize(("tried", "found", "inserts"), [(25, 1, True), (25, 2, False), (1000, 31, True)])
def test_the_share_of_few_inserts_says_less_than_that_of_many(tried: int, found: int, inserts: bool) -> None:
    assert DuplicateShare().after(tried, found).inserts == inserts
