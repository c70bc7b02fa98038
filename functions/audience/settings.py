"""Settings of the functions: one frozen dataclass, each value from one environment variable.

The stack sets exactly the variables a function reads (infra/functions.py); a missing one is an error, never
a default.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self

from audience.errors import MissingSettingError


class FromEnvironment:
    """Reads a dataclass from the variables named like its fields, in upper case."""

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Self:
        """Build the settings from `env` (the process's environment when left out).

        Raises:
            MissingSettingError: a variable is not set; its name is in the message.
        """
        source = os.environ if env is None else env
        values = {}
        for field in fields(cls):  # type: ignore[arg-type]
            name = field.name.upper()
            if name not in source:
                raise MissingSettingError(f"the environment variable {name} is not set")
            values[field.name] = field.type(source[name]) if callable(field.type) else source[name]
        return cls(**values)


@dataclass(frozen=True)
class StorageSettings(FromEnvironment):
    """Where the service keeps things: two tables and one bucket."""

    control_table: str
    endpoints_table: str
    bucket: str


@dataclass(frozen=True)
class AccessSettings(FromEnvironment):
    """How the service reaches its customers' buckets."""

    worker_role_arn: str
    allowed_role_arns: str  # patterns, comma-separated; `*` stands for anything
    account_id: str


@dataclass(frozen=True)
class TrustSettings(FromEnvironment):
    """The setting that says whether creating a job asks for proof that a role's trust policy wants an ExternalId.

    Only `false` says no.
    """

    probe_external_id: str

    @property
    def probes(self) -> bool:
        """Return whether creating a job asks for that proof."""
        return self.probe_external_id != "false"


@dataclass(frozen=True)
class PlanSettings(FromEnvironment):
    """How an import is cut: what a piece has at least, and from where on workers survey its files."""

    piece_bytes: int
    piece_rows: int
    survey_bytes: int  # more bytes of files that are cut than these are surveyed by workers


@dataclass(frozen=True)
class MapSettings(FromEnvironment):
    """How many workers of one job run at a time."""

    max_concurrency: int


@dataclass(frozen=True)
class MachineSettings(FromEnvironment):
    """The state machines that run the jobs."""

    import_state_machine_arn: str
    export_state_machine_arn: str
    profile_export_state_machine_arn: str
    attribute_removal_state_machine_arn: str


@dataclass(frozen=True)
class ConcurrencySettings(FromEnvironment):
    """How many import jobs run at a time, over all apps and of one app; the next ones wait."""

    max_running_imports: int
    max_running_imports_per_app: int


@dataclass(frozen=True)
class UploadSettings(FromEnvironment):
    """How large a file may be that is uploaded through the service, in bytes."""

    max_upload_bytes: int


@dataclass(frozen=True)
class VersionSettings(FromEnvironment):
    """Which version of the service this is."""

    version: str


@dataclass(frozen=True)
class AuthorizerSettings(FromEnvironment):
    """Whose tokens may call the second API, and where its tenants are kept."""

    control_table: str
    token_issuer: str  # the issuer's URL; empty: nobody may call
    token_audience: str  # whom tokens must be for; `*`: anybody; empty only where there is no issuer
