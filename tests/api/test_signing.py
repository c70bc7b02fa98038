"""How the README and docs/clients.md sign for API Gateway, seen in what is sent, with signatures that are right."""

import os
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

MODEL = "pinpoint/2016-12-01/service-2.sdk-extras.json"
EXTRAS = '{"version": 1.0, "merge": {"metadata": {"signingName": "execute-api"}}}'
ROOT = Path(__file__).parents[2]
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token"}
JAVASCRIPT = """
import { GetAppsCommand, PinpointClient } from "@aws-sdk/client-pinpoint";
const pinpoint = new PinpointClient({ endpoint: process.env.URL, signingName: "execute-api" });
await pinpoint.send(new GetAppsCommand({}));
"""
BOTO3 = "import boto3, sys; boto3.client('pinpoint', endpoint_url=sys.argv[1]).get_apps()"
CURL = """
curl --aws-sigv4 "aws:amz:$AWS_REGION:execute-api" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \\
  -H "X-Amz-Security-Token: $AWS_SESSION_TOKEN" "$URL/v1/apps"
""".strip()
CLIENTS = {
    "boto3": lambda url: [sys.executable, "-c", BOTO3, url],
    "aws": lambda url: [Path(sys.executable).with_name("aws"), "pinpoint", "get-apps", "--endpoint-url", url],
}


class Recorder(ThreadingHTTPServer):
    """Answers every request with no apps; keeps its path, and the service that it was signed for, if rightly."""

    services: list[str]
    paths: list[str]

    @property
    def url(self):
        return f"http://localhost:{self.server_port}"


class Recording(BaseHTTPRequestHandler):
    def do_GET(self):
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.paths.append(self.path)
        self.server.services.append(signed_for(self.command, self.server.url + self.path, self.headers, sent))
        body = b'{"Item": []}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - http.server's names

    def log_message(self, *_args):
        """Say nothing of each request."""


def signed_for(method, url, headers, body):
    """The service that a request is signed for; what AWS computes of it has to be its signature."""
    given = dict(re.findall(r"(\w+)=([^, ]+)", headers["Authorization"]))
    _, _, region, service, _ = given["Credential"].split("/")
    signed = {name: headers[name] for name in given["SignedHeaders"].split(";")}
    request = AWSRequest(method=method, url=url, headers=signed, data=body)
    request.context["timestamp"] = headers["X-Amz-Date"]
    keys = Credentials(KEYS["AWS_ACCESS_KEY_ID"], KEYS["AWS_SECRET_ACCESS_KEY"])
    auth = SigV4Auth(keys, service, region)
    text = auth.string_to_sign(request, auth.canonical_request(request))
    return service if auth.signature(text, request) == given["Signature"] else "a wrong signature"


@pytest.fixture
def recorder(monkeypatch):
    """A server that looks at signatures; the clients have credentials and a region from the environment."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with Recorder(("localhost", 0), Recording) as server:
        server.services, server.paths = [], []
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


def ask(client, url, **variables):
    subprocess.run(CLIENTS[client](url), env={**os.environ, **variables}, capture_output=True, check=True)


def test_a_stock_client_signs_for_pinpoint(recorder):
    boto3.Session().client("pinpoint", endpoint_url=recorder.url).get_apps()
    assert recorder.services == ["mobiletargeting"]


def test_boto3_signs_for_api_gateway_when_its_events_say_so(recorder):
    # Not the default session, which has the credentials of a stack that other tests started.
    pinpoint = boto3.Session().client("pinpoint", endpoint_url=recorder.url)
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


def test_the_javascript_client_signs_for_api_gateway_and_sends_one_slash(recorder):
    command = ["node", "--input-type=module", "--eval", JAVASCRIPT]
    variables = {**os.environ, "AWS_REGION": "us-east-1", "URL": f"{recorder.url}/prod"}
    subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, check=True)
    assert recorder.services == ["execute-api"]
    assert recorder.paths == ["/prod/v1/apps"]


@pytest.mark.parametrize("data", [[], ["-d", '{"Name": "Shop"}']])
def test_curl_signs_for_api_gateway_with_the_line_that_is_shown(recorder, data):
    line = CURL.replace("curl ", "curl --fail --silent ").replace('"$URL/v1/apps"', '"$URL/v1/apps" "$@"')
    variables = {**os.environ, "URL": f"{recorder.url}/prod", "AWS_REGION": "us-east-1"}
    subprocess.run(["bash", "-c", line, "curl", *data], env=variables, capture_output=True, check=True)
    assert recorder.services == ["execute-api"]


def test_the_url_need_not_be_an_argument(recorder):
    aws = Path(sys.executable).with_name("aws")
    variables = {"AWS_ENDPOINT_URL_PINPOINT": recorder.url}
    subprocess.run(
        [aws, "pinpoint", "get-apps"], env={**os.environ, **variables}, capture_output=True, check=True
    )
    assert recorder.services == ["mobiletargeting"]


def test_the_documents_show_just_this():
    shown = " ".join((ROOT / "README.md").read_text().split())
    event = (
        'lambda request, **_: request.context.setdefault("signing", {}).update(signing_name="execute-api")'
    )
    assert f'"before-sign.pinpoint", {event}' in shown
    assert f"echo '{EXTRAS}' \\ > ~/.aws/models/{MODEL}" in shown
    assert CURL in (ROOT / "docs" / "clients.md").read_text()
    (client,) = re.findall(r"new PinpointClient\(.*\)", JAVASCRIPT)
    assert client in shown
