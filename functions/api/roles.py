"""The customer's role as a request names it."""

import re

from audience.identifiers import new_id
from audience.settings import AccessSettings, TrustSettings
from audience.sources.access import CustomerAccess
from http_api.errors import BadRequestError

# https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html, RoleArn and ExternalId
_ROLE = re.compile(r"arn:aws[-a-z]*:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]+")
_EXTERNAL_ID = re.compile(r"[A-Za-z0-9_+=,.@:/-]{2,1224}")


def checked_role(role_arn: str | None) -> str:
    """Return the ARN of a role that the deployment may assume.

    Raises:
        BadRequestError: it is missing, is no role's ARN, or is not on the allow-list.
    """
    if role_arn is None:
        raise BadRequestError("RoleArn: is required")
    if not _ROLE.fullmatch(role_arn):
        raise BadRequestError(
            f"RoleArn: {role_arn[:200]!r} is not the ARN of a role: arn:aws:iam::123456789012:role/Name"
        )
    settings = AccessSettings.from_env()
    if not CustomerAccess(settings, "").allows(role_arn):
        raise BadRequestError(
            f"RoleArn: {role_arn[:200]!r} is not one of the roles that this deployment may assume: its setting "
            f"allowedRoleArns is {settings.allowed_role_arns}"
        )
    return role_arn


def checked_external_id(external_id: str | None) -> str:
    """Return the external id to assume a role with; the account's id where the request names none.

    Raises:
        BadRequestError: STS takes no such id.
    """
    if external_id is None:
        return AccessSettings.from_env().account_id
    if not _EXTERNAL_ID.fullmatch(external_id):
        raise BadRequestError(
            f"ExternalId: {external_id[:100]!r} is not 2 to 1224 letters, digits or characters of _+=,.@:/-"
        )
    return external_id


def check_trust(access: CustomerAccess, role_arn: str, external_id: str) -> None:
    """Check that a role asks for its ExternalId, where the deployment wants that proof.

    This, the allow-list and the role's own trust policy stand for the right to pass the role (`iam:PassRole`) that
    Pinpoint asked of the caller.

    Raises:
        RoleOpenError: the role can be assumed with any.
        ClientError: STS is in trouble; it may work the next time.
        BotoCoreError: STS cannot be reached; likewise.
    """
    if role_arn and TrustSettings.from_env().probes:
        access.check_trust(role_arn, external_id, wrong=f"no-{new_id()}")
