"""Access tokens: JSON Web Tokens (RFC 7519) in the manner of RFC 9068."""

from typing import Any

import jwt
from jwt.exceptions import PyJWTError

from authorize_call.issuer import Issuer, UnknownKeyError

ALGORITHMS = frozenset({"RS256", "ES256"})
LEEWAY_S = 30  # clocks differ a little
ANY_AUDIENCE = "*"
# RFC 9068 wants at+jwt, most issuers write JWT; a token of any other type is no access token.
_TYPES = frozenset({"jwt", "at+jwt", "application/at+jwt"})
# What only ID tokens have (https://openid.net/specs/openid-connect-core-1_0.html, sections 2 and 3.3.2.11).
_OF_ID_TOKENS = frozenset({"nonce", "at_hash", "c_hash", "s_hash"})
# Cognito's tokens say what they are for in `token_use`, Keycloak's in a claim `typ`.
_ACCESS = {"token_use": frozenset({"access"}), "typ": frozenset({"bearer", "dpop", *_TYPES})}
# PyJWT lets pass what Python raises on values of a JSON type that it does not expect, or on nesting without end.
_UNREADABLE = (PyJWTError, UnknownKeyError, ValueError, TypeError, ArithmeticError, RecursionError)


class TokenInvalidError(Exception):
    """The token is malformed, out of date, not the issuer's, or for somebody else. The message never quotes it."""


def client_of(token: str, issuer: Issuer, audience: str) -> str | None:
    """Check a token, and return the client that it was given to; None where it names none.

    Args:
        token: the token, in the compact serialisation.
        issuer: who must have signed it.
        audience: whom it must be for; `*` is anybody.

    Raises:
        TokenInvalidError: the token is not valid.
        IssuerUnreachableError: the issuer has to be asked and does not answer.
    """
    try:
        claims = _claims(token, issuer, audience)
    except _UNREADABLE as wrong:
        raise TokenInvalidError(type(wrong).__name__) from wrong
    client = claims.get("client_id") or claims.get("azp")
    return client if isinstance(client, str) else None


def _claims(token: str, issuer: Issuer, audience: str) -> dict[str, Any]:
    header = jwt.get_unverified_header(token)
    algorithm, key_id = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS or not isinstance(key_id, str):
        raise TokenInvalidError("the algorithm is not taken, or no key is named")
    if str(header.get("typ", "JWT")).lower() not in _TYPES:
        raise TokenInvalidError("it is no access token by its header")
    anybody = audience == ANY_AUDIENCE
    claims = jwt.decode(
        token,
        issuer.key(key_id, algorithm).key,
        algorithms=[algorithm],
        issuer=issuer.url,
        audience=None if anybody else audience,
        leeway=LEEWAY_S,
        options={"require": ["exp", "iss"], "verify_aud": not anybody},
    )
    if not _is_access_token(claims):
        raise TokenInvalidError("it is no access token by its claims")
    return claims


def _is_access_token(claims: dict[str, Any]) -> bool:
    uses = ((claims[name], allowed) for name, allowed in _ACCESS.items() if name in claims)
    return _OF_ID_TOKENS.isdisjoint(claims) and all(str(use).lower() in allowed for use, allowed in uses)
