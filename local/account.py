"""Where the laptop's AWS is: one account, one region, credentials that open nothing."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FUNCTIONS_FOLDER = ROOT / "functions"
ACCOUNT = "123456789012"  # the account that moto gives to unknown access keys
REGION = "us-east-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}


def process_variables(aws_url: str, dynamodb_url: str) -> dict[str, str]:
    """Build the variables that make every AWS client of this process call the local stack only."""
    return {
        **CREDENTIALS,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": aws_url,
        "AWS_ENDPOINT_URL_DYNAMODB": dynamodb_url,
        "MOTO_PORT": aws_url.rsplit(":", 1)[1],  # where moto's interpreter calls the functions
    }


# A developer's own profile or session would win over the variables above, or go along with them.
FORBIDDEN_VARIABLES = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_STS")
