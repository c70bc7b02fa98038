"""Whose turn it is: which of the waiting import jobs are started when slots are free."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from audience.jobs.model import JobKey


class Limits(NamedTuple):
    """How many import jobs run at a time: over all apps, and of one app."""

    most: int
    most_an_app: int


def next_jobs(waiting: Iterable[JobKey], running: Mapping[str, str], limits: Limits) -> list[JobKey]:
    """Return the waiting jobs to start now, the first one first.

    A free slot goes to the app that holds fewest; among those to the one whose oldest job waits longest. Within an app
    the oldest job goes first. So apps come in turn and none waits for ever, for an app whose jobs have ended holds
    nothing. What is beyond an app's share stays free for the others.

    Args:
        waiting: the jobs that wait; a job's id says its age.
        running: the ids of the jobs that hold a slot, each with its app's id, empty where that is not known.
        limits: how many may run.

    Returns:
        As many jobs as there is room for.
    """
    held = Counter(running.values())
    queues: dict[str, list[JobKey]] = {}
    for key in sorted(waiting, key=lambda key: key.job_id, reverse=True):
        if key.job_id not in running:
            queues.setdefault(key.application_id, []).append(key)
    found: list[JobKey] = []
    while len(running) + len(found) < limits.most:
        ready = [app for app, queue in queues.items() if queue and held[app] < limits.most_an_app]
        if not ready:
            break
        app = min(ready, key=lambda app: (held[app], queues[app][-1].job_id))
        found.append(queues[app].pop())
        held[app] += 1
    return found
