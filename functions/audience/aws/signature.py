"""Signature Version 4 for DynamoDB's requests, with the signing key cached for the day.

https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
"""

import hashlib
import hmac
from datetime import datetime
from typing import Any, Protocol


class Credentials(Protocol):
    """botocore's credentials, which refresh themselves when they are about to expire."""

    def get_frozen_credentials(self) -> Any:
        """Return a consistent snapshot of access key, secret key and token."""


class Signer:
    """A signer of DynamoDB's requests (POST / with JSON)."""

    def __init__(self, credentials: Credentials, region: str, host: str) -> None:
        """Keep botocore's credentials, the region and the host (with its port, where not the default)."""
        self._credentials = credentials
        self._region = region
        self._host = host
        self._cached_key: tuple[str, str, bytes] = ("", "", b"")  # secret, day, key

    def headers(self, operation: str, body: bytes, now: datetime) -> dict[str, str]:
        """Return the signed headers of a request; `now` is in UTC."""
        frozen = self._credentials.get_frozen_credentials()
        stamp = now.strftime("%Y%m%dT%H%M%SZ")
        headers = {
            "content-type": "application/x-amz-json-1.0",
            "host": self._host,
            "x-amz-date": stamp,
            "x-amz-target": f"DynamoDB_20120810.{operation}",
        }
        if frozen.token:
            headers["x-amz-security-token"] = frozen.token
        names = ";".join(sorted(headers))
        lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
        canonical = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
        scope = f"{stamp[:8]}/{self._region}/dynamodb/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = _mac(self._key(frozen.secret_key, stamp[:8]), text).hex()
        headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={frozen.access_key}/{scope}, "
            f"SignedHeaders={names}, Signature={signature}"
        )
        return headers

    def _key(self, secret: str, day: str) -> bytes:
        cached = self._cached_key  # read once: at midnight another thread may replace it
        if cached[:2] == (secret, day):
            return cached[2]
        key = _mac(f"AWS4{secret}".encode(), day)
        for part in (self._region, "dynamodb", "aws4_request"):
            key = _mac(key, part)
        self._cached_key = (secret, day, key)
        return key


def _mac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
