"""The public keys of the token's issuer, kept between invocations.

The issuer tells where they are (OpenID Connect Discovery 1.0, section 4) and changes them now and then: a token that
names an unknown key is the sign.
PyJWT's PyJWKClient is not used: it does no discovery, limits no size, drops known keys while the issuer is down, and
does not pause after a failure.
"""

import time
from collections.abc import Callable
from typing import Any

from jwt import PyJWK
from jwt.exceptions import PyJWTError

from authorize_call.issuer_documents import IssuerUnreachableError, fetch_document

DISCOVERY = "/.well-known/openid-configuration"
# How long keys are trusted without asking: a key that the issuer has withdrawn is refused after that.
FRESH_S = 3600
# Made-up key ids must not turn into a request each, nor known keys wait again and again for an issuer that hangs.
PAUSE_S = 10
PAUSE_AFTER_FAILURE_S = 60


class UnknownKeyError(Exception):
    """The issuer has no such key for that algorithm."""


class Issuer:
    """One issuer, named by its URL. While it does not answer, the keys that it gave last go on being trusted."""

    def __init__(
        self,
        url: str,
        fetch: Callable[[str], dict[str, Any]] = fetch_document,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keep whom to ask, and ask nothing yet.

        Args:
            url: the issuer, as the `iss` of its tokens has it.
            fetch: gives the JSON object at a URL, or raises IssuerUnreachableError.
            clock: seconds since any moment.
        """
        self.url = url
        self._fetch = fetch
        self._clock = clock
        self._keys: dict[tuple[str, str], PyJWK] = {}
        self._asked: float | None = None  # when the issuer was asked last
        self._failure = ""  # what became of it; empty: it answered

    def key(self, key_id: str, algorithm: str) -> PyJWK:
        """Return the key of that id, asking the issuer for it where that is due.

        Raises:
            UnknownKeyError: the issuer has no such key for that algorithm.
            IssuerUnreachableError: it is not among the known keys, and the issuer does not answer.
        """
        name = (key_id, algorithm)
        if self._may_ask(known=name in self._keys):
            self._refresh()
        if name in self._keys:
            return self._keys[name]
        if self._failure:
            raise IssuerUnreachableError(self._failure)
        raise UnknownKeyError

    def _may_ask(self, *, known: bool) -> bool:
        pause = (PAUSE_AFTER_FAILURE_S if self._failure else FRESH_S) if known else PAUSE_S
        return self._asked is None or self._clock() - self._asked >= pause

    def _refresh(self) -> None:
        self._asked, self._failure = self._clock(), ""
        try:
            self._keys = _keys_in(self._fetch(self._keys_url()))
        except IssuerUnreachableError as failed:
            self._failure = str(failed)

    def _keys_url(self) -> str:
        described = self._fetch(f"{self.url.rstrip('/')}{DISCOVERY}")
        url = described.get("jwks_uri")
        if described.get("issuer") != self.url or not isinstance(url, str):
            raise IssuerUnreachableError(f"{self.url}: its configuration is another issuer's")
        if not url.startswith("https://" if self.url.startswith("https://") else "http"):
            raise IssuerUnreachableError(f"{self.url}: its keys are not behind https")
        return url


def _keys_in(document: dict[str, Any]) -> dict[tuple[str, str], PyJWK]:
    """Return the keys of a JWK Set (RFC 7517) that are of use here, by id and algorithm."""
    entries = document.get("keys")
    if not isinstance(entries, list):
        raise IssuerUnreachableError("its key set has no keys")
    found = {}
    for entry in entries:
        algorithm = _algorithm_of(entry)
        if algorithm is None:
            continue
        try:
            found[(str(entry["kid"]), algorithm)] = PyJWK(entry, algorithm)
        except PyJWTError:
            continue  # one key that is not well-formed does not spoil the others
    return found


def _algorithm_of(entry: Any) -> str | None:
    if not isinstance(entry, dict) or "kid" not in entry or entry.get("use", "sig") != "sig":
        return None
    kinds = {("RSA", None): "RS256", ("EC", "P-256"): "ES256"}
    algorithm = kinds.get((entry.get("kty"), entry.get("crv")))  # type: ignore[arg-type]  # JSON may hold anything
    return algorithm if entry.get("alg", algorithm) == algorithm else None
