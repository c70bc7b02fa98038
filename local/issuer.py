"""A token issuer for the laptop: anybody who asks is given a token, for any client.

OpenID Connect Discovery, its key set, and token endpoints in the way of Adobe's IMS (client credentials).
"""

import json
import socket
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from local.ports import url

DAY_S = 86399  # what IMS answers
AUDIENCE = "segment-jobs"  # whom its tokens are for
TOKEN_PATHS = ("/ims/token/v2", "/ims/token/v3")
_CONFIGURATION, _KEYS = "/.well-known/openid-configuration", "/keys"
_MOST_BYTES = 64 * 1024

Answer = tuple[int, dict[str, Any]]


class Issuer:
    """One issuer with one key, on a socket that listens already. Its URL is the `iss` of its tokens."""

    def __init__(self, listener: socket.socket) -> None:
        """Make the key; nothing is answered before `start`."""
        self.url = url(listener)
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._key_id = uuid.uuid4().hex
        self._server = _Server(listener, self)

    def start(self) -> None:
        """Answer requests from now on."""
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def token(self, client_id: str, **claims: Any) -> str:
        """A signed access token of that client; `claims` are added to, or laid over, the usual ones."""
        now = int(time.time())
        usual = {"iss": self.url, "sub": client_id, "aud": AUDIENCE, "client_id": client_id}
        times = {"iat": now, "exp": now + DAY_S, "jti": uuid.uuid4().hex}
        return jwt.encode({**usual, **times, **claims}, self._key, "RS256", headers={"kid": self._key_id})

    def document(self, path: str) -> Answer:
        """What is at a path."""
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
        """The answer to a request for a token (RFC 6749, section 4.4); any secret will do."""
        if path not in TOKEN_PATHS:
            return 404, {"error": "not_found"}
        if form.get("grant_type") != "client_credentials":
            return 400, {"error": "unsupported_grant_type"}
        if not form.get("client_id"):
            return 400, {"error": "invalid_client"}
        token = self.token(form["client_id"], scope=form.get("scope", ""))
        return 200, {"access_token": token, "token_type": "bearer", "expires_in": DAY_S}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, listener: socket.socket, issuer: Issuer) -> None:
        super().__init__(listener.getsockname(), _Connection, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.issuer = issuer


class _Connection(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        """Answer with a document."""
        self._send(self.server.issuer.document(urlsplit(self.path).path))

    def do_POST(self) -> None:
        """Answer with a token. IMS takes the members in the query too."""
        target = urlsplit(self.path)
        length = min(int(self.headers.get("Content-Length") or 0), _MOST_BYTES)
        form = parse_qsl(target.query) + parse_qsl(self.rfile.read(length).decode())
        self._send(self.server.issuer.grant(target.path, dict(form)))

    def _send(self, answer: Answer) -> None:
        status, document = answer
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class's name)
        """Say nothing of each request."""
