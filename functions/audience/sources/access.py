"""The customer's bucket, reached through the customer's role and no further than the job's own prefix."""

import json
from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from audience.aws.clients import PATIENT, client
from audience.aws.errors import code_of, is_final, plain_message
from audience.errors import RoleNotAssumableError, RoleOpenError
from audience.settings import AccessSettings
from audience.sources.location import S3Location
from audience.sources.session_policy import PolicyTooLargeError, session_policy

# Role chaining lasts an hour at most; a worker lives 15 minutes
# (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining).
_SECONDS = 3600
_READ = ["s3:GetObject"]
_WRITE = ["s3:PutObject", "s3:AbortMultipartUpload"]
_ABORT = ["s3:AbortMultipartUpload"]
_TOO_LARGE = (
    "the key is too long: the session policy that holds the role to it is too large for STS when it is packed. "
    "Keys of up to 500 characters of ASCII fit"
)
_NOTHING = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}'
# What STS answers where a trust policy does not let the caller in.
_REFUSED = frozenset({"AccessDenied", "AccessDeniedException"})


class CustomerAccess:
    """Makes S3 clients for the places a job reads and writes.

    The service's own bucket, where uploads land, needs no role: `bucket` names it.
    """

    def __init__(self, settings: AccessSettings, bucket: str) -> None:
        """Keep whose role it is that customers trust, which roles may be assumed, and the own bucket."""
        self._settings = settings
        self._bucket = bucket

    def reader(self, role_arn: str, external_id: str, location: S3Location) -> Any:
        """Return an S3 client that lists and reads below `location` and nothing else.

        Raises:
            RoleNotAssumableError: the role is not on the allow-list, or does not let itself be assumed.
            PolicyTooLargeError: the location makes the session's policy too large for STS.
            ClientError: STS is in trouble; it may work the next time.
            BotoCoreError: STS cannot be reached; likewise.
        """
        return self._client(role_arn, external_id, location, _READ)

    def writer(self, role_arn: str, external_id: str, location: S3Location) -> Any:
        """Return an S3 client that lists and writes below `location` and nothing else.

        Errors as for `reader`.
        """
        return self._client(role_arn, external_id, location, _WRITE)

    def aborter(self, role_arn: str, external_id: str, location: S3Location) -> Any:
        """Return an S3 client that lists unfinished uploads, and aborts those below `location`.

        Errors as for `reader`.
        """
        return self._client(role_arn, external_id, location, _ABORT, "s3:ListBucketMultipartUploads")

    def allows(self, role_arn: str) -> bool:
        """Return whether the deployment's allow-list matches the role."""
        patterns = self._settings.allowed_role_arns.split(",")
        return any(fnmatchcase(role_arn, pattern.strip()) for pattern in patterns)

    def check_trust(self, role_arn: str, external_id: str, wrong: str) -> None:
        """Check that a role's trust policy asks for its ExternalId.

        With a wrong one it must not be assumed.
        Without the condition everybody who may create jobs could use a role that trusts this account for another end.

        Args:
            role_arn: a role that can be assumed with `external_id`.
            external_id: the right one; the message quotes it.
            wrong: an ExternalId that nobody can know.

        Raises:
            RoleOpenError: the role can be assumed with the wrong one.
            ClientError: STS is in trouble, and the role not to blame; it may work the next time.
            BotoCoreError: STS cannot be reached; likewise.
        """
        try:
            self._worker.assume_role(
                RoleArn=role_arn, RoleSessionName="segment-jobs-probe", ExternalId=wrong, Policy=_NOTHING
            )
        except ClientError as refused:
            if code_of(refused) not in _REFUSED:
                raise
            return
        condition = json.dumps({"Condition": {"StringEquals": {"sts:ExternalId": external_id}}})[1:-1]
        raise RoleOpenError(
            f"{role_arn!r} can be assumed with any ExternalId. The statement of its trust policy that lets "
            f"{self._settings.worker_role_arn} assume it has to say: {condition}"
        )

    @cached_property
    def _worker(self) -> Any:
        """Return an STS client of the worker role; its session outlives the function."""
        keys = self._assume(client("sts"), self._settings.worker_role_arn)
        return boto3.client("sts", config=PATIENT, **keys)

    def _client(
        self,
        role_arn: str,
        external_id: str,
        location: S3Location,
        actions: Sequence[str],
        listing: str = "s3:ListBucket",
    ) -> Any:
        if location.bucket == self._bucket:
            return client("s3")
        if not self.allows(role_arn):
            raise RoleNotAssumableError(
                f"{role_arn!r} is not a role this service may use: its setting allowedRoleArns is "
                f"{self._settings.allowed_role_arns}"
            )
        policy = session_policy(location, actions, role_arn.split(":")[1], listing)
        keys = self._assume(self._worker, role_arn, ExternalId=external_id, Policy=policy)
        return boto3.client("s3", config=PATIENT, **keys)

    @staticmethod
    def _assume(sts: Any, role_arn: str, **request: str) -> dict[str, Any]:
        try:
            answer = sts.assume_role(
                RoleArn=role_arn, RoleSessionName="segment-jobs", DurationSeconds=_SECONDS, **request
            )
        except (ClientError, BotoCoreError) as refused:
            if not is_final(refused):
                raise
            if code_of(refused) == "PackedPolicyTooLarge":
                raise PolicyTooLargeError(_TOO_LARGE) from None
            raise RoleNotAssumableError(f"{role_arn!r} cannot be assumed: {plain_message(refused)}") from None
        keys = answer["Credentials"]
        return {
            "aws_access_key_id": keys["AccessKeyId"],
            "aws_secret_access_key": keys["SecretAccessKey"],
            "aws_session_token": keys["SessionToken"],
        }
