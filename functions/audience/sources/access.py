"""The customer's bucket, reached through the customer's role and no further than the job's own prefix."""

import json
from fnmatch import fnmatchcase
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from audience.aws.clients import PATIENT, client
from audience.aws.refusals import is_final, words_of
from audience.errors import RoleNotAssumableError
from audience.settings import AccessSettings
from audience.sources.location import S3Location

# Role chaining lasts an hour at most; a worker lives 15 minutes
# (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining).
_SECONDS = 3600
_READ = ["s3:GetObject"]
_WRITE = ["s3:PutObject", "s3:AbortMultipartUpload"]


class CustomerAccess:
    """Makes S3 clients for the places a job reads and writes.

    The service's own bucket, where uploads land, needs no role: `bucket` names it.
    """

    def __init__(self, settings: AccessSettings, bucket: str) -> None:
        """Take whose role it is that customers trust, which roles may be assumed, and the own bucket."""
        self._settings = settings
        self._bucket = bucket

    def reader(self, role_arn: str, external_id: str, location: S3Location) -> Any:
        """An S3 client that lists and reads below `location` and nothing else.

        Raises:
            RoleNotAssumableError: the role is not on the allow-list, or does not let itself be assumed.
            ClientError: STS is in trouble; it may work the next time.
            BotoCoreError: STS cannot be reached; likewise.
        """
        return self._client(role_arn, external_id, location, _READ)

    def writer(self, role_arn: str, external_id: str, location: S3Location) -> Any:
        """An S3 client that writes below `location` and nothing else; errors as for `reader`."""
        return self._client(role_arn, external_id, location, _WRITE)

    def allows(self, role_arn: str) -> bool:
        """Whether the deployment's allow-list matches the role."""
        patterns = self._settings.allowed_role_arns.split(",")
        return any(fnmatchcase(role_arn, pattern.strip()) for pattern in patterns)

    def _client(self, role_arn: str, external_id: str, location: S3Location, actions: list[str]) -> Any:
        if location.bucket == self._bucket:
            return client("s3")
        if not self.allows(role_arn):
            allowed = self._settings.allowed_role_arns
            raise RoleNotAssumableError(f"{role_arn!r} is not a role this service may use: {allowed}")
        worker = self._assume(client("sts"), self._settings.worker_role_arn)
        policy = json.dumps(session_policy(location, actions, role_arn.split(":")[1]))
        keys = self._assume(
            boto3.client("sts", config=PATIENT, **worker), role_arn, ExternalId=external_id, Policy=policy
        )
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
            reason = f"{role_arn!r} cannot be assumed: {words_of(refused)}"
            raise RoleNotAssumableError(reason) from None
        keys = answer["Credentials"]
        return {
            "aws_access_key_id": keys["AccessKeyId"],
            "aws_secret_access_key": keys["SecretAccessKey"],
            "aws_session_token": keys["SessionToken"],
        }


def session_policy(location: S3Location, actions: list[str], partition: str) -> dict[str, Any]:
    """What is left of the customer's role for this job: `actions` below its prefix, and to list just that.

    A session policy can only narrow a role
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session); `${*}` is a literal
    asterisk (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html).
    """
    bucket = f"arn:{partition}:s3:::{location.bucket}"
    key = "".join(f"${{{letter}}}" if letter in "$*?" else letter for letter in location.key)
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": actions, "Resource": f"{bucket}/{key}*"},
            {
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": bucket,
                "Condition": {"StringLike": {"s3:prefix": f"{key}*"}},
            },
            {"Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": "*"},
        ],
    }
