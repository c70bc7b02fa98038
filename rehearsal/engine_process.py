"""The engine's own process: MiniStack as it is, and a line for each decision that its IAM takes.

Run by the Python of the engine's environment, which has none of this project's packages. CALLS names the file of the
decisions: one JSON object a line with the principal, the action, the resource, the listed prefix and the verdict.

Besides, three things are as AWS has them, and not the engine:
- PartiQL's statements are allowed or refused by the action dynamodb:PartiQLInsert on their table
  (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html).
- A function's error goes by the name of its class, as Lambda has it.
- A layer is unpacked once and shared by all workers, read-only as Lambda's /opt is; the engine unpacks its 5,000 files
  for each worker, which takes most of a rehearsal's time.
"""

import contextvars
import hashlib
import json
import os
import re
import signal
import sys
import threading
import types
import zipfile
from pathlib import Path
from typing import Any

from ministack import app
from ministack.core import iam_actions, iam_evaluator, lambda_runtime
from ministack.services import lambda_svc

_asked: contextvars.ContextVar[Any] = contextvars.ContextVar("asked", default=None)
# The last line of a traceback: `audience.errors.PermanentError: the text`.
_LAST_ERROR = re.compile(r"^(?:\w+\.)*(\w+)(?::|$)", re.MULTILINE)
_INSERT = re.compile(r'INSERT INTO "([^"]+)"')
_writing, _unpacking = threading.Lock(), threading.Lock()


class SharedArchive(zipfile.ZipFile):
    """An archive whose content is unpacked once, if it is a layer's; the folder asked for is a link to it."""

    def extractall(self, path: Any = None, *arguments: Any, **named: Any) -> None:
        """Unpack into a folder, or let it be a link to what is unpacked already."""
        folder = Path(path)
        if not folder.name.startswith("layer_"):
            super().extractall(path, *arguments, **named)
            return
        content = json.dumps([(entry.filename, entry.CRC) for entry in self.infolist()])
        shared = Path(os.environ["TMPDIR"]) / "layers" / hashlib.sha256(content.encode()).hexdigest()
        with _unpacking:
            if not shared.exists():
                super().extractall(shared)
        folder.rmdir()
        folder.symlink_to(shared)


def main() -> None:
    """Serve until a signal, or until the process that started this one has ended."""
    note_decisions(Path(os.environ["CALLS"]))
    archives = types.SimpleNamespace(ZipFile=SharedArchive, BadZipFile=zipfile.BadZipFile)
    lambda_runtime.zipfile = archives
    name_errors()
    name_statements()
    app._port_is_bindable = lambda *_: False  # noqa: SLF001 - one port, not 443 as well where that is free
    threading.Thread(target=_end_with_parent, daemon=True).start()
    app.main()


def note_decisions(path: Path) -> None:
    """Have IAM write each of its decisions into a file."""
    decide, enforce = iam_evaluator.evaluate, iam_evaluator.enforce
    calls = path.open("a", encoding="utf-8")

    def evaluate_noted(context: Any, *policies: Any) -> Any:
        _asked.set(context)
        return decide(context, *policies)

    def enforce_noted(*arguments: Any, **named: Any) -> Any:
        _asked.set(None)
        refused = enforce(*arguments, **named)
        asked = _asked.get()
        if asked is not None:  # None: the account's root, or nobody who could be asked about
            line = {
                "principal": asked.principal_arn,
                "action": asked.action,
                "resource": asked.resource_arn,
                "prefix": asked.service_context.get("s3:prefix"),
                "allowed": refused is None,
            }
            with _writing:
                calls.write(json.dumps(line) + "\n")
                calls.flush()
        return refused

    iam_evaluator.evaluate, iam_evaluator.enforce = evaluate_noted, enforce_noted


def name_errors() -> None:
    """Have a function's error go by its class, which state machines retry by."""
    execute = lambda_svc._execute_function_warm  # noqa: SLF001

    def execute_named(*arguments: Any) -> Any:
        result = execute(*arguments)
        body = result.get("body")
        if result.get("error") and isinstance(body, dict) and body.get("errorType") == "Runtime.HandlerError":
            found = _LAST_ERROR.findall(result.get("log", ""))
            if found:
                body["errorType"] = found[-1]
        return result

    lambda_svc._execute_function_warm = execute_named  # noqa: SLF001


def name_statements() -> None:
    """Have IAM decide on PartiQL's statements by what they do, and to which table; it knows inserts alone."""
    action_of, tables_of = iam_actions.extract_iam_action, iam_actions.dynamodb_resource_arns

    def named(service: str, method: str, path: str, headers: Any, body: bytes, *more: Any) -> Any:
        action = action_of(service, method, path, headers, body, *more)
        inserts = action == "dynamodb:BatchExecuteStatement" and all(map(_INSERT.match, _statements(body)))
        return "dynamodb:PartiQLInsert" if inserts else action

    def tables(body: bytes, region: str, account: str) -> Any:
        names = {found[1] for text in _statements(body) if (found := _INSERT.match(text))}
        arns = [f"arn:aws:dynamodb:{region}:{account}:table/{name}" for name in sorted(names)]
        return arns or tables_of(body, region, account)

    iam_actions.extract_iam_action, iam_actions.dynamodb_resource_arns = named, tables


def _statements(body: bytes) -> list[str]:
    """Return the texts of the statements of a BatchExecuteStatement; none of another request."""
    return [each["Statement"] for each in json.loads(body or b"{}").get("Statements", [])]


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os.killpg(0, signal.SIGKILL)  # the workers too: each holds the others' pipes open


if __name__ == "__main__":
    main()
