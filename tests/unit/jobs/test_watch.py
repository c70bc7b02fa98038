"""A worker goes on while there is time and nobody has stopped its job, which it asks every two seconds."""

import pytest

from audience.jobs.model import Job, JobKey
from audience.jobs.piece_runner import ASK_EVERY_S, Watch
from audience.jobs.status import TERMINAL
from audience.jobs.step import deadline_of

KEY = JobKey("a" * 32, "IMPORT", "b" * 32)


def job_of(status: str) -> Job:
    return Job(KEY, "2026-01-01T00:00:00.000Z", {}, status=status)  # type: ignore[arg-type]


class World:
    """A clock, the time that is left, and the job's record."""

    def __init__(self) -> None:
        self.now = 0.0
        self.remaining_ms = 100_000
        self.job: Job | None = job_of("PROCESSING")
        self.asked = 0

    def find(self, _key: JobKey) -> Job | None:
        self.asked += 1
        return self.job

    def watch(self) -> Watch:
        return Watch(self, KEY, lambda: self.remaining_ms, 90_000, lambda: self.now)  # type: ignore[arg-type]


@pytest.fixture
def world() -> World:
    return World()


def test_a_worker_goes_on_while_there_is_time(world: World) -> None:
    watch = world.watch()
    assert watch()
    world.remaining_ms = 90_000
    assert not watch()
    assert not watch.stopped


def test_the_job_is_read_every_two_seconds_however_often_the_worker_asks(world: World) -> None:
    watch = world.watch()
    for _ in range(100):
        assert watch()
    assert world.asked == 1
    world.now += ASK_EVERY_S
    assert watch()
    assert world.asked == 2


@pytest.mark.parametrize("status", sorted(TERMINAL | {"CANCELLING", "FAILING"}))
def test_a_job_that_is_stopped_stops_its_workers_for_good(world: World, status: str) -> None:
    watch = world.watch()
    assert watch()
    world.job = job_of(status)
    assert watch()
    world.now += ASK_EVERY_S
    assert not watch()
    assert not watch()
    assert watch.stopped


def test_a_job_that_is_gone_stops_its_workers(world: World) -> None:
    world.job = None
    assert not world.watch()()


def test_a_worker_lives_no_longer_than_its_invocation() -> None:
    assert deadline_of(1_500, 1000.0) == 1002
