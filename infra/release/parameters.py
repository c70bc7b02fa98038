"""The parameters of a release's template: where its archives are, and the settings of a deployment."""

import re
from dataclasses import dataclass
from typing import Any

BUCKET, PREFIX = "AssetsBucket", "AssetsPrefix"

_NUMBER, _TEXT, _LIST = "Number", "String", "CommaDelimitedList"


@dataclass(frozen=True)
class Parameter:
    """A setting that CloudFormation asks for: its type, what it means, and what it may be."""

    kind: str
    description: str
    least: int | None = None  # of a number
    pattern: str | None = None  # of a text
    allowed: str | None = None  # the pattern in words
    default: Any = None  # where no function's variable in the template has it

    def declared(self, default: Any) -> dict[str, Any]:
        """Return the declaration in the template, with a default."""
        members = {
            "Type": self.kind,
            "Description": self.description,
            "Default": default,
            "MinValue": self.least,
            "AllowedPattern": self.pattern,
            "ConstraintDescription": self.allowed,
        }
        return {name: value for name, value in members.items() if value is not None}


# What a new table has is the least that DynamoDB takes
# (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html).
_WARM_READS = "|1[2-9][0-9]{3}|[2-9][0-9]{4}|[1-9][0-9]{5,7}"
_WARM_WRITES = "|[4-9][0-9]{3}|[1-9][0-9]{4,7}"

SETTINGS: dict[str, Parameter] = {
    "allowedRoleArns": Parameter(_LIST, "Patterns of the roles that jobs may name, separated by commas"),
    "probeExternalId": Parameter(
        _TEXT,
        "Whether a create sees to it that the role refuses a wrong ExternalId",
        pattern="true|false",
        allowed="true or false",
    ),
    "pieceBytes": Parameter(
        _NUMBER, "What a piece of an import has at least, in bytes; a larger file is cut", 1024
    ),
    "pieceRows": Parameter(_NUMBER, "What a piece of an import has at least, in rows", 1),
    "surveyBytes": Parameter(
        _NUMBER, "More bytes of such large files are surveyed by workers before they are cut", 1
    ),
    "maxConcurrency": Parameter(_NUMBER, "Workers of one job that run at a time", 1),
    "endpointsWarmReads": Parameter(
        _TEXT,
        "Read units a second that the endpoints table is ready for from the start; empty: 12,000",
        pattern=_WARM_READS,
        allowed="a whole number of 12000 or more, or empty",
        default="",
    ),
    "endpointsWarmWrites": Parameter(
        _TEXT,
        "Write units a second that the endpoints table is ready for from the start; empty: 4,000",
        pattern=_WARM_WRITES,
        allowed="a whole number of 4000 or more, or empty",
        default="",
    ),
    "maxRunningImports": Parameter(_NUMBER, "Import jobs that run at a time, over all apps", 1),
    "maxUploadBytes": Parameter(_NUMBER, "The most bytes of a file that is uploaded through the service", 1),
    "maxRunningImportsPerApp": Parameter(_NUMBER, "Import jobs of one app that run at a time", 1),
    "alarmTopicArn": Parameter(
        _TEXT,
        "An SNS topic that alarms notify; empty: none",
        pattern=r"|arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_.-]+",
        allowed="the ARN of an SNS topic, or empty",
        default="",
    ),
    "tokenIssuer": Parameter(
        _TEXT,
        "The URL of the OpenID Connect issuer whose tokens may call Experience Platform's API; empty: nobody may",
        pattern=r"|https://[^\s]+",
        allowed="the https URL of an issuer, or empty",
    ),
    "tokenAudience": Parameter(
        _TEXT,
        "Whom those tokens must be for (aud); * is anybody",
        pattern=r"[^\s]*",
        allowed="text without blanks",
    ),
}

# They decide which resources and statements there are, so a release has their defaults; a clone sets them.
FIXED = ("trustedAccounts", "apiGatewayLogsRole", "bucketOrigins")

ASSETS: dict[str, dict[str, Any]] = {
    BUCKET: {
        "Type": "String",
        "Description": "The bucket, in this Region, that holds the release's archives",
        "AllowedPattern": "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
        "ConstraintDescription": "the name of an S3 bucket",
    },
    PREFIX: {
        "Type": "String",
        "Description": "What their keys begin with: empty, or ending with a slash",
        "Default": "",
        "AllowedPattern": "|.*[^/]/",
        "ConstraintDescription": "empty, or a prefix that ends with one slash, such as segment-jobs/",
    },
}


def parameter_of(setting: str) -> str:
    """Return the name of a setting's parameter: `pieceBytes` -> `PieceBytes`."""
    return setting[0].upper() + setting[1:]


def variable_of(setting: str) -> str:
    """Return the functions' variable that holds a setting: `pieceBytes` -> `PIECE_BYTES`."""
    return re.sub(r"(?=[A-Z])", "_", setting).upper()
