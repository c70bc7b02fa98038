"""The file that holds a deployment's settings, which git ignores: one JSON object of names and values."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.names import ROOT
from infra.settings import SETTINGS, SettingsInvalidError, nearest, shown, values

VARIABLE = "SETTINGS"  # `make deploy SETTINGS=path`
DEFAULT_FILE = ROOT / "deployment.json"
METADATA = "Settings"  # in the template's metadata: what the deployment chose
LAPTOP = (
    "localDependencies"  # in the CDK's context: leave the layers empty, since this machine has the packages
)


def settings_file(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the file of the deployment's settings: the one that SETTINGS names, or deployment.json."""
    return Path(environ[VARIABLE]) if environ.get(VARIABLE) else DEFAULT_FILE


def read_settings(file: Path) -> dict[str, object]:
    """Read what the file chooses; nothing where deployment.json does not exist.

    Raises:
        SettingsInvalidError: another file than deployment.json does not exist, it is not a JSON object, a name is
            unknown, there twice, or its value is not allowed.
    """
    if file == DEFAULT_FILE and not file.exists():
        return {}
    try:
        return _checked(file.read_bytes())
    except OSError as error:
        raise SettingsInvalidError(f"{file}: cannot be read: {error.strerror}") from None
    except SettingsInvalidError as error:
        raise SettingsInvalidError("\n".join(f"{file}: {line}" for line in str(error).splitlines())) from None


def refuse_context(context: Mapping[str, object]) -> None:
    """Refuse settings that come by the CDK's `-c`: the next deployment would not have them.

    Raises:
        SettingsInvalidError: a name in the context is a setting's, or is like one.
    """
    wrong = [
        f"-c {name}=…: settings are read from a file only, so that no later deployment loses them: "
        f"write {nearest(name)} into {DEFAULT_FILE.name}"
        for name in context
        if nearest(name)
    ]
    if wrong:
        raise SettingsInvalidError("\n".join(wrong))


def lines(chosen: Mapping[str, object]) -> list[str]:
    """Return a line for each setting with its value; those that a file chooses are marked with an asterisk."""
    width = max(map(len, SETTINGS))
    return [
        f"{'*' if name in chosen else ' '} {name:<{width}}  {shown(value)}"
        for name, value in values(chosen).items()
    ]


def _checked(content: bytes) -> dict[str, object]:
    try:
        chosen = json.loads(content, object_pairs_hook=_each_once)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise SettingsInvalidError(f"is not JSON: {where}: {error.msg}") from None
    except UnicodeDecodeError:
        raise SettingsInvalidError("is not JSON: it is not UTF-8") from None
    if not isinstance(chosen, dict):
        raise SettingsInvalidError('is not an object of names and values, such as {"maxConcurrency": 80}')
    values(chosen)
    return chosen


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SettingsInvalidError("\n".join(f"{name}: is there twice" for name in twice))
    return dict(pairs)
