"""Page tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.paging_tokens import TokenInvalidError, key_in, token_after

SECRET = b"s" * 32
LISTING = ("/v1/apps/{application-id}/segments", "0" * 32)
KEYS = st.text(st.characters(codec="utf-8"), min_size=1)


@given(KEYS)
def test_a_token_gives_back_its_key_and_goes_into_a_url_as_it_is(key):
    token = token_after(SECRET, LISTING, key)
    assert key_in(SECRET, LISTING, token) == key
    assert token.replace("-", "").replace("_", "").isalnum()


@given(st.text())
def test_a_string_that_is_no_token_is_refused(text):
    with pytest.raises(TokenInvalidError):
        key_in(SECRET, LISTING, text)


@given(KEYS, st.data())
def test_a_token_with_one_letter_changed_is_refused(key, data):
    token = token_after(SECRET, LISTING, key)
    at = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.characters().filter(lambda letter: letter != token[at]))
    with pytest.raises(TokenInvalidError):
        key_in(SECRET, LISTING, token[:at] + letter + token[at + 1 :])


@pytest.mark.parametrize(
    ("secret", "listing"),
    [
        (b"t" * 32, LISTING),
        (SECRET, (LISTING[0], "1" * 32)),
        (SECRET, ("/v1/apps", LISTING[1])),
        (SECRET, LISTING[:1]),
        (SECRET, (LISTING[0] + LISTING[1],)),
    ],
)
def test_a_token_of_another_secret_or_listing_is_refused(secret, listing):
    with pytest.raises(TokenInvalidError):
        key_in(secret, listing, token_after(SECRET, LISTING, "key"))
