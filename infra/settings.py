"""What a deployment may choose. The values come from the context in cdk.json; a missing one is an error."""

from dataclasses import dataclass
from typing import Self

from aws_cdk import aws_dynamodb as dynamodb
from constructs import Node


class MissingAudienceError(ValueError):
    """Nothing says whom the issuer's tokens must be for."""

    def __init__(self, issuer: str) -> None:
        """Name both settings, and what may be chosen."""
        super().__init__(
            f"tokenIssuer is {issuer!r}, but tokenAudience is empty: set it to the `aud` that access tokens of this "
            "API carry, or to `*` to take the issuer's access tokens for anybody"
        )


@dataclass(frozen=True)
class StackSettings:
    """The choices of one deployment."""

    piece_bytes: str  # the size a piece aims at, in bytes, as the environment variable wants it
    max_concurrency: str  # workers of one job at a time
    endpoints_warm_reads: str  # read units a second that table is ready for; empty: DynamoDB's own
    endpoints_warm_writes: str  # write units a second, likewise
    max_running_imports: str  # import jobs at a time, over all apps; the next ones wait
    max_upload_bytes: str  # the most that a file uploaded through the service may have
    max_running_imports_per_app: str  # the share of one app in them
    allowed_role_arns: str  # patterns, comma-separated: the customers' roles that jobs may name
    probe_external_id: str  # creates check that a role refuses a wrong ExternalId; only `false` says no
    alarm_topic_arn: str  # an SNS topic that is told of alarms; empty: they only show in the console
    token_issuer: str  # the URL of whose tokens may call the second API; empty: nobody may
    token_audience: str  # whom those tokens must be for; `*`: anybody; empty only without an issuer
    local_dependencies: bool  # leave the layer empty: the local stack has the packages already

    @property
    def role_patterns(self) -> list[str]:
        """The patterns of `allowed_role_arns`, one by one."""
        return [pattern.strip() for pattern in self.allowed_role_arns.split(",")]

    @property
    def endpoints_warm(self) -> dynamodb.WarmThroughput | None:
        """What the endpoints table is ready for from the start; None leaves it to DynamoDB."""
        reads, writes = self.endpoints_warm_reads, self.endpoints_warm_writes
        if not (reads or writes):
            return None
        return dynamodb.WarmThroughput(
            read_units_per_second=int(reads) if reads else None,
            write_units_per_second=int(writes) if writes else None,
        )

    @classmethod
    def from_context(cls, node: Node) -> Self:
        """Read the settings from a construct's context.

        Raises:
            jsii.JSIIError: a key is not in the context.
            MissingAudienceError: `tokenIssuer` is set, and `tokenAudience` is not.
        """
        issuer = str(node.get_context("tokenIssuer")).strip()
        audience = str(node.get_context("tokenAudience")).strip()
        if issuer and not audience:
            raise MissingAudienceError(issuer)
        return cls(
            piece_bytes=str(node.get_context("pieceBytes")),
            max_concurrency=str(node.get_context("maxConcurrency")),
            endpoints_warm_reads=str(node.get_context("endpointsWarmReads")),
            endpoints_warm_writes=str(node.get_context("endpointsWarmWrites")),
            max_running_imports=str(node.get_context("maxRunningImports")),
            max_upload_bytes=str(node.get_context("maxUploadBytes")),
            max_running_imports_per_app=str(node.get_context("maxRunningImportsPerApp")),
            allowed_role_arns=str(node.get_context("allowedRoleArns")),
            probe_external_id=str(node.get_context("probeExternalId")).lower(),
            alarm_topic_arn=str(node.get_context("alarmTopicArn")),
            token_issuer=issuer,
            token_audience=audience,
            local_dependencies=str(node.get_context("localDependencies")).lower() == "true",
        )
