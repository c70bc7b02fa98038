"""`make console` over the deployment: its page is used in Chromium, with credentials that IAM decides about."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import boto3

from infra.names import ROOT
from rehearsal.account import BUCKET, reading_statements, user
from walk.customer import Customer
from walk.place import NoCredentialsError
from walk.show import console, step

TESTS = ROOT / "tests" / "console"
# The page's files have 10,000 rows where `make console` is tested; on the engine, which is slower, a tenth of them.
ROWS = os.environ.get("ROWS", "1000")
# The whole walk, of which the jobs take most; a browser that hangs is ended.
LONGEST_S = 400
KEY = "imports/console/one.csv"
# With HTML and letters from right to left: nothing of it runs, and nothing of it turns the page around.
NAME = "<script>alert(1)</script> Shop \u202e\u05d0\u05d1"


def walk_in_browser(customer: Customer, outputs: Mapping[str, str], screenshots: Path) -> Customer:
    """Use the page as the customer, as somebody who may only read, and as a stranger; return the app of it.

    Args:
        customer: whose credentials and bucket are used.
        outputs: of the deployment's stack.
        screenshots: the folder that gets them.
    """
    step("Console: the page in Chromium, signed for with credentials that IAM decides about")
    shop = Customer(customer.place, NAME, customer.checks)
    sessions = {
        "PAGE": customer.place.session,
        "READER_PAGE": user("reader", *reading_statements(outputs["ApiUrl"], shop.app)),
        "STRANGER_PAGE": user("page-stranger"),
    }
    screenshots.mkdir()
    customer.place.s3().put_object(
        Bucket=BUCKET, Key=KEY, Body=b"Id,Address,ChannelType\na,a@example.com,EMAIL\n"
    )
    role = customer.place.own.role_arn if customer.place.own else ""
    with ExitStack() as pages:
        addresses = {
            name: pages.enter_context(_page(customer.place.url, session))
            for name, session in sessions.items()
        }
        own = {"APP": shop.app, "ROWS": ROWS, "S3_URL": f"s3://{BUCKET}/{KEY}", "ROLE_ARN": role}
        walked = subprocess.run(
            ["node", "--test", "--test-reporter=tap", "deployment.test.mjs"],  # noqa: S607
            cwd=TESTS,
            env={**os.environ, **addresses, **own, "SCREENSHOTS": str(screenshots)},
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
    _tell(customer, walked)
    return shop


def _tell(customer: Customer, walked: "subprocess.CompletedProcess[str]") -> None:
    tests = [line for line in walked.stdout.splitlines() if line.startswith(("ok ", "not ok "))]
    for line in tests:
        customer.checks.holds(line.partition(" - ")[2], line.startswith("ok "))
    if walked.returncode or not tests:
        console.print(walked.stdout + walked.stderr, soft_wrap=True, highlight=False, markup=False)
    customer.checks.same("the page's walk, exit code", walked.returncode, 0)


@contextmanager
def _page(url: str, session: boto3.Session) -> Iterator[str]:
    """Run `make console URL=…` with these credentials; yield the address of its page."""
    credentials = session.get_credentials()
    if credentials is None:
        raise NoCredentialsError
    variables = {
        **os.environ,
        "URL": url,
        "PORT": "0",
        "AWS_ACCESS_KEY_ID": credentials.access_key,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_key,
        "PYTHONPATH": ".:functions",
    }
    command = [sys.executable, "-m", "console"]
    with subprocess.Popen(command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        found = (line.split() for line in process.stdout or ())
        try:
            yield next(line[1] for line in found if line[:1] == ["page"])
        finally:
            process.terminate()
