"""The issuer's keys: asked for rarely, and known while it does not answer."""

import pytest

from authorize_call.issuer import FRESH_S, PAUSE_AFTER_FAILURE_S, PAUSE_S, Issuer, UnknownKeyError
from authorize_call.issuer_documents import IssuerUnreachableError
from tests.unit.authorize_call.issuing import EC_KEY, OTHER_RSA_KEY, RSA_KEY, URL, Clock, Documents, public


@pytest.fixture
def documents():
    return Documents(public(RSA_KEY, "k1"))


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def issuer(documents, clock):
    return Issuer(URL, documents.fetch, clock)


def test_keys_are_found_through_the_issuers_configuration_once(issuer, documents):
    for _ in range(3):
        assert issuer.key("k1", "RS256").key_id == "k1"
    assert documents.asked == [f"{URL}/.well-known/openid-configuration", f"{URL}/keys"]


def test_a_slash_at_the_end_of_the_issuers_name_is_not_doubled(documents, clock):
    documents.configuration["issuer"] = f"{URL}/"
    assert Issuer(f"{URL}/", documents.fetch, clock).key("k1", "RS256")
    assert documents.asked[0] == f"{URL}/.well-known/openid-configuration"


def test_an_unknown_key_is_asked_for_at_most_once_in_a_while(issuer, documents, clock):
    issuer.key("k1", "RS256")
    for _ in range(5):
        with pytest.raises(UnknownKeyError):
            issuer.key("made up", "RS256")
    assert documents.times == 1
    clock.now += PAUSE_S
    with pytest.raises(UnknownKeyError):
        issuer.key("made up", "RS256")
    assert documents.times == 2


def test_rotated_keys_are_found_and_the_old_ones_are_gone(issuer, documents, clock):
    issuer.key("k1", "RS256")
    documents.keys = [public(OTHER_RSA_KEY, "k2")]
    clock.now += PAUSE_S
    assert issuer.key("k2", "RS256").key_id == "k2"
    with pytest.raises(UnknownKeyError):
        issuer.key("k1", "RS256")


def test_a_withdrawn_key_is_refused_when_the_keys_are_asked_for_again(issuer, documents, clock):
    issuer.key("k1", "RS256")
    documents.keys = []
    clock.now += FRESH_S
    with pytest.raises(UnknownKeyError):
        issuer.key("k1", "RS256")


def test_while_the_issuer_is_down_known_keys_serve_and_it_is_left_alone_for_a_while(issuer, documents, clock):
    issuer.key("k1", "RS256")
    documents.down = True
    clock.now += FRESH_S
    for _ in range(3):
        assert issuer.key("k1", "RS256")
    assert documents.times == 2
    clock.now += PAUSE_AFTER_FAILURE_S
    assert issuer.key("k1", "RS256")
    assert documents.times == 3


def test_while_the_issuer_is_down_nothing_is_said_of_unknown_keys(issuer, documents, clock):
    documents.down = True
    for _ in range(2):
        with pytest.raises(IssuerUnreachableError):
            issuer.key("k1", "RS256")
    assert documents.times == 1
    documents.down = False
    clock.now += PAUSE_S
    assert issuer.key("k1", "RS256")


@pytest.mark.parametrize(
    "configuration",
    [
        {"issuer": "https://another.example.com", "jwks_uri": f"{URL}/keys"},
        {"issuer": URL, "jwks_uri": "http://issuer.example.com/keys"},
        {"issuer": URL, "jwks_uri": "file:///etc/passwd"},
        {"issuer": URL},
        {},
    ],
)
def test_a_configuration_that_cannot_be_the_issuers_is_not_trusted(issuer, documents, configuration):
    documents.configuration = configuration
    with pytest.raises(IssuerUnreachableError):
        issuer.key("k1", "RS256")


@pytest.mark.parametrize(
    "entry",
    [
        public(RSA_KEY, "k1", use="enc"),
        public(RSA_KEY, "k1", alg="RS512"),
        public(EC_KEY, "k1"),
        {"kty": "oct", "kid": "k1", "k": "c2VjcmV0"},
        {"kty": "RSA", "kid": "k1", "n": "!", "e": "AQAB"},
        {**public(RSA_KEY, "k1"), "kid": "other"},
        "k1",
    ],
)
def test_an_entry_that_is_no_such_key_is_passed_over_and_spoils_no_other(issuer, documents, entry):
    documents.keys = [entry, public(OTHER_RSA_KEY, "k2")]
    assert issuer.key("k2", "RS256")
    with pytest.raises(UnknownKeyError):
        issuer.key("k1", "RS256")
