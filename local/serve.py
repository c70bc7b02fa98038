"""`make serve`: the local stack until Ctrl-C.

API_PORT (8080) speaks both dialects of the service, AWS_PORT (5000) S3, Step Functions, STS, EventBridge and DynamoDB,
ISSUER_PORT (8090) gives out tokens for Experience Platform's dialect; 0 takes a free port. DATA_DIR keeps the tables
on disk. Objects in S3 and executions live in memory: they are gone after a restart, whatever DATA_DIR says.
"""

import logging
import os
import signal
import sys
import threading
from pathlib import Path

from local.intrinsics import UnsupportedTemplateError
from local.issuer import TOKEN_PATHS
from local.ports import PortTakenError
from local.stack import LocalStack
from local.synthesis import TemplateNotSynthesisedError
from local.tables import TablesNotStartedError

EXPECTED_ERRORS = (
    PortTakenError,
    TablesNotStartedError,
    TemplateNotSynthesisedError,
    UnsupportedTemplateError,
)


class _StopRequestedError(Exception):
    """Ctrl-C or SIGTERM, also while the stack is still starting."""


def main() -> int:
    """Serve until a signal, and return the exit code."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    data_dir = os.environ.get("DATA_DIR")
    stack = LocalStack(
        api_port=int(os.environ.get("API_PORT", "8080")),
        aws_port=int(os.environ.get("AWS_PORT", "5000")),
        issuer_port=int(os.environ.get("ISSUER_PORT", "8090")),
        data_dir=Path(data_dir) if data_dir else None,
    )
    try:
        with stack:
            _announce(stack, data_dir)
            threading.Event().wait()
    except _StopRequestedError:
        return 0
    except EXPECTED_ERRORS as error:
        print(f"cannot start: {error}", file=sys.stderr)
        return 1
    return 0


def _stop(*_: object) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)  # the stack is being stopped: let it finish
    raise _StopRequestedError


def _announce(stack: LocalStack, data_dir: str | None) -> None:
    if data_dir:
        print(f"Tables are kept in {data_dir}; objects in S3 and executions are not: they live in memory.")
    print(f"API  {stack.api_url}  the service; any credentials, no signature is checked; /data wants a token")
    print(f"AWS  {stack.aws_url}  S3, Step Functions, STS, EventBridge, DynamoDB")
    print(f"ISSUER  {stack.issuer_url}  a token for any client: POST {TOKEN_PATHS[-1]}")
    print(f"ready  API {stack.api_url}  AWS {stack.aws_url}  ISSUER {stack.issuer_url}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
