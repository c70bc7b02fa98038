"""Objects in the service's own bucket."""

from botocore.exceptions import ClientError

from audience.aws.clients import client
from audience.aws.objects import delete_objects, keys_below
from http_api import stores


def exists(key: str) -> bool:
    """Return whether there is such an object."""
    try:
        client("s3").head_object(Bucket=stores.settings().bucket, Key=key)
    except ClientError as refused:
        if refused.response["Error"]["Code"] not in {"404", "NoSuchKey"}:
            raise
        return False
    return True


def delete_below(prefix: str) -> None:
    """Delete all objects whose keys start with `prefix`."""
    for keys in keys_below(client("s3"), stores.settings().bucket, prefix):
        delete_objects(client("s3"), stores.settings().bucket, keys)
