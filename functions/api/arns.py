"""ARNs as Pinpoint gave them."""

from audience.aws.clients import table
from audience.settings import AccessSettings
from http_api import stores


def arn(resource: str) -> str:
    """Return the ARN of a resource in this account and region, for example of `apps/<id>`."""
    region = table(stores.settings().control_table).meta.client.meta.region_name
    return f"arn:aws:mobiletargeting:{region}:{AccessSettings.from_env().account_id}:{resource}"
