"""The settings of a deployment, from the context in cdk.json; a missing one is an error."""

from dataclasses import dataclass
from typing import Self

from aws_cdk import aws_dynamodb as dynamodb
from constructs import Node


class MissingAudienceError(ValueError):
    """Error: `tokenIssuer` is set without `tokenAudience`."""

    def __init__(self, issuer: str) -> None:
        """Build a message that names both settings and the allowed values."""
        super().__init__(
            f"tokenIssuer is {issuer!r}, but tokenAudience is empty: set it to the `aud` that access tokens of this "
            "API carry, or to `*` to take the issuer's access tokens for anybody"
        )


@dataclass(frozen=True)
class StackSettings:
    """The settings of one deployment, as strings where functions read them from their environment."""

    piece_bytes: str  # the target size of a piece, in bytes
    max_concurrency: str  # workers of one job that run at a time
    endpoints_warm_reads: str  # warm read units a second; empty: DynamoDB's default
    endpoints_warm_writes: str  # warm write units a second, likewise
    max_running_imports: str  # import jobs that run at a time, over all apps; others wait
    max_upload_bytes: str  # the largest file that may be uploaded through the service
    max_running_imports_per_app: str  # how many of them may belong to one app
    allowed_role_arns: str  # comma-separated patterns of the roles that jobs may name
    probe_external_id: str  # check at create that a role refuses a wrong ExternalId; `false`: do not
    alarm_topic_arn: str  # the SNS topic that alarms notify; empty: none
    token_issuer: str  # URL of the issuer of tokens for the second API; empty: no token is accepted
    token_audience: str  # required `aud` of those tokens; `*`: any; empty only without an issuer
    local_dependencies: bool  # leave the layers empty: the local stack has the packages already

    @property
    def role_patterns(self) -> list[str]:
        """Return the patterns of `allowed_role_arns` as a list."""
        return [pattern.strip() for pattern in self.allowed_role_arns.split(",")]

    @property
    def endpoints_warm(self) -> dynamodb.WarmThroughput | None:
        """Return the warm throughput of the endpoints table; None leaves it to DynamoDB."""
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
