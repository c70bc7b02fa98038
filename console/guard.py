"""Who may ask the signing port for something: the page that it served, and programs that know its token.

The port signs with the caller's own AWS credentials, so another site in the same browser must get nothing. A page of
another origin can send requests here, and DNS rebinding can make it look like its own host; it cannot know the token,
and it cannot set Host, Origin or Sec-Fetch-Site (https://fetch.spec.whatwg.org/#forbidden-request-header,
https://www.w3.org/TR/fetch-metadata/).
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

_OWN_SITES = ("", "none", "same-origin")  # of Sec-Fetch-Site; programs other than browsers do not send it


@dataclass(frozen=True)
class Guard:
    """The port and the token of one server."""

    port: int
    token: str

    @property
    def address(self) -> str:
        """Return the address that the page and programs use, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}/{self.token}"

    def refusal(self, path: str, headers: Mapping[str, str]) -> str:
        """Return why a request is refused, or nothing where it may go on.

        Args:
            path: of the request, percent-encoded.
            headers: by their names in lower case.
        """
        if headers.get("host", "") not in self._hosts:
            return f"Host: {headers.get('host', '')[:100]!r} is not this server"
        origin = headers.get("origin")
        if origin is not None and origin not in {f"http://{host}" for host in self._hosts}:
            return f"Origin: {origin[:100]!r} is another site"
        if headers.get("sec-fetch-site", "") not in _OWN_SITES:
            return "Sec-Fetch-Site: another site asks"
        if not hmac.compare_digest(path.split("/")[1].encode(), self.token.encode()):
            return "the address has not the token that `make console` printed"
        return ""

    @property
    def _hosts(self) -> tuple[str, str]:
        return f"127.0.0.1:{self.port}", f"localhost:{self.port}"
