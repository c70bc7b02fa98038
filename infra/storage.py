"""The service's storage: two tables, one bucket, and the bucket's access logs."""

from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from constructs import Construct

from audience.layout.bucket import TEMPORARY

TEMPORARY_DAYS = 30
ACCESS_LOG_DAYS = 90
PREFLIGHT_S = 3600  # how long browsers need not ask again


class Storage(Construct):
    """The Control and Endpoints tables and the bucket, which stay when the stack is deleted."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        endpoints_warm: dynamodb.WarmThroughput | None,
        origins: Sequence[str],
    ) -> None:
        """Create the tables and buckets.

        Args:
            scope: the stack.
            construct_id: the construct's id.
            endpoints_warm: the warm throughput of the endpoints table; None leaves it to DynamoDB.
            origins: of which web pages may use presigned URLs of the bucket.
        """
        super().__init__(scope, construct_id)
        self.control = self._table("Control", time_to_live_attribute="expires_at")
        self.endpoints = self._table("Endpoints", warm_throughput=endpoints_warm)
        access_logs = self._bucket(
            "AccessLogs",
            lifecycle_rules=[s3.LifecycleRule(id="access-logs", expiration=Duration.days(ACCESS_LOG_DAYS))],
        )
        self.bucket = self._bucket(
            "Bucket",
            server_access_logs_bucket=access_logs,
            server_access_logs_prefix="bucket/",
            lifecycle_rules=[*_expiries(), _replaced_histories(), _unfinished_uploads()],
            cors=_presigned_urls_from(origins),
        )

    def _table(
        self,
        name: str,
        time_to_live_attribute: str | None = None,
        warm_throughput: dynamodb.WarmThroughput | None = None,
    ) -> dynamodb.Table:
        return dynamodb.Table(
            self,
            name,
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.AWS_MANAGED,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            time_to_live_attribute=time_to_live_attribute,
            warm_throughput=warm_throughput,
            removal_policy=RemovalPolicy.RETAIN,
        )

    def _bucket(
        self,
        name: str,
        lifecycle_rules: list[s3.LifecycleRule],
        server_access_logs_bucket: s3.IBucket | None = None,
        server_access_logs_prefix: str | None = None,
        cors: list[s3.CorsRule] | None = None,
    ) -> s3.Bucket:
        return s3.Bucket(
            self,
            name,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            versioned=False,
            server_access_logs_bucket=server_access_logs_bucket,
            server_access_logs_prefix=server_access_logs_prefix,
            lifecycle_rules=lifecycle_rules,
            cors=cors,
            removal_policy=RemovalPolicy.RETAIN,
        )


def _presigned_urls_from(origins: Sequence[str]) -> list[s3.CorsRule] | None:
    """Build the rule for web pages that put or get an object by its presigned URL.

    The URL is the permission, and nothing else that a browser sends is one, so any origin is as safe as none.
    """
    if not origins:
        return None
    methods = [s3.HttpMethods.GET, s3.HttpMethods.HEAD, s3.HttpMethods.PUT]
    return [
        s3.CorsRule(
            allowed_methods=methods,
            allowed_origins=list(origins),
            allowed_headers=["*"],
            exposed_headers=["ETag", "Content-Range"],
            max_age=PREFLIGHT_S,
        )
    ]


def _expiries() -> list[s3.LifecycleRule]:
    return [
        s3.LifecycleRule(id=prefix.strip("/"), prefix=prefix, expiration=Duration.days(TEMPORARY_DAYS))
        for prefix in TEMPORARY
    ]


def _replaced_histories() -> s3.LifecycleRule:
    """Build the rule for segment histories that a newer one replaced (tagged in audience.memberships.publishing)."""
    return s3.LifecycleRule(
        id="superseded", tag_filters={"superseded": "true"}, expiration=Duration.days(TEMPORARY_DAYS)
    )


def _unfinished_uploads() -> s3.LifecycleRule:
    return s3.LifecycleRule(id="unfinished-uploads", abort_incomplete_multipart_upload_after=Duration.days(2))
