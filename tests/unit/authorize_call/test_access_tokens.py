"""Which tokens are valid: those of the issuer, in time, for us, signed by one of its keys."""

import base64
import json
import time
from contextlib import suppress

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import example, given
from hypothesis import strategies as st
from jwt.algorithms import HMACAlgorithm

from authorize_call.access_tokens import TokenInvalidError, client_of
from authorize_call.issuer import Issuer
from tests.unit.authorize_call.issuing import (
    EC_KEY,
    OTHER_RSA_KEY,
    RSA_KEY,
    URL,
    Documents,
    part,
    public,
    rsa_signature,
    signed,
    token,
)


def from_now(claims):
    """Claims whose numbers are seconds from now: the suite may run for minutes before a test does."""
    now = int(time.time())
    return {name: now + value if isinstance(value, int) else value for name, value in claims.items()}


@pytest.fixture
def issuer():
    return Issuer(URL, Documents(public(RSA_KEY, "k1"), public(EC_KEY, "k2", alg="ES256")).fetch)


@pytest.mark.parametrize(("key", "algorithm", "key_id"), [(RSA_KEY, "RS256", "k1"), (EC_KEY, "ES256", "k2")])
def test_a_valid_token_names_its_client(issuer, key, algorithm, key_id):
    assert client_of(token(key, algorithm, key_id), issuer, "*") == "crm"


@pytest.mark.parametrize(
    ("claims", "client"),
    [
        ({"client_id": None, "azp": "web"}, "web"),
        ({"azp": "web"}, "crm"),
        ({"client_id": None}, None),
        ({"client_id": ["crm"]}, None),
    ],
)
def test_the_client_is_client_id_or_else_azp(issuer, claims, client):
    assert client_of(token(**claims), issuer, "*") == client


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": -60},
        {"exp": None},
        {"exp": "soon"},
        {"nbf": 120},
        {"iss": "https://another.example.com"},
        {"iss": f"{URL}/"},
        {"iss": None},
    ],
)
def test_a_token_out_of_its_time_or_of_another_issuer_is_invalid(issuer, claims):
    with pytest.raises(TokenInvalidError):
        client_of(token(**from_now(claims)), issuer, "*")


@pytest.mark.parametrize("claims", [{"exp": -10}, {"nbf": 10}])
def test_clocks_may_differ_by_some_seconds(issuer, claims):
    assert client_of(token(**from_now(claims)), issuer, "*") == "crm"


@pytest.mark.parametrize("audience", ["segment-jobs", ["other", "segment-jobs"]])
def test_a_token_for_the_configured_audience_is_valid(issuer, audience):
    assert client_of(token(aud=audience), issuer, "segment-jobs") == "crm"


@pytest.mark.parametrize("audience", ["other", ["other"], None])
def test_a_token_for_another_audience_is_invalid(issuer, audience):
    with pytest.raises(TokenInvalidError):
        client_of(token(aud=audience), issuer, "segment-jobs")


def test_any_audience_will_do_where_the_configuration_says_so(issuer):
    assert client_of(token(aud="other"), issuer, "*") == "crm"


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "n-0S6_WzA2Mj"},
        {"at_hash": "77QmUPtjPfzWtF2AnpK9RQ"},
        {"c_hash": "LDktKdoQak3Pk0cnXxCltA"},
        {"token_use": "id"},  # Cognito
        {"typ": "ID"},  # Keycloak
        {"typ": "Refresh"},
    ],
)
def test_an_id_token_is_no_access_token_whomever_it_is_for(issuer, claims):
    for audience in ("*", "segment-jobs"):
        with pytest.raises(TokenInvalidError, match="it is no access token"):
            client_of(token(aud="segment-jobs", **claims), issuer, audience)


@pytest.mark.parametrize("claims", [{"token_use": "access"}, {"typ": "Bearer"}, {"typ": "DPoP"}])
def test_an_access_token_may_say_that_it_is_one(issuer, claims):
    assert client_of(token(**claims), issuer, "*") == "crm"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
HEADERS = st.fixed_dictionaries({}, optional=dict.fromkeys(("alg", "kid", "typ", "crit", "b64", "jwk"), JSON))
CLAIM_NAMES = (
    "iss",
    "exp",
    "nbf",
    "iat",
    "aud",
    "sub",
    "jti",
    "client_id",
    "azp",
    "typ",
    "token_use",
    "nonce",
)
CLAIMS = st.fixed_dictionaries({}, optional=dict.fromkeys(CLAIM_NAMES, JSON))


