"""What lets web pages of any origin call the APIs and read their answers (CORS).

Calls carry a signature or a token and never a cookie, so another origin's page can do nothing with them that its own
credentials do not allow (https://fetch.spec.whatwg.org/#cors-protocol).
"""


def cors_headers(exposed: str) -> dict[str, str]:
    """Return the headers of every answer; `exposed` are those that scripts may see of it, comma-separated."""
    return {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": exposed}
