"""The WSGI application of the console: the page's files, and what it asks of the deployment."""

import json
import mimetypes
from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable
from urllib.parse import parse_qs, urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.wrappers import Response
from werkzeug.wsgi import get_content_length, get_input_stream

from console.forwarding import Forwarding, NotForwardedError
from console.guard import Guard
from walk.place import NoCredentialsError

# The page's own files, nothing else: https://www.w3.org/TR/CSP3/
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # the address has the token
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
# API Gateway takes 10 MB of a request (https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html).
MAX_BODY_BYTES = 10 << 20
API, FILE, DEPLOYMENT = "/v1", "/file", "/deployment.json"


class Console:
    """One page for one deployment."""

    def __init__(self, guard: Guard, forwarding: Forwarding, page: Traversable | None = None) -> None:
        """Keep who may ask, where requests go, and the folder of the page's files."""
        self._guard = guard
        self._forwarding = forwarding
        self._page = page or files("console") / "page"

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        response = self._answer(environ)
        response.headers.extend(_HEADERS)
        return response(environ, start_response)

    def _answer(self, environ: WSGIEnvironment) -> Response:
        target = str(environ["REQUEST_URI"])
        refusal = self._guard.refusal(urlsplit(target).path, _headers(environ))
        if refusal:
            return _told(403, refusal)
        target = target.removeprefix(f"/{self._guard.token}")
        try:
            return self._forwarded(environ, target)
        except NotForwardedError as error:
            return _told(502, str(error))
        except NoCredentialsError as error:
            return _told(401, str(error))

    def _forwarded(self, environ: WSGIEnvironment, target: str) -> Response:
        path = urlsplit(target).path
        if path == API or path.startswith(f"{API}/"):
            return self._called(environ, target)
        if path == FILE:
            return self._file(environ, parse_qs(urlsplit(target).query).get("url", [""])[0])
        if path == DEPLOYMENT:
            return Response(json.dumps({"Url": self._forwarding.url}), 200, content_type="application/json")
        return self._of_page(path)

    def _called(self, environ: WSGIEnvironment, target: str) -> Response:
        if (get_content_length(environ) or 0) > MAX_BODY_BYTES:
            return _told(413, f"the body has more than {MAX_BODY_BYTES} bytes")
        body = get_input_stream(environ, max_content_length=MAX_BODY_BYTES).read()
        answer = self._forwarding.call(environ["REQUEST_METHOD"], target, _headers(environ), body)
        return Response(answer.content, answer.status, answer.headers)

    def _file(self, environ: WSGIEnvironment, url: str) -> Response:
        if environ["REQUEST_METHOD"] == "PUT":
            length = get_content_length(environ)
            if length is None:
                return _told(411, "Content-Length: it is missing")
            answer = self._forwarding.put(url, environ["wsgi.input"], length)
            return Response(answer.content, answer.status)
        file = self._forwarding.get(url)
        name = urlsplit(url).path.rpartition("/")[2]
        # Whatever is in it is saved, and never shown: it may be a page with scripts.
        headers = {**file.headers, "Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
        return Response(file.parts, 200, headers, content_type="application/octet-stream")

    def _of_page(self, path: str) -> Response:
        name = path.removeprefix("/") or "index.html"
        file = self._page / name
        if ".." in name.split("/") or not file.is_file():
            return _told(404, "there is no such file")
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return Response(file.read_bytes(), 200, content_type=kind)


def _headers(environ: WSGIEnvironment) -> dict[str, str]:
    found = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    return found | ({"content-type": environ["CONTENT_TYPE"]} if environ.get("CONTENT_TYPE") else {})


def _told(status: int, message: str) -> Response:
    return Response(f"{message}\n", status, content_type="text/plain; charset=utf-8")