@given(header=JSON | HEADERS, claims=JSON | CLAIMS)
@example(header={"alg": ["RS256"]}, claims={})
@example(header={"kid": {}}, claims={})
@example(header={}, claims={"exp": float("inf"), "iat": [], "nbf": {}})
@example(header={}, claims={"client_id": {"a": 1}})
def test_a_token_with_any_json_is_valid_or_invalid_and_never_an_error(header, claims):
    issuer = Issuer(URL, Documents(public(RSA_KEY, "k1")).fetch)
    usual = {"alg": "RS256", "kid": "k1"}, {"iss": URL, "exp": int(time.time()) + 60, "aud": "a"}
    whole = [{**a, **b} if isinstance(b, dict) else b for a, b in zip(usual, (header, claims), strict=True)]
    for audience in ("*", "a"):
        with suppress(TokenInvalidError):
            assert isinstance(client_of(signed(*whole, rsa_signature), issuer, audience), str | None)


def encoded(text):
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize("text", ["[" * 7000, '{"a":' * 1500, "9" * 5000, '{"alg": 1e999}', '"\\ud800"'])
def test_json_that_python_cannot_hold_is_an_invalid_token(issuer, text):
    usual = json.dumps({"alg": "RS256", "kid": "k1"})
    for header, claims in ((text, "{}"), (usual, text)):
        words = f"{encoded(header)}.{encoded(claims)}"
        signature = base64.urlsafe_b64encode(rsa_signature(words.encode())).decode().rstrip("=")
        with pytest.raises(TokenInvalidError):
            client_of(f"{words}.{signature}", issuer, "*")


def test_a_token_without_signature_is_invalid(issuer):
    header, content, _ = token().split(".")
    unsigned = part({"alg": "none", "typ": "JWT", "kid": "k1"})
    for text in (f"{header}.{content}.", f"{unsigned}.{content}.", f"{unsigned}.{content}"):
        with pytest.raises(TokenInvalidError):
            client_of(text, issuer, "*")


def test_a_public_key_is_not_taken_for_a_shared_secret(issuer):
    pem = RSA_KEY.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    content = jwt.decode(token(), options={"verify_signature": False})
    hmac = HMACAlgorithm(HMACAlgorithm.SHA256)
    forged = signed({"alg": "HS256", "kid": "k1"}, content, lambda words: hmac.sign(words, pem))
    with pytest.raises(TokenInvalidError):
        client_of(forged, issuer, "*")


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_other_algorithms_are_not_taken(issuer, algorithm):
    with pytest.raises(TokenInvalidError):
        client_of(token(RSA_KEY, algorithm), issuer, "*")


def test_a_key_serves_for_its_own_algorithm_only(issuer):
    with pytest.raises(TokenInvalidError):
        client_of(token(EC_KEY, "ES256", "k1"), issuer, "*")


def test_a_token_that_another_key_signed_is_invalid(issuer):
    with pytest.raises(TokenInvalidError):
        client_of(token(OTHER_RSA_KEY), issuer, "*")


def test_a_token_that_was_altered_is_invalid(issuer):
    header, _, signature = token().split(".")
    _, content, _ = token(client_id="admin").split(".")
    with pytest.raises(TokenInvalidError):
        client_of(f"{header}.{content}.{signature}", issuer, "*")


@pytest.mark.parametrize(
    "headers",
    [{"kid": None}, {"typ": "logout+jwt"}, {"typ": "dpop+jwt"}, {"crit": ["exp"]}],
)
def test_a_header_that_names_no_key_or_another_purpose_is_invalid(issuer, headers):
    content = from_now({"iss": URL, "client_id": "crm", "exp": 60})
    header = {"alg": "RS256", "typ": "JWT", "kid": "k1"}
    assert client_of(signed(header, content, rsa_signature), issuer, "*") == "crm"
    with pytest.raises(TokenInvalidError):
        client_of(signed({**header, **headers}, content, rsa_signature), issuer, "*")


@pytest.mark.parametrize("content", [[], "x", None, {"iss": [URL], "client_id": "crm", "exp": 4_000_000_000}])
def test_content_of_another_form_is_invalid_whoever_signed_it(issuer, content):
    with pytest.raises(TokenInvalidError):
        client_of(signed({"alg": "RS256", "kid": "k1"}, content, rsa_signature), issuer, "*")


def test_access_tokens_may_call_themselves_so(issuer):
    assert client_of(token(headers={"typ": "at+jwt"}), issuer, "*") == "crm"


@pytest.mark.parametrize("text", ["x", "a.b.c", "....", "ü.ü.ü", "null", f"{part([])}.{part([])}.x"])
def test_a_string_that_is_no_token_is_invalid_and_not_quoted(issuer, text):
    with pytest.raises(TokenInvalidError) as invalid:
        client_of(text, issuer, "*")
    assert text not in str(invalid.value)
