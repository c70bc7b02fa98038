"""The two ways that the README shows to sign for API Gateway, seen in what is sent."""

import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import boto3
import pytest

MODEL = "pinpoint/2016-12-01/service-2.sdk-extras.json"
EXTRAS = '{"version": 1.0, "merge": {"metadata": {"signingName": "execute-api"}}}'
README = Path(__file__).parents[2] / "README.md"
BOTO3 = "import boto3, sys; boto3.client('pinpoint', endpoint_url=sys.argv[1]).get_apps()"
CLIENTS = {
    "boto3": lambda url: [sys.executable, "-c", BOTO3, url],
    "aws": lambda url: [Path(sys.executable).with_name("aws"), "pinpoint", "get-apps", "--endpoint-url", url],
}


class Recorder(ThreadingHTTPServer):
    """Answers every request with no apps, and keeps the service that each was signed for."""

    services: list[str]

    @property
    def url(self):
        return f"http://localhost:{self.server_port}"


class Recording(BaseHTTPRequestHandler):
    def do_GET(self):
        scope = self.headers["Authorization"].partition("Credential=")[2].partition(",")[0]
        self.server.services.append(scope.split("/")[3])
        body = b'{"Item": []}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        """Say nothing of each request."""


@pytest.fixture
def recorder(monkeypatch):
    """A server that looks at signatures; the clients have credentials and a region from the environment."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with Recorder(("localhost", 0), Recording) as server:
        server.services = []
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


def ask(client, url, **variables):
    subprocess.run(CLIENTS[client](url), env={**os.environ, **variables}, capture_output=True, check=True)


def test_a_stock_client_signs_for_pinpoint(recorder):
    boto3.client("pinpoint", endpoint_url=recorder.url).get_apps()
    assert recorder.services == ["mobiletargeting"]


def test_boto3_signs_for_api_gateway_when_its_events_say_so(recorder):
    pinpoint = boto3.client("pinpoint", endpoint_url=recorder.url)
    pinpoint.meta.events.register(
        "before-sign.pinpoint",
        lambda request, **_: request.context.setdefault("signing", {}).update(signing_name="execute-api"),
    )
    pinpoint.get_apps()
    assert recorder.services == ["execute-api"]


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(("variable", "folder"), [("HOME", ".aws/models/"), ("AWS_DATA_PATH", "")])
def test_clients_sign_for_api_gateway_when_a_file_says_so(recorder, tmp_path, client, variable, folder):
    file = tmp_path / (folder + MODEL)
    file.parent.mkdir(parents=True)
    file.write_text(EXTRAS)
    ask(client, recorder.url, **{variable: str(tmp_path)})
    assert recorder.services == ["execute-api"]


def test_the_url_need_not_be_an_argument(recorder):
    aws = Path(sys.executable).with_name("aws")
    variables = {"AWS_ENDPOINT_URL_PINPOINT": recorder.url}
    subprocess.run(
        [aws, "pinpoint", "get-apps"], env={**os.environ, **variables}, capture_output=True, check=True
    )
    assert recorder.services == ["mobiletargeting"]


def test_the_readme_shows_just_this():
    shown = " ".join(README.read_text().split())
    event = (
        'lambda request, **_: request.context.setdefault("signing", {}).update(signing_name="execute-api")'
    )
    assert f'"before-sign.pinpoint", {event}' in shown
    assert f"echo '{EXTRAS}' \\ > ~/.aws/models/{MODEL}" in shown
