"""The settings of a deployment in one table: default and allowed values of each."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self, cast

from aws_cdk import aws_dynamodb as dynamodb

from infra.allowed_values import Check, Value, ValueNotAllowedError, several, text, truth, whole_number

LARGEST_PUT = 5 * 1024**3  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
LARGEST_MAP = 10_000  # https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html: what a new table has
WARM_READS, WARM_WRITES = 12_000, 4_000

_ROLES = several(
    r"arn:aws[a-z-]*:iam::([0-9]{12}|\*):role/[^,\s]+",
    "patterns such as arn:aws:iam::111122223333:role/audience-*",
    optional=False,
)
_TOPIC = text(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_.-]+", "the ARN of an SNS topic")
_ORIGINS = several(r"\*|https?://[^/\s*,]+", "origins such as https://app.example.com, or * for any")


@dataclass(frozen=True)
class Setting:
    """A setting of a deployment: its default, and the check that gives its value."""

    default: Value
    check: Check


SETTINGS: dict[str, Setting] = {
    "allowedRoleArns": Setting(("arn:aws:iam::*:role/segment-jobs/*",), _ROLES),
    "probeExternalId": Setting(True, truth()),
    "trustedAccounts": Setting((), several(r"[0-9]{12}", "ids of accounts, of 12 digits each")),
    "apiGatewayLogsRole": Setting(True, truth()),
    "bucketOrigins": Setting(("*",), _ORIGINS),
    "pieceBytes": Setting(4 * 1024**2, whole_number(1024)),
    "pieceRows": Setting(60_000, whole_number(1)),
    "surveyBytes": Setting(256 * 1024**2, whole_number(1)),
    "maxConcurrency": Setting(40, whole_number(1, LARGEST_MAP)),
    "endpointsWarmReads": Setting(None, whole_number(WARM_READS, optional=True)),
    "endpointsWarmWrites": Setting(None, whole_number(WARM_WRITES, optional=True)),
    "maxRunningImports": Setting(10, whole_number(1)),
    "maxUploadBytes": Setting(1024**3, whole_number(1, LARGEST_PUT)),
    "maxRunningImportsPerApp": Setting(8, whole_number(1)),
    "alarmTopicArn": Setting("", _TOPIC),
    # An issuer on this machine is for the rehearsal.
    "tokenIssuer": Setting("", text(r"https://[^\s]+|http://localhost:\d+", "the https URL of an issuer")),
    "tokenAudience": Setting("", text(r"[^\s]+", "an `aud` without blanks")),
}


class SettingsInvalidError(ValueError):
    """Settings with unknown names or values that are not allowed; the message has a line for each."""


@dataclass(frozen=True)
class StackSettings:
    """The settings of one deployment, each named like its entry of the table in snake case."""

    piece_bytes: int  # what a piece has at least, in bytes
    piece_rows: int  # and in rows
    survey_bytes: int  # more bytes of files that are cut are surveyed by workers
    max_concurrency: int  # workers of one job that run at a time
    endpoints_warm_reads: int | None  # warm read units a second; None: DynamoDB's default
    endpoints_warm_writes: int | None  # warm write units a second, likewise
    max_running_imports: int  # import jobs that run at a time, over all apps; others wait
    max_upload_bytes: int  # the largest file that may be uploaded through the service
    max_running_imports_per_app: int  # how many of them may belong to one app
    allowed_role_arns: tuple[str, ...]  # patterns of the roles that jobs may name
    probe_external_id: bool  # check at create that a role refuses a wrong ExternalId
    trusted_accounts: tuple[str, ...]  # ids of the other accounts whose principals may call
    api_gateway_logs_role: bool  # set the account's role for API Gateway logs
    bucket_origins: tuple[str, ...]  # of which web pages may use presigned URLs of the bucket; `*`: any
    alarm_topic_arn: str  # the SNS topic that alarms notify; empty: none
    token_issuer: str  # URL of the issuer of tokens for the second API; empty: no token is accepted
    token_audience: str  # required `aud` of those tokens; `*`: any; empty only without an issuer

    @property
    def endpoints_warm(self) -> dynamodb.WarmThroughput | None:
        """Return the warm throughput of the endpoints table; None leaves it to DynamoDB."""
        reads, writes = self.endpoints_warm_reads, self.endpoints_warm_writes
        if not (reads or writes):
            return None
        return dynamodb.WarmThroughput(read_units_per_second=reads, write_units_per_second=writes)

    @classmethod
    def of(cls, chosen: Mapping[str, object]) -> Self:
        """Check what a deployment chooses, and fill in the defaults.

        Raises:
            SettingsInvalidError: a name is unknown, or a value is not allowed.
        """
        return cls(**{_snake(name): value for name, value in values(chosen).items()})  # type: ignore[arg-type]


def values(chosen: Mapping[str, object]) -> dict[str, Value]:
    """Return the value of every setting, in the table's order: the chosen one, or else the default.

    Raises:
        SettingsInvalidError: a name is unknown, or a value is not allowed.
    """
    wrong = [_unknown(name) for name in chosen if name not in SETTINGS]
    found = {}
    for name, setting in SETTINGS.items():
        try:
            found[name] = setting.check(chosen[name]) if name in chosen else setting.default
        except ValueNotAllowedError as refused:
            wrong.append(f"{name}: {chosen[name]!r} is not {refused}")
    if not wrong and found["tokenIssuer"] and not found["tokenAudience"]:
        wrong.append(_no_audience(cast("str", found["tokenIssuer"])))
    if wrong:
        raise SettingsInvalidError("\n".join(wrong))
    return found


def shown(value: Value) -> str:
    """Return a value as people read it: `empty`, `true`, or the entries of a list with commas."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        value = ", ".join(value)
    return str(value) if value or value == 0 else "empty"


def nearest(name: str) -> str | None:
    """Return the setting whose name is most like `name`, or None where none is."""
    by_lower = {known.lower(): known for known in SETTINGS}
    found = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.8)
    return by_lower[found[0]] if found else None


def _unknown(name: str) -> str:
    likely = nearest(name)
    rest = f"did you mean {likely}?" if likely else f"there are {', '.join(SETTINGS)}"
    return f"{name}: there is no such setting; {rest}"


def _no_audience(issuer: str) -> str:
    return (
        f"tokenAudience: is empty, but tokenIssuer is {issuer!r}: set it to the `aud` that access tokens of this API "
        "carry, or to `*` to take the issuer's access tokens for anybody"
    )


def _snake(name: str) -> str:
    return re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", name)
