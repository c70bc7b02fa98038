"""What a walk, a migration and the console are given alike: the URL of a deployment."""

from collections.abc import Mapping


class UnusableArgumentsError(Exception):
    """What a command was given cannot be used; the message says what is wrong, and what is allowed."""


def checked_url(variables: Mapping[str, str]) -> str:
    """Return the deployment's URL (`URL`), without a slash at its end.

    Raises:
        UnusableArgumentsError: it is missing, or is no URL.
    """
    url = variables.get("URL", "").strip()
    if not url.startswith(("https://", "http://")):
        raise UnusableArgumentsError(f"URL: {url!r} is not a URL; give the stack's output ApiUrl")
    return url.rstrip("/")
