"""What the steps of a piece run in."""

import gc
from dataclasses import replace
from unittest.mock import create_autospec

import pytest

from audience.jobs.piece_runner import run_piece
from audience.jobs.piece_store import PieceStore
from audience.jobs.pieces import PieceRecord


@pytest.mark.parametrize("fails", [False, True])
def test_what_was_there_before_a_step_is_left_to_the_garbage_collector_after_it(*, fails: bool) -> None:
    pieces = create_autospec(PieceStore, instance=True)
    pieces.begin.return_value = PieceRecord(0)
    frozen: list[int] = []
    thresholds = gc.get_threshold()

    def step(record: PieceRecord) -> PieceRecord:
        frozen.append(gc.get_freeze_count())
        if fails:
            raise ConnectionError
        return replace(record, status="DONE")

    if fails:
        with pytest.raises(ConnectionError):
            run_piece(pieces, 0, lambda: True, 0, step)
    else:
        assert run_piece(pieces, 0, lambda: True, 0, step)
    assert frozen[0] > 0
    assert gc.get_freeze_count() == 0
    assert gc.get_threshold() == thresholds
