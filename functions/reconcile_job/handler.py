"""Reconcile Job: end the job of an execution that has ended; on a schedule, check all active jobs."""

import time
from collections.abc import Callable
from typing import Any

import orjson
from aws_lambda_powertools.utilities.typing import LambdaContext

from audience.apps.pending_removals import begin_pass, list_pending_removals, settle_pending_removal
from audience.apps.removal import remove_some
from audience.aws.clients import client, table
from audience.jobs.factories import scheduler_of
from audience.jobs.finishing import Finisher
from audience.jobs.model import JobKey, Kind
from audience.jobs.reconciler import Reconciler
from audience.jobs.step import entry_point
from audience.kinds import KINDS
from audience.settings import StorageSettings

RESERVE_MS = 30_000


@entry_point
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """End the job of an ended execution, or check all active jobs.

    The event is EventBridge's of an execution that has ended, or says `reconcile_all`: true.

    Returns:
        `ended`: how many jobs were ended.
    """
    storage = StorageSettings.from_env()

    def may_go_on() -> bool:
        return context.get_remaining_time_in_millis() > RESERVE_MS

    scheduler = scheduler_of(storage, KINDS)
    control = table(storage.control_table)
    finisher = Finisher(client("s3"), storage.bucket, scheduler.lifecycle, control, KINDS, may_go_on)
    reconciler = Reconciler(finisher, scheduler, may_go_on)
    if not event.get("reconcile_all"):
        # https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html has the shape of `detail`.
        detail = event["detail"]
        key = _job_of(detail, scheduler.executions.kind_of(detail["stateMachineArn"]))
        return {"ended": int(reconciler.execution_ended(key, detail["name"], detail["status"], detail))}
    try:
        return {"ended": reconciler.reconcile_all()}
    finally:
        _go_on_removing(storage, may_go_on)


def _job_of(detail: dict[str, Any], kind: Kind) -> JobKey:
    told = orjson.loads(detail["input"])
    return JobKey(told["application_id"], kind, told["job_id"])


def _go_on_removing(storage: StorageSettings, may_go_on: Callable[[], bool]) -> None:
    """Go on with the removal of deleted apps, for as long as there is time."""
    control, endpoints = table(storage.control_table), table(storage.endpoints_table)
    for application_id in list_pending_removals(control):
        now = time.time()
        pass_id = begin_pass(control, application_id, now)
        if pass_id is None:
            continue
        clean = remove_some(control, endpoints, client("s3"), storage.bucket, application_id, may_go_on, now)
        settle_pending_removal(control, application_id, pass_id, clean=clean, now=now)
        if not may_go_on():
            return
