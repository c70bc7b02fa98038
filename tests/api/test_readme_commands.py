"""What the README shows to paste works: the program, and the commands that follow a job and its failed rows."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from local.stack import LocalStack

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "README.md").read_text()
COMMANDS = Path(sys.executable).parent  # python, aws
MEND = "sed -i.bak s/FAX/EMAIL/ failures.csv"


def block(language: str, holding: str) -> str:
    """The one block of code of that language that holds some text."""
    (found,) = (code for code in re.findall(rf"```{language}\n(.+?)```", TEXT, re.DOTALL) if holding in code)
    return str(found)


@pytest.fixture
def laptop(stack: LocalStack, tmp_path: Path) -> dict[str, str]:
    """The environment of somebody who has set nothing up: a new home, no credentials, no Region."""
    return {"HOME": str(tmp_path), "PATH": f"{COMMANDS}:{os.environ['PATH']}", "URL": stack.api_url}


def run(command: list[str], environment: dict[str, str]) -> str:
    home = environment["HOME"]
    done = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_boto3_program_works_as_pasted_and_its_failed_row_is_mended(
    stack: LocalStack, laptop: dict[str, str]
) -> None:
    program = block("python", "create_import_job")
    program = program.replace("http://localhost:8080", stack.api_url)
    program = program.replace("http://localhost:5000", stack.aws_url)
    said = run([sys.executable, "-c", f"{program}\nprint(app['Id'], job['Id'])"], laptop)
    assert said.startswith('COMPLETED 1 1 ["s3://my-bucket/imports/customers.csv line 3: ChannelType: ')

    app, job = said.split()[-2:]
    (prepared,) = re.findall(r"# beside make serve: (export .+)", block("sh", "sdk-extras.json"))
    prepared = prepared.replace("http://localhost:8080", stack.api_url)
    (redirected,) = re.findall(r"export AWS_ENDPOINT_URL_PINPOINT=\S+", block("sh", "sdk-extras.json"))
    (models,) = re.findall(r"`(cp -r clients/models/\S* \S+)`", TEXT)
    mending = block("sh", "get-import-job-failures").replace("# mend the cells", f"{MEND}  #")
    script = "\n".join(
        [
            "set -e; mkdir -p ~/.aws/models",
            *(prepared, redirected),
            models.replace("clients/models", f"{ROOT}/clients/models"),
            block("sh", "pinpoint wait"),
            mending.rstrip("\n") + " --query ImportJobResponse.Id --output text > mended",
            block("sh", "pinpoint wait").replace('"$JOB"', '"$(cat mended)"'),
        ]
    )
    told = run(["bash", "-c", script], {**laptop, "APP": app, "JOB": job})
    assert re.findall(r'"COMPLETED",\s+(\d+),\s+(\d+)', told) == [("1", "1"), ("1", "0")]
