"""`make migrate FROM=s3://bucket/exports/ URL=…`: bring what was saved of Pinpoint into a deployment.

APP is the app's old id, SEGMENTS a file with the answer of GetSegments, ROLE_ARN the role that reads the bucket, and
DRY_RUN=1 judges all rows in an app that is removed again. A second run with the same arguments doubles nothing.
"""

import os
import sys

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from migrate.folders import MixedFolderError
from migrate.migration import Migration
from migrate.saved_segments import UnusableSegmentsError
from migrate.service import RefusedError
from migrate.settings import Arguments
from walk.arguments import UnusableArgumentsError
from walk.place import NoCredentialsError, Place
from walk.show import console

_TOLD = (
    UnusableArgumentsError,
    UnusableSegmentsError,
    MixedFolderError,
    RefusedError,
    NoCredentialsError,
    BotoCoreError,
    ClientError,
    OSError,
)


def main() -> int:
    """Migrate; return the exit code: 0 only where everything adds up."""
    try:
        arguments = Arguments.read(os.environ)
        session = boto3.Session()
        place = Place(arguments.url, session, aws_url=os.environ.get("AWS_ENDPOINT_URL"))
        return 0 if Migration(arguments, place).run() else 1
    except _TOLD as wrong:
        console.print(f"[red]{wrong}[/]", soft_wrap=True, highlight=False)
        return 2


if __name__ == "__main__":
    sys.exit(main())
