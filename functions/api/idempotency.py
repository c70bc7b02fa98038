"""Answers that are kept for a day with their `Idempotency-Key`, among the app's items in the control table."""

from collections.abc import Callable
from copy import copy
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyInconsistentStateError,
    IdempotencyItemAlreadyExistsError,
    IdempotencyPersistenceLayerError,
    IdempotencyValidationError,
)
from aws_lambda_powertools.utilities.idempotency.persistence.datarecord import DataRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from api.executions import resume_job
from api.once import HEADER
from api.reservations import Reservations
from audience.aws.clients import client, table
from audience.jobs.model import JobKey, Kind
from http_api import stores
from http_api.call import Body
from http_api.errors import BadRequestError, ConflictError

DAY_S = 24 * 60 * 60


class Records(DynamoDBPersistenceLayer):
    """Powertools' records of kept answers; a write whose answer was lost knows its own record."""

    def _put_record(self, data_record: DataRecord) -> None:
        try:
            super()._put_record(data_record)
        except IdempotencyItemAlreadyExistsError as refused:
            # The record of this very call is there already when the client sends the write again.
            kept = refused.old_data_record or self._get_record(data_record.idempotency_key)
            if not _same(kept, data_record):
                raise


def _same(kept: DataRecord, made: DataRecord) -> bool:
    """Whether a record is the one that was just made: `in_progress_expiry_timestamp` is in milliseconds."""
    names = ("status", "payload_hash", "expiry_timestamp", "in_progress_expiry_timestamp")
    return all(getattr(kept, name) == getattr(made, name) for name in names)


def answer_of(
    context: LambdaContext,
    application_id: str,
    kind: Kind,
    request: dict[str, Any],
    make: Callable[[Body, JobKey], Body],
) -> Body:
    """The answer that was kept for `request` ({key, body}); where there is none, the one that `make` gives.

    A request that died after it made its job is answered with that job.

    Raises:
        BadRequestError: the key was used with another body.
        ConflictError: another request with the key is being answered.
    """

    def answer(request: dict[str, Any]) -> Body:
        return _made_once(_reservations_of(application_id, kind), request, make)

    once: Callable[..., Body] = idempotent_function(
        answer,
        data_keyword_argument="request",
        persistence_store=_records_of(application_id),
        config=_config(context),
        key_prefix=f"IDEMPOTENCY#{kind}",
    )
    key = request["key"]
    try:
        return once(request=request)
    except IdempotencyValidationError:
        raise BadRequestError(f"{HEADER}: {key!r} was used for a request with another body") from None
    except (IdempotencyAlreadyInProgressError, IdempotencyInconsistentStateError):
        raise ConflictError(f"{HEADER}: another request with {key!r} is being answered") from None
    except IdempotencyPersistenceLayerError as failed:
        raise failed.__cause__ or failed from None


def _made_once(
    reservations: Reservations, request: dict[str, Any], make: Callable[[Body, JobKey], Body]
) -> Body:
    job = reservations.job_of(request["key"], request["body"])
    if job is None:
        raise IdempotencyValidationError
    # The key stays the job's where a job was made and may run yet, though its client was told of an error.
    try:
        return resume_job(job) or make(request["body"], job)
    except Exception:
        record = stores.jobs().find(job)
        if record is None or record.status == "FAILED":
            reservations.forget(request["key"])
        raise


def _reservations_of(application_id: str, kind: Kind) -> Reservations:
    return Reservations(table(stores.settings().control_table), application_id, kind, DAY_S)


def _config(context: LambdaContext) -> IdempotencyConfig:
    return IdempotencyConfig(
        event_key_jmespath="key",
        payload_validation_jmespath="body",
        raise_on_no_idempotency_key=True,
        expires_after_seconds=DAY_S,
        hash_function="sha256",
        lambda_context=context,
    )


def _records_of(application_id: str) -> Records:
    """The records of one app, in its own partition: they go when the app is removed."""
    records = copy(_records(stores.settings().control_table))
    records.static_pk_value = f"APP#{application_id}"
    return records


@cache
def _records(control_table: str) -> Records:
    """Made once: each one that is made adds to the client's User-Agent."""
    return Records(
        table_name=control_table,
        key_attr="pk",
        sort_key_attr="sk",
        expiry_attr="expires_at",
        boto3_client=client("dynamodb"),
    )
