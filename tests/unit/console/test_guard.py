"""Who gets nothing of the signing port."""

import pytest

from console.guard import Guard

GUARD = Guard(8181, "token")
OWN = {"host": "127.0.0.1:8181"}


@pytest.mark.parametrize(
    "headers",
    [
        OWN,
        {"host": "localhost:8181"},
        {**OWN, "origin": "http://127.0.0.1:8181", "sec-fetch-site": "same-origin"},
        {**OWN, "sec-fetch-site": "none"},
    ],
)
def test_its_own_page_and_programs_may_ask(headers):
    assert GUARD.refusal("/token/v1/apps", headers) == ""
    assert GUARD.refusal("/token", headers) == ""


@pytest.mark.parametrize(
    ("path", "headers", "told"),
    [
        ("/token/v1/apps", {}, "Host"),
        ("/token/v1/apps", {"host": "evil.example:8181"}, "Host"),
        ("/token/v1/apps", {"host": "127.0.0.1:8080"}, "Host"),
        ("/token/v1/apps", {**OWN, "origin": "https://evil.example"}, "Origin"),
        ("/token/v1/apps", {**OWN, "origin": "null"}, "Origin"),
        ("/token/v1/apps", {**OWN, "origin": ""}, "Origin"),
        ("/token/v1/apps", {**OWN, "origin": "http://127.0.0.1:8080"}, "Origin"),
        ("/token/v1/apps", {**OWN, "sec-fetch-site": "cross-site"}, "Sec-Fetch-Site"),
        ("/token/v1/apps", {**OWN, "sec-fetch-site": "same-site"}, "Sec-Fetch-Site"),
        ("/v1/apps", OWN, "token"),
        ("/tokem/v1/apps", OWN, "token"),
        ("//token/v1/apps", OWN, "token"),
        ("/TOKEN/v1", OWN, "token"),
        ("/t%6fken/v1", OWN, "token"),
        ("/", OWN, "token"),
        ("/tökén/", OWN, "token"),
    ],
)
def test_others_are_refused_with_the_reason(path, headers, told):
    assert told in GUARD.refusal(path, headers)
