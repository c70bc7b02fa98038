"""IAM = calls: what each function may do, beside what the engine's IAM saw it do."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Grant:
    """One action that a function's role allows, on resources that match one pattern."""

    function: str
    action: str
    pattern: str
    prefixes: tuple[str, ...] = ()  # patterns for the prefix of a listing; none: any prefix

    @property
    def line(self) -> str:
        """Return the grant as a person reads it: `api s3:GetObject uploads/*`."""
        where = " or ".join(self.prefixes) or place_of(self.pattern)
        return f"{self.function} {self.action} {where}"


@dataclass(frozen=True)
class Call:
    """One question to IAM: who, what, on what, and the answer."""

    function: str
    action: str
    resource: str
    prefix: str | None
    allowed: bool

    @property
    def line(self) -> str:
        """Return the call as a person reads it."""
        return f"{self.function} {self.action} {self.resource}"


def grants_in(function: str, policy: Mapping[str, Any]) -> list[Grant]:
    """List the grants of one policy document of a function's role."""
    grants = []
    for statement in policy["Statement"]:
        prefixes = statement.get("Condition", {}).get("StringLike", {}).get("s3:prefix", [])
        grants += [
            Grant(function, action, pattern, tuple(_listed(prefixes)))
            for action in _listed(statement["Action"])
            for pattern in _listed(statement["Resource"])
        ]
    return grants


def calls_in(path: Path, functions: Mapping[str, str]) -> list[Call]:
    """Read the engine's decisions about the functions' roles.

    Args:
        path: the file that rehearsal.engine_process writes.
        functions: the function of each role's name; other principals are left out.
    """
    calls = []
    with path.open() as lines:
        for line in lines:
            asked = json.loads(line)
            role = role_of(asked["principal"])
            if role in functions:
                prefix = asked["prefix"][0] if isinstance(asked["prefix"], list) else asked["prefix"]
                calls.append(
                    Call(functions[role], asked["action"], asked["resource"], prefix, asked["allowed"])
                )
    return calls


def role_of(principal: str) -> str:
    """Return the role's name in the ARN of a session; empty where it is none."""
    found = re.fullmatch(r"arn:aws:sts::\d+:assumed-role/([^/]+)/.*", principal)
    return found[1] if found else ""


def unused(grants: Iterable[Grant], calls: Iterable[Call]) -> list[Grant]:
    """Return the grants that no allowed call needed, in their order."""
    made = defaultdict(set)
    for call in calls:
        if call.allowed:
            made[call.function, call.action].add(call)
    return [
        grant
        for grant in grants
        if not any(covers(grant, call) for call in made[grant.function, grant.action])
    ]


def refused(calls: Iterable[Call]) -> list[str]:
    """Return what the functions' own roles were refused, each once."""
    return sorted({call.line for call in calls if not call.allowed})


def covers(grant: Grant, call: Call) -> bool:
    """Tell whether the grant is what allowed the call."""
    if (grant.function, grant.action) != (call.function, call.action):
        return False
    if not _matches(grant.pattern, call.resource):
        return False
    return not grant.prefixes or any(_matches(prefix, call.prefix or "") for prefix in grant.prefixes)


def place_of(pattern: str) -> str:
    """Return what a pattern of resources is about, without what a deployment makes up."""
    service, *_, resource = pattern.split(":", 5)[2:] if pattern.startswith("arn:") else ("", pattern)
    if service == "s3":
        _, slash, key = resource.partition("/")
        return key if slash else "bucket"
    for word in (
        "Control",
        "Endpoints",
        "WorkerRole",
        "DeadLetters",
        "log-group",
        "stateMachine",
        "execution",
    ):
        if word in resource:
            return word
    return resource


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."))


def _matches(pattern: str, text: str) -> bool:
    return _pattern(pattern).fullmatch(text) is not None


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
