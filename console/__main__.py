"""`make console URL=…`: the page for a deployment, signed for with the caller's own AWS credentials.

Without URL it is a local stack, which starts and ends with the page. PORT is 8181 unless given; 0 takes a free one. The
address that is printed has a token: whoever knows it can call the deployment in the caller's name.
"""

import os
import secrets
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import boto3
from botocore.exceptions import BotoCoreError
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from console.application import Console
from console.forwarding import Forwarding
from console.guard import Guard
from console.known_urls import KnownUrls
from local.serve import EXPECTED_ERRORS
from local.stack import LocalStack
from walk.arguments import UnusableArgumentsError, checked_url
from walk.place import NoCredentialsError

HOST = "127.0.0.1"
PORT = 8181


@dataclass(frozen=True)
class Arguments:
    """The deployment's URL (empty: a local stack), and the port of the page."""

    url: str
    port: int


def arguments_from(variables: Mapping[str, str]) -> Arguments:
    """Read the arguments of `make console`, which make exports as environment variables.

    Raises:
        UnusableArgumentsError: the URL is none, or the port is no number of 0 to 65,535.
    """
    url = checked_url(variables) if variables.get("URL", "").strip() else ""
    port = variables.get("PORT", "").strip() or str(PORT)
    if not port.isdecimal() or int(port) > 65_535:  # noqa: PLR2004
        raise UnusableArgumentsError(f"PORT: {port!r} is not a number of 0 to 65535")
    return Arguments(url, int(port))


@contextmanager
def serving(url: str, session: boto3.Session, port: int) -> Iterator[Guard]:
    """Serve the page of a deployment on loopback; yield the address and the token that it wants.

    Raises:
        NoCredentialsError: there are none to sign with.
        NoRegionError: neither the URL nor the session says which Region to sign for.
        OSError: the port is taken.
    """
    if session.get_credentials() is None:
        raise NoCredentialsError
    forwarding = Forwarding(url, session, KnownUrls())
    server = make_server(HOST, port, _unready, threaded=True, request_handler=_Quiet)
    guard = Guard(server.port, secrets.token_urlsafe(24))
    server.app = Console(guard, forwarding)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield guard
    finally:
        _end(server, thread)


def main() -> int:
    """Serve until Ctrl-C; return the exit code."""
    try:
        arguments = arguments_from(os.environ)
        with suppress(KeyboardInterrupt):
            if arguments.url:
                _serve(arguments.url, arguments.port)
            else:
                with LocalStack() as stack:
                    _serve(stack.api_url, arguments.port)
    except (UnusableArgumentsError, NoCredentialsError, BotoCoreError, OSError, *EXPECTED_ERRORS) as error:
        print(f"cannot start: {error}", file=sys.stderr)
        return 1
    return 0


def _serve(url: str, port: int) -> None:
    with serving(url, boto3.Session(), port) as guard:
        print(f"page     {guard.address}/")
        print(f"API      {guard.address}/v1  for programs that cannot sign; they need no credentials")
        print(f"goes to  {url}, signed with your AWS credentials, until Ctrl-C", flush=True)
        threading.Event().wait()


class _Quiet(WSGIRequestHandler):
    """Logs no request: its address has the token, and may have the id of a person."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing."""


def _unready(*_: object) -> list[bytes]:
    raise RuntimeError("nothing is served before the token is known")


def _end(server: BaseWSGIServer, thread: threading.Thread) -> None:
    server.shutdown()
    thread.join()
    server.server_close()


if __name__ == "__main__":
    sys.exit(main())
