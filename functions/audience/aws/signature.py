"""Signature Version 4 for DynamoDB's requests; what stays the same for a second is made once.

https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html

A signature's date has whole seconds, and thousands of rows are written in one. So the head of an operation's requests
is kept for its second: the headers, the canonical request up to the body's hash (already hashed), and the HMAC
of the string to sign up to the request's hash, as RFC 2104 makes it of two hashes. What is left for a request is four
hashes; Python's own HMAC objects would take twice as long to copy as these take altogether.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol


class Credentials(Protocol):
    """botocore's credentials, which refresh themselves when they are about to expire."""

    def get_frozen_credentials(self) -> Any:
        """Return a consistent snapshot of access key, secret key and token."""


@dataclass(frozen=True)
class _Prepared:
    """What the requests of an operation have in common within one second."""

    second: int
    head: bytes  # the request line and the headers, up to the signature
    canonical: Any  # the hash of the canonical request, up to the body's hash
    inner: Any  # the signature's inner hash, up to the canonical request's hash
    outer: Any  # its outer hash, up to the inner one


class Signer:
    """A signer of DynamoDB's requests (POST / with JSON)."""

    def __init__(self, credentials: Credentials, region: str, host: str) -> None:
        """Keep botocore's credentials, the region and the host (with its port, where not the default)."""
        self._credentials = credentials
        self._region = region
        self._host = host
        self._prepared: dict[str, _Prepared] = {}  # by operation; threads replace each other's, whole

    def head(self, operation: str, body: bytes, now: float) -> bytes:
        """Return the signed head of a request, from its first line to the empty one before the body.

        Credentials that were refreshed take effect in the next second.

        Args:
            operation: for example `UpdateItem`.
            body: the request's JSON.
            now: seconds since 1970.
        """
        second = int(now)
        prepared = self._prepared.get(operation)
        if prepared is None or prepared.second != second:
            prepared = self._prepared[operation] = self._prepare(operation, second)
        canonical = prepared.canonical.copy()
        canonical.update(hashlib.sha256(body).hexdigest().encode())
        inner, outer = prepared.inner.copy(), prepared.outer.copy()
        inner.update(canonical.hexdigest().encode())
        outer.update(inner.digest())
        signature, length = outer.hexdigest().encode(), len(body)
        return b"%b%b\r\ncontent-length: %d\r\n\r\n" % (prepared.head, signature, length)

    def _prepare(self, operation: str, second: int) -> _Prepared:
        frozen = self._credentials.get_frozen_credentials()
        stamp = datetime.fromtimestamp(second, UTC).strftime("%Y%m%dT%H%M%SZ")
        headers = self._headers(operation, stamp, frozen.token)
        names = ";".join(headers)
        lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
        scope = f"{stamp[:8]}/{self._region}/dynamodb/aws4_request"
        sent = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = (
            f"POST / HTTP/1.1\r\naccept-encoding: identity\r\n{sent}"
            f"authorization: AWS4-HMAC-SHA256 Credential={frozen.access_key}/{scope}, "
            f"SignedHeaders={names}, Signature="
        )
        canonical = hashlib.sha256(f"POST\n/\n\n{lines}\n{names}\n".encode())
        key = self._key(frozen.secret_key, stamp[:8]).ljust(hashlib.sha256().block_size, b"\0")
        inner = hashlib.sha256(key.translate(hmac.trans_36))
        inner.update(f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n".encode())
        return _Prepared(
            second, head.encode(), canonical, inner, hashlib.sha256(key.translate(hmac.trans_5C))
        )

    def _headers(self, operation: str, stamp: str, token: str | None) -> dict[str, str]:
        """Return the headers that are signed, by name."""
        return {
            "content-type": "application/x-amz-json-1.0",
            "host": self._host,
            "x-amz-date": stamp,
            **({"x-amz-security-token": token} if token else {}),
            "x-amz-target": f"DynamoDB_20120810.{operation}",
        }

    def _key(self, secret: str, day: str) -> bytes:
        key = f"AWS4{secret}".encode()
        for part in (day, self._region, "dynamodb", "aws4_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        return key
