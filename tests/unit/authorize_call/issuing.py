"""An issuer of the tests' own: its keys, its documents, its tokens."""

import base64
import json
import time

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from authorize_call.issuer_documents import IssuerUnreachableError

URL = "https://issuer.example.com"
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())


def public(key, key_id, **members):
    """A key of a JWK Set."""
    algorithm = RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else ECAlgorithm
    return {**json.loads(algorithm.to_jwk(key.public_key())), "kid": key_id, "use": "sig", **members}


def token(key=RSA_KEY, algorithm="RS256", key_id="k1", headers=None, **claims):
    """A token that is valid unless it is said otherwise; a claim that is None is left out."""
    now = int(time.time())
    defaults = {"iss": URL, "sub": "crm", "client_id": "crm", "iat": now, "exp": now + 60}
    content = {name: value for name, value in {**defaults, **claims}.items() if value is not None}
    return jwt.encode(content, key, algorithm, headers={"kid": key_id, **(headers or {})})


def part(content):
    """One part of a token."""
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def signed(header, content, sign):
    """A token of these words, however senseless; `sign` signs bytes."""
    words = f"{part(header)}.{part(content)}"
    return f"{words}.{base64.urlsafe_b64encode(sign(words.encode())).decode().rstrip('=')}"


def rsa_signature(words):
    return RSAAlgorithm(RSAAlgorithm.SHA256).sign(words, RSA_KEY)


class Documents:
    """What the issuer publishes, and the URLs that were asked for."""

    def __init__(self, *keys):
        self.keys = list(keys)
        self.configuration = {"issuer": URL, "jwks_uri": f"{URL}/keys"}
        self.asked = []
        self.down = False

    def fetch(self, url):
        self.asked.append(url)
        if self.down:
            raise IssuerUnreachableError(url)
        return self.configuration if "well-known" in url else {"keys": self.keys}

    @property
    def times(self):
        """How often the keys were looked for."""
        return sum("well-known" in url for url in self.asked)


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now
