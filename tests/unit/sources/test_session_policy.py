"""A session policy fits STS's limit, matches the job's key, and no other key."""

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audience.sources.location import S3Location
from audience.sources.session_policy import session_policy

ACTIONS = ["s3:PutObject", "s3:AbortMultipartUpload"]
BUCKET = "b" * 63
# What STS takes (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html).
TAKEN = re.compile("[\\t\\n\\r\\x20-\xff]{1,2048}")
ESCAPED = {"${*}": "*", "${?}": "?", "${$}": "$"}


def matches(pattern: str, text: str) -> bool:
    """As IAM matches: `?` is a character, `*` are some, `${*}`, `${?}` and `${$}` are themselves."""
    parts = re.findall(r"\$\{[*?$]\}|.", pattern, re.DOTALL)
    reached = {0}  # so much of the text, at least
    for part in parts:
        if part == "*":
            reached = set(range(min(reached, default=0), len(text) + 1)) if reached else set()
        else:
            letter = ESCAPED.get(part, part)
            reached = {at + 1 for at in reached if at < len(text) and (part == "?" or text[at] == letter)}
    return len(text) in reached


def patterns(key: str, partition: str = "aws-us-gov") -> tuple[str, str]:
    """The patterns of objects' ARNs and of the listing's prefix; the policy is of what STS takes."""
    text = session_policy(S3Location(BUCKET, key), ACTIONS, partition)
    assert TAKEN.fullmatch(text)
    objects, listing = json.loads(text)["Statement"]
    return objects["Resource"][0], listing["Condition"]["StringLike"]["s3:prefix"]


def arn(key: str) -> str:
    return f"arn:aws-us-gov:s3:::{BUCKET}/{key}"


def of_bytes(letter: str, size: int) -> str:
    return letter * (size // len(letter.encode()))


WILD = 'a*b?c$d"\\\\'
LONG = [
    of_bytes(letter, size) for letter in ("x", "\u00e4", "\u4e00", "\U0001f600") for size in (837, 1000, 1024)
]


@pytest.mark.parametrize(
    "key", ["", "in/", "a.csv", "Kunden/ä ö.csv", "客户/名单.csv", *LONG, of_bytes(WILD, 1024), "\x01" * 1024]
)
def test_a_key_of_any_length_has_a_policy_that_allows_it_and_the_keys_below(key: str) -> None:
    objects, prefix = patterns(key)
    assert matches(objects, arn(key))
    assert matches(objects, arn(f"{key}/below.csv"))
    assert matches(prefix, key)
    assert matches(prefix, f"{key}/")


@pytest.mark.parametrize("length", range(1, 1025, 31))
def test_no_ascii_character_of_a_key_is_replaced_by_a_wildcard(length: int) -> None:
    key = ("customer/2026/" * 80)[:length]
    assert patterns(key)[0] == f"{arn(key)}*"


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=500), st.data())
def test_any_key_fits_and_a_shorter_or_another_one_is_not_matched(key: str, data: Any) -> None:
    key = key.encode()[:1024].decode(errors="ignore")
    objects, prefix = patterns(key)
    assert matches(objects, arn(f"{key}x"))
    assert matches(prefix, key)
    assert not matches(objects, arn("")) or not key.strip("\U00010000-\U0010ffff")
    if key and matches(objects, arn(key[:-1])):
        assert ord(key[-1]) > 0xFFFF  # an asterisk stands for it, which is nothing too
    # The front of a key, its folders, tells owners apart: it is the last to be given up.
    if len(key.encode()) <= 400 and key:
        place = data.draw(st.integers(0, min(len(key), 100) - 1))
        other = f"{key[:place]}{'y' if key[place] != 'y' else 'z'}{key[place + 1 :]}"
        assert not matches(objects, arn(other))


@pytest.mark.parametrize("letter", ["x", "ä", "一", "😀"])
def test_a_sibling_of_a_long_key_is_neither_read_nor_listed(letter: str) -> None:
    key = f"owner-a/{of_bytes(letter, 1000)}/in.csv"
    objects, prefix = patterns(key)
    for sibling in (key.replace("owner-a", "owner-b"), key[:-5]):
        assert not matches(objects, arn(sibling))
        assert not matches(prefix, sibling)


def test_a_key_that_contains_wildcards_matches_only_itself() -> None:
    assert patterns("a*b?c$d/")[0] == arn("a${*}b${?}c${$}d/*")


def test_every_listing_that_can_be_restricted_to_a_prefix_is() -> None:
    text = session_policy(S3Location("b", "k" * 1024), ACTIONS, "aws", "s3:ListBucketMultipartUploads")
    assert "Condition" not in json.loads(text)["Statement"][1]
