"""Where an export goes: below a prefix, given with or without its closing slash."""

from audience.sources.location import S3Location


def destination_of(url: str) -> S3Location:
    """The folder that `S3UrlPrefix` names; its key ends with a slash, or is empty for the whole bucket.

    Raises:
        LocationInvalidError: it is no S3 URL.
    """
    location = S3Location.parse(url)
    key = location.key
    return S3Location(location.bucket, key if not key or key.endswith("/") else f"{key}/")
