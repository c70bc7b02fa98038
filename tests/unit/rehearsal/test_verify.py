import jwt
import pytest

from rehearsal.verify import UnusableArgumentsError, arguments_from
from walk.place import OwnBucket, Platform

URL = "https://api.example.com/prod/"
TOKEN = jwt.encode({"azp": "crm"}, "a-secret-that-is-long-enough-for-hs256", "HS256")


def test_a_url_is_enough():
    found = arguments_from({"URL": URL})
    assert (found.url, found.own, found.platform) == ("https://api.example.com/prod", None, None)


def test_a_bucket_comes_with_the_role_that_reaches_it():
    found = arguments_from({"URL": URL, "BUCKET": "b", "ROLE_ARN": "arn:role"})
    assert found.own == OwnBucket("b", "arn:role")


def test_the_second_dialect_is_called_by_whom_the_token_is_for():
    found = arguments_from({"URL": URL, "PLATFORM_URL": "https://second/prod/", "TOKEN": TOKEN})
    assert found.platform == Platform("https://second/prod", TOKEN, "crm")


@pytest.mark.parametrize(
    ("variables", "word"),
    [
        ({}, "ApiUrl"),
        ({"URL": "api.example.com"}, "ApiUrl"),
        ({"URL": URL, "BUCKET": "b"}, "ROLE_ARN"),
        ({"URL": URL, "PLATFORM_URL": "https://second"}, "TOKEN"),
        ({"URL": URL, "PLATFORM_URL": "https://second", "TOKEN": "no"}, "JSON Web Token"),
    ],
)
def test_what_is_missing_is_named(variables, word):
    with pytest.raises(UnusableArgumentsError, match=word):
        arguments_from(variables)
