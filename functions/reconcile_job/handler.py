"""Reconcile Job: end the job of an execution that has ended, and sweep up what was left behind."""

import time
from collections.abc import Callable
from typing import Any

import orjson
from aws_lambda_powertools.utilities.typing import LambdaContext

from audience.apps.pending_removals import list_pending_removals, settle_pending_removal
from audience.apps.removal import remove_some
from audience.aws.clients import client, table
from audience.jobs.executions import name_of
from audience.jobs.factories import admission_of, executions_of_env, lifecycle_of, slots_of
from audience.jobs.finishing import Finisher
from audience.jobs.model import JobKey
from audience.jobs.rescue import Rescue
from audience.jobs.status import TERMINAL
from audience.jobs.step import entrance
from audience.jobs.sweep import Sweep
from audience.settings import StorageSettings

RESERVE_MS = 30_000


@entrance
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """End the job of an ended execution (an EventBridge event), or sweep all active jobs (`sweep`: true).

    Returns:
        `ended`: how many jobs were ended.
    """
    storage = StorageSettings.from_env()

    def may_go_on() -> bool:
        return context.get_remaining_time_in_millis() > RESERVE_MS

    lifecycle = lifecycle_of(storage)
    control = table(storage.control_table)
    finisher = Finisher(client("s3"), storage.bucket, lifecycle, control, may_go_on)
    rescue = Rescue(finisher, lifecycle, control, may_go_on)
    if not event.get("sweep"):
        return {"ended": int(_end(event["detail"], storage, rescue))}
    sweep = Sweep(lifecycle, executions_of_env(), rescue, admission_of(storage), slots_of(storage))
    try:
        return {"ended": sweep.run()}
    finally:
        _go_on_removing(storage, may_go_on)


def _end(detail: dict[str, Any], storage: StorageSettings, rescue: Rescue) -> bool:
    """End the job of an execution, told by EventBridge, and let the next one have its slot.

    https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html has the shape of `detail`.
    """
    told = orjson.loads(detail["input"])
    kind = executions_of_env().kind_of(detail["stateMachineArn"])
    key = JobKey(told["application_id"], kind, told["job_id"])
    jobs = lifecycle_of(storage).jobs
    job = jobs.find(key)
    if job is not None and detail["name"] != name_of(key, job["run"]):
        return False  # late news of a run before this one
    ended = job is not None and rescue.end(key, job["run"], detail["status"], detail)
    # Not the slot of a job that still has a worker (the sweep ends it), nor of one that was opened again meanwhile.
    job = jobs.find(key)
    if job is None or (job["JobStatus"] in TERMINAL and detail["name"] == name_of(key, job["run"])):
        admission_of(storage).release(key)
    return ended


def _go_on_removing(storage: StorageSettings, may_go_on: Callable[[], bool]) -> None:
    """Go on with the removal of deleted apps, for as long as there is time."""
    control, endpoints = table(storage.control_table), table(storage.endpoints_table)
    for application_id in list_pending_removals(control):
        now = time.time()
        clean = remove_some(control, endpoints, client("s3"), storage.bucket, application_id, may_go_on, now)
        settle_pending_removal(control, application_id, clean=clean, now=now)
        if not may_go_on():
            return
