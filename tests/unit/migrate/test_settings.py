"""What `make migrate` may be given."""

import pytest

from migrate.settings import Arguments
from walk.arguments import UnusableArgumentsError

GIVEN = {"URL": "https://x.example/prod/", "FROM": "s3://my-bucket/exports"}


def test_a_prefix_is_a_folder_and_a_url_has_no_slash_at_its_end():
    arguments = Arguments.read(GIVEN)
    assert (arguments.url, arguments.bucket, arguments.prefix) == (
        "https://x.example/prod",
        "my-bucket",
        "exports/",
    )
    assert arguments.source == "s3://my-bucket/exports/"
    assert not arguments.dry_run
    assert Arguments.read({**GIVEN, "FROM": "s3://my-bucket"}).prefix == ""


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("URL", "", "URL: '' is not a URL"),
        ("URL", "x.example", "URL: 'x.example' is not a URL"),
        ("FROM", "", "FROM: '' is not the S3 URL of a folder"),
        ("FROM", "my-bucket/exports", "FROM: 'my-bucket/exports' is not the S3 URL"),
        ("APP", "shop", "APP: 'shop' is not an app's id: 32 digits"),
        ("DRY_RUN", "yes", "DRY_RUN: 'yes' is not 0 or 1"),
    ],
)
def test_what_cannot_be_used_is_named_with_what_is_allowed(name, value, told):
    with pytest.raises(UnusableArgumentsError) as refused:
        Arguments.read({**GIVEN, name: value})
    assert told in str(refused.value)
