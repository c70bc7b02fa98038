"""Access tokens: JSON Web Tokens (RFC 7519) in the manner of RFC 9068."""

from typing import Any

import jwt
from jwt.exceptions import PyJWTError

from authorize_call.issuer import Issuer, UnknownKeyError

ALGORITHMS = frozenset({"RS256", "ES256"})
LEEWAY_S = 30  # clocks differ a little
# RFC 9068 wants at+jwt, most issuers write JWT; whatever else calls itself by a type is no access token.
_TYPES = frozenset({"jwt", "at+jwt", "application/at+jwt"})


class TokenInvalidError(Exception):
    """The token is malformed, out of date, not the issuer's, or for somebody else. The message never quotes it."""


def client_of(token: str, issuer: Issuer, audience: str) -> str | None:
    """The client that a valid token was given to; None where it names none.

    Args:
        token: the token, in the compact serialisation.
        issuer: who must have signed it.
        audience: whom it must be for; empty is not checked.

    Raises:
        TokenInvalidError: the token is not valid.
        IssuerUnreachableError: the issuer has to be asked and does not answer.
    """
    try:
        claims = _claims(token, issuer, audience)
    except (PyJWTError, UnknownKeyError) as wrong:
        raise TokenInvalidError(type(wrong).__name__) from wrong
    client = claims.get("client_id") or claims.get("azp")
    return client if isinstance(client, str) else None


def _claims(token: str, issuer: Issuer, audience: str) -> dict[str, Any]:
    header = jwt.get_unverified_header(token)
    algorithm, key_id = header.get("alg"), header.get("kid")
    if algorithm not in ALGORITHMS or not isinstance(key_id, str):
        raise TokenInvalidError("the algorithm is not taken, or no key is named")
    if str(header.get("typ", "JWT")).lower() not in _TYPES:
        raise TokenInvalidError("it is no access token")
    return jwt.decode(
        token,
        issuer.key(key_id, algorithm).key,
        algorithms=[algorithm],
        issuer=issuer.url,
        audience=audience or None,
        leeway=LEEWAY_S,
        options={"require": ["exp", "iss"], "verify_aud": bool(audience)},
    )
