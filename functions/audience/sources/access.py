"""Access to a customer's bucket through the customer's role, restricted to the job's own prefix."""

import json
from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import cached_property

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from audience.aws.bucket_regions import Credentials, s3_of
from audience.aws.client_types import AssumeRoleRequest, S3Client, STSClient
from audience.aws.clients import PATIENT, client
from audience.aws.errors import code_of, is_final, plain_message
from audience.errors import RoleNotAssumableError, RoleOpenError
from audience.settings import AccessSettings
from audience.sources.location import S3Location
from audience.sources.session_policy import PolicyTooLargeError, session_policy

# Role chaining allows an hour at most; a worker runs for 15 minutes
# (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining).
_SESSION_S = 3600
_SESSION_NAME = "segment-jobs"
_READ = ["s3:GetObject"]
_WRITE = ["s3:PutObject", "s3:AbortMultipartUpload"]
_ABORT = ["s3:AbortMultipartUpload"]
_TOO_LARGE = (
    "the key is too long: the session policy that holds the role to it is too large for STS when it is packed. "
    "Keys of up to 500 characters of ASCII fit"
)
_DENY_ALL = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}'
# STS's codes for a trust policy that does not allow the caller.
_REFUSED = frozenset({"AccessDenied", "AccessDeniedException"})


class CustomerAccess:
    """S3 clients for the locations that jobs read and write.

    The service's own bucket, which holds uploads, needs no role: `bucket` names it.
    """

    def __init__(self, settings: AccessSettings, bucket: str) -> None:
        """Keep the role that customers trust, the roles that may be assumed, and the service's own bucket."""
        self._settings = settings
        self._bucket = bucket

    def reader(self, role_arn: str, external_id: str, location: S3Location) -> S3Client:
        """Return an S3 client that lists and reads below `location` and nothing else.

        Raises:
            RoleNotAssumableError: the role is not on the allow-list, or cannot be assumed.
            PolicyTooLargeError: the location makes the session's policy too large for STS.
            ClientError: STS or S3 has an error of its own; a retry may succeed.
            BotoCoreError: STS or S3 cannot be reached; likewise.
        """
        return self._client(role_arn, external_id, location, _READ)

    def writer(self, role_arn: str, external_id: str, location: S3Location) -> S3Client:
        """Return an S3 client that lists and writes below `location` and nothing else.

        Errors as for `reader`.
        """
        return self._client(role_arn, external_id, location, _WRITE)

    def aborter(self, role_arn: str, external_id: str, location: S3Location) -> S3Client:
        """Return an S3 client that lists unfinished uploads, and aborts those below `location`.

        Errors as for `reader`.
        """
        return self._client(role_arn, external_id, location, _ABORT, "s3:ListBucketMultipartUploads")

    def allows(self, role_arn: str) -> bool:
        """Return whether the deployment's allow-list matches the role."""
        patterns = self._settings.allowed_role_arns.split(",")
        return any(fnmatchcase(role_arn, pattern.strip()) for pattern in patterns)

    def check_trust(self, role_arn: str, external_id: str, wrong: str) -> None:
        """Check that a role's trust policy requires its ExternalId: a wrong one must not work.

        Without that condition everybody who may create jobs could use a role that trusts this account for another
        purpose.

        Args:
            role_arn: a role that can be assumed with `external_id`.
            external_id: the right one; the message quotes it.
            wrong: an ExternalId that nobody can know.

        Raises:
            RoleOpenError: the role can be assumed with the wrong one.
            ClientError: STS has an error of its own; a retry may succeed.
            BotoCoreError: STS cannot be reached; likewise.
        """
        try:
            self._worker.assume_role(
                RoleArn=role_arn, RoleSessionName="segment-jobs-probe", ExternalId=wrong, Policy=_DENY_ALL
            )
        except ClientError as error:
            if code_of(error) not in _REFUSED:
                raise
            return
        condition = json.dumps({"Condition": {"StringEquals": {"sts:ExternalId": external_id}}})[1:-1]
        raise RoleOpenError(
            f"{role_arn!r} can be assumed with any ExternalId. The statement of its trust policy that lets "
            f"{self._settings.worker_role_arn} assume it has to say: {condition}"
        )

    @cached_property
    def _worker(self) -> STSClient:
        """Return an STS client of the worker role; its session lasts longer than an invocation."""
        request: AssumeRoleRequest = {
            "RoleArn": self._settings.worker_role_arn,
            "RoleSessionName": _SESSION_NAME,
            "DurationSeconds": _SESSION_S,
        }
        return boto3.client("sts", config=PATIENT, **_assume(client("sts"), request))

    def _client(
        self,
        role_arn: str,
        external_id: str,
        location: S3Location,
        actions: Sequence[str],
        listing: str = "s3:ListBucket",
    ) -> S3Client:
        if location.bucket == self._bucket:
            return client("s3")
        if not self.allows(role_arn):
            raise RoleNotAssumableError(
                f"{role_arn!r} is not a role this service may use: its setting allowedRoleArns is "
                f"{self._settings.allowed_role_arns}"
            )
        policy = session_policy(location, actions, role_arn.split(":")[1], listing)
        request: AssumeRoleRequest = {
            "RoleArn": role_arn,
            "RoleSessionName": _SESSION_NAME,
            "DurationSeconds": _SESSION_S,
            "ExternalId": external_id,
            "Policy": policy,
        }
        return s3_of(location.bucket, _assume(self._worker, request))


def _assume(sts: STSClient, request: AssumeRoleRequest) -> Credentials:
    """Return the credentials of an assumed role, as boto3's clients take them."""
    try:
        credentials = sts.assume_role(**request)["Credentials"]
    except (ClientError, BotoCoreError) as error:
        if not is_final(error):
            raise
        if code_of(error) == "PackedPolicyTooLarge":
            raise PolicyTooLargeError(_TOO_LARGE) from None
        role_arn = request["RoleArn"]
        raise RoleNotAssumableError(f"{role_arn!r} cannot be assumed: {plain_message(error)}") from None
    return {
        "aws_access_key_id": credentials["AccessKeyId"],
        "aws_secret_access_key": credentials["SecretAccessKey"],
        "aws_session_token": credentials["SessionToken"],
    }
