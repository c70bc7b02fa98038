"""A token issuer for the laptop: whoever asks is given a token, for any client.

OpenID Connect Discovery, its key set, and token endpoints in the way of Adobe's IMS (client credentials).
"""

import json
import socket
import time
import uuid
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from werkzeug import Request, Response

from local.http_server import HttpServer
from local.ports import url

DAY_S = 86399  # what IMS answers
AUDIENCE = "segment-jobs"  # whom its tokens are for
TOKEN_PATHS = ("/ims/token/v2", "/ims/token/v3")
_CONFIGURATION, _KEYS = "/.well-known/openid-configuration", "/keys"
_MAX_BODY_BYTES = 64 * 1024

Answer = tuple[int, dict[str, Any]]


class Issuer:
    """One issuer with one key, on a socket that listens already. Its URL is the `iss` of its tokens."""

    def __init__(self, listener: socket.socket) -> None:
        """Make the key; nothing is answered before the server is started."""
        self.url = url(listener)
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._key_id = uuid.uuid4().hex
        self.server = HttpServer(listener, Request.application(self._answer), _MAX_BODY_BYTES)

    def token(self, client_id: str, **claims: Any) -> str:
        """Sign an access token of that client; `claims` are added to, or replace, the usual ones."""
        now = int(time.time())
        usual = {"iss": self.url, "sub": client_id, "aud": AUDIENCE, "client_id": client_id}
        times = {"iat": now, "exp": now + DAY_S, "jti": uuid.uuid4().hex}
        return jwt.encode({**usual, **times, **claims}, self._key, "RS256", headers={"kid": self._key_id})

    def document(self, path: str) -> Answer:
        """Return the status and the document at a path."""
        if path == _CONFIGURATION:
            return 200, {
                "issuer": self.url,
                "jwks_uri": f"{self.url}{_KEYS}",
                "token_endpoint": f"{self.url}{TOKEN_PATHS[-1]}",
                "grant_types_supported": ["client_credentials"],
                "response_types_supported": ["token"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        if path == _KEYS:
            public = json.loads(RSAAlgorithm.to_jwk(self._key.public_key()))
            return 200, {"keys": [{**public, "kid": self._key_id, "use": "sig", "alg": "RS256"}]}
        return 404, {"error": "not_found"}

    def grant(self, path: str, form: dict[str, str]) -> Answer:
        """Answer a request for a token (RFC 6749, section 4.4); any secret will do."""
        if path not in TOKEN_PATHS:
            return 404, {"error": "not_found"}
        if form.get("grant_type") != "client_credentials":
            return 400, {"error": "unsupported_grant_type"}
        if not form.get("client_id"):
            return 400, {"error": "invalid_client"}
        token = self.token(form["client_id"], scope=form.get("scope", ""))
        return 200, {"access_token": token, "token_type": "bearer", "expires_in": DAY_S}

    def _answer(self, request: Request) -> Response:
        """Answer one request; IMS reads a form's members from the query too."""
        if request.method == "POST":
            status, document = self.grant(request.path, {**request.args.to_dict(), **request.form.to_dict()})
        else:
            status, document = self.document(request.path)
        return Response(json.dumps(document), status, content_type="application/json")
