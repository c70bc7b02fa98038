"""The session policy that restricts a customer's role to one job, within STS's limit of length."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from audience.sources.location import LocationInvalidError, S3Location

# https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html, Policy: at most so many characters,
# none above U+00FF. JSON escapes of six characters stand for those above.
MAX_POLICY = 2048
# Characters kept for the pattern of the listing where the key's own pattern is long.
_LISTING_ROOM = 200


class PolicyTooLargeError(LocationInvalidError):
    """STS refused the packed form of the policy, whose size cannot be computed beforehand."""


@dataclass(frozen=True)
class _Session:
    """What a session policy holds besides the job's key."""

    bucket: str
    partition: str
    actions: Sequence[str]
    listing: str

    @property
    def listing_has_prefix(self) -> bool:
        """Return whether the listing can be restricted to a prefix: only ListBucket can."""
        return self.listing == "s3:ListBucket"

    def policy(self, key: str, prefix: str) -> str:
        """Return the policy as text, for patterns of the key and of the listing's prefix."""
        bucket = f"arn:{self.partition}:s3:::{self.bucket}"
        objects = {
            "Effect": "Allow",
            # No S3 action is about keys of KMS, and none of KMS about objects: together they allow what two would.
            "Action": [*self.actions, "kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": [f"{bucket}/{key}*", f"arn:{self.partition}:kms:*:*:key/*"],
        }
        listed: dict[str, Any] = {"Effect": "Allow", "Action": self.listing, "Resource": bucket}
        if self.listing_has_prefix:
            listed["Condition"] = {"StringLike": {"s3:prefix": f"{prefix}*"}}
        return _text({"Version": "2012-10-17", "Statement": [objects, listed]})


def session_policy(
    location: S3Location, actions: Sequence[str], partition: str, listing: str = "s3:ListBucket"
) -> str:
    """Return the policy that allows `actions` below the location, and the listing of the location.

    A session policy can only narrow a role
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session), so a pattern
    that is wider than the job needs allows nothing that the role's own policy does not. Where a long key does not fit
    twice, the pattern of the listing leaves out the middle of the key; where it does not fit once, characters that need
    several characters in JSON are replaced by the wildcard `?`, from the end.

    Args:
        location: the job's bucket, and its key or prefix of at most 1,024 bytes, which always fits.
        actions: S3 actions on objects.
        partition: the partition of ARNs, such as `aws`.
        listing: an S3 action on the bucket.

    Returns:
        JSON of at most 2,048 characters, none above U+00FF.
    """
    session = _Session(location.bucket, partition, actions, listing)
    escaped = [_escaped(letter) for letter in location.key]
    whole = "".join(escaped)
    policy = session.policy(whole, whole)
    if len(policy) <= MAX_POLICY:
        return policy
    room = MAX_POLICY - len(session.policy("", ""))
    key = _with_wildcards(escaped, room - session.listing_has_prefix * _LISTING_ROOM)
    return session.policy("".join(key), _without_middle(key, room - _cost(key)))


def _text(policy: dict[str, Any]) -> str:
    """Return compact JSON of characters that STS accepts."""
    text = json.dumps(policy, ensure_ascii=False, separators=(",", ":"))
    return re.sub("[^\x00-\xff]", lambda letter: json.dumps(letter[0])[1:-1], text)


def _escaped(letter: str) -> str:
    """Return a character of the key as IAM's patterns write it: `${*}` is a literal asterisk.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """
    return f"${{{letter}}}" if letter in "$*?" else letter


def _cost(parts: Sequence[str]) -> int:
    """Return how many characters of the policy's JSON the parts take."""
    return sum(len(_text({"": part})) - len('{"":""}') for part in parts)


def _with_wildcards(escaped: list[str], room: int) -> list[str]:
    """Return the key with as few wildcards as make it fit.

    They are set from the end: the folders at the beginning tell owners apart.
    """
    key, over = list(escaped), _cost(escaped) - room
    for place in range(len(key) - 1, -1, -1):
        if over <= 0:
            break
        wildcard = "?" if ord(key[place][-1]) <= 0xFFFF else "*"  # noqa: PLR2004 - UTF-16 writes those above as two
        if _cost([key[place]]) > 1:
            over -= _cost([key[place]]) - 1
            key[place] = wildcard
    return key


def _without_middle(key: list[str], room: int) -> str:
    """Return the key's pattern with an asterisk for its middle, in at most `room` characters."""
    half = (room - 1) // 2
    head, tail = _begin(key, half), _begin(key[::-1], half)[::-1]
    return "".join(key) if _cost(key) <= room else "".join([*head, "*", *tail])


def _begin(key: list[str], room: int) -> list[str]:
    taken: list[str] = []
    for part in key:
        room -= _cost([part])
        if room < 0:
            break
        taken.append(part)
    return taken
