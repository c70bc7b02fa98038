"""`make verify URL=…`: the walk through any deployment, with the caller's own credentials, in an app of its own.

URL is the output ApiUrl. PLATFORM_URL (the output ExperiencePlatformApiUrl) and TOKEN (an access token of its issuer)
add the second dialect. Without ROLE_ARN and BUCKET, files go through presigned URLs; with them, through that bucket,
below imports/ and exports/. Credentials and region are found as boto3 finds them.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boto3
import jwt
import requests
from botocore.exceptions import BotoCoreError, ClientError, NoRegionError

from walk.arguments import UnusableArgumentsError, checked_url
from walk.customer import Customer
from walk.main_walk import walk
from walk.place import NoCredentialsError, OwnBucket, Place, Platform
from walk.show import Checks, JobNotEndedError, console, step


@dataclass(frozen=True)
class Arguments:
    """What `make verify` was given."""

    url: str
    own: OwnBucket | None
    platform: Platform | None


def arguments_from(variables: Mapping[str, str]) -> Arguments:
    """Read the arguments of `make verify`, which make exports as environment variables.

    Raises:
        UnusableArgumentsError: one is missing, or comes without another that it needs.
    """
    given = {
        name: variables.get(name, "").strip() for name in ("PLATFORM_URL", "TOKEN", "ROLE_ARN", "BUCKET")
    }
    url = checked_url(variables)
    for one, other in (("ROLE_ARN", "BUCKET"), ("PLATFORM_URL", "TOKEN")):
        if bool(given[one]) != bool(given[other]):
            raise UnusableArgumentsError(f"{one} and {other} go together, and only one of them is given")
    own = OwnBucket(given["BUCKET"], given["ROLE_ARN"]) if given["BUCKET"] else None
    return Arguments(url, own, _platform(given["PLATFORM_URL"], given["TOKEN"]))


def _platform(url: str, token: str) -> Platform | None:
    """Return the second dialect; whose token it is stands in the token."""
    if not url:
        return None
    try:
        claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError as wrong:
        raise UnusableArgumentsError(f"TOKEN: it is not a JSON Web Token: {wrong}") from wrong
    client = claims.get("client_id") or claims.get("azp")
    if not client:
        raise UnusableArgumentsError(
            "TOKEN: it has neither client_id nor azp, so the service would refuse it"
        )
    return Platform(url.rstrip("/"), token, str(client))


FAILURES = (requests.RequestException, BotoCoreError, ClientError, JobNotEndedError)


def verify(arguments: Arguments, checks: Checks) -> None:
    """Walk through the deployment in a new app, and remove the app again, whatever happened."""
    place = Place(arguments.url, boto3.Session(), arguments.own, arguments.platform)
    step(f"Verify {arguments.url}")
    customer = Customer(place, "Verify", checks)
    console.print(f"  an app of its own: {customer.app}", highlight=False)
    try:
        walk(customer)
    except FAILURES as failed:
        checks.holds("the walk comes to its end", right=False, otherwise=_told(failed))
    step("Remove the app")
    customer.remove_app()


def _told(failed: Exception) -> str:
    """Return an error, and what was answered where it does not say so itself."""
    answer = getattr(failed, "response", None)
    return f"{failed} {answer.text[:500]}" if isinstance(answer, requests.Response) else str(failed)


def main() -> int:
    """Verify, and return the exit code: 0 where each check was right."""
    checks = Checks()
    try:
        verify(arguments_from(os.environ), checks)
    except (UnusableArgumentsError, NoCredentialsError, NoRegionError) as wrong:
        print(wrong, file=sys.stderr)
        return 2
    except FAILURES as failed:
        checks.holds("an app can be made and removed", right=False, otherwise=_told(failed))
    if checks.failed:
        console.print(
            f"[red]{len(checks.failed)} of {checks.made} checks are wrong:[/] {'; '.join(checks.failed)}"
        )
        console.print(
            "  look at the job in its answer, its execution in Step Functions, /aws/lambda/SegmentJobs/*"
        )
        return 1
    console.print(f"[green]All {checks.made} checks are right.[/]")
    return 0


if __name__ == "__main__":
    sys.exit(main())
