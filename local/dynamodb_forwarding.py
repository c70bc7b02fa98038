"""One endpoint URL for all of AWS: DynamoDB's requests to moto's server are forwarded to the tables."""

from collections.abc import Iterable
from urllib.parse import urljoin
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import urllib3

_FORWARDED = {
    "CONTENT_TYPE": "Content-Type",
    "HTTP_X_AMZ_TARGET": "X-Amz-Target",
    "HTTP_AUTHORIZATION": "Authorization",
    "HTTP_X_AMZ_DATE": "X-Amz-Date",
    "HTTP_X_AMZ_SECURITY_TOKEN": "X-Amz-Security-Token",
}
_HOP_BY_HOP = ("connection", "keep-alive", "transfer-encoding", "date")


class DynamoDbForwarding:
    """A WSGI application around another one."""

    def __init__(self, application: WSGIApplication, dynamodb_url: str) -> None:
        """Keep the application that answers everything but DynamoDB, and the URL of the tables' server."""
        self._application = application
        self._url = urljoin(dynamodb_url, "/")
        self._connections = urllib3.PoolManager(maxsize=16, retries=False)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if not environ.get("HTTP_X_AMZ_TARGET", "").startswith("DynamoDB_"):
            return self._application(environ, start_response)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        headers = {name: environ[key] for key, name in _FORWARDED.items() if key in environ}
        response = self._connections.request("POST", self._url, body=body, headers=headers)
        kept = [(name, value) for name, value in response.headers.items() if name.lower() not in _HOP_BY_HOP]
        start_response(f"{response.status} {response.reason}", kept)
        return [response.data]
