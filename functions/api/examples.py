"""A body of each request, for the API's description. Tests hold them against the schemas."""

from typing import Any

from http_api.call import Body

_ROLE = "arn:aws:iam::111122223333:role/segment-jobs/SegmentJobsAccess"
_ENDPOINT: Body = {
    "Address": "ada@example.org",
    "ChannelType": "EMAIL",
    "OptOut": "NONE",
    "Attributes": {"Interests": ["tea", "books"]},
    "Metrics": {"Orders": 3},
    "Location": {"Country": "GB", "City": "London"},
    "User": {"UserId": "ada", "UserAttributes": {"FirstName": ["Ada"]}},
}

APP: Body = {"Name": "Shop", "tags": {"team": "crm"}, "Id": "810c7aab86d42fb2b56c8c9660d1e2f3"}
TAGS: Body = {"tags": {"team": "crm"}}
ATTRIBUTES: Body = {"Blacklist": ["Interests", "old_*"]}
SETTINGS: Body = {"Limits": {"Daily": 2, "Total": 20}, "QuietTime": {"Start": "22:00", "End": "07:00"}}
ENDPOINT = _ENDPOINT
ENDPOINTS: Body = {"Item": [{"Id": "ada-email", **_ENDPOINT}]}
EVENTS: Body = {
    "BatchItem": {
        "ada-email": {
            "Endpoint": {"Address": "ada@example.org", "ChannelType": "EMAIL"},
            "Events": {"order-1": {"EventType": "order", "Timestamp": "2026-11-28T12:00:00.000Z"}},
        }
    }
}
IMPORT_JOB: Body = {
    "S3Url": "s3://my-bucket/imports/customers.csv",
    "RoleArn": _ROLE,
    "Format": "CSV",
    "DefineSegment": True,
    "SegmentName": "Customers",
}
EXPORT_JOB: Body = {"S3UrlPrefix": "s3://my-bucket/exports/", "RoleArn": _ROLE}
SEGMENT: Body = {
    "Name": "Tea drinkers by email",
    "Dimensions": {
        "Attributes": {"Interests": {"AttributeType": "INCLUSIVE", "Values": ["tea"]}},
        "Demographic": {"Channel": {"DimensionType": "INCLUSIVE", "Values": ["EMAIL"]}},
    },
}
SEGMENT_NAME: Body = {"Name": "Tea drinkers"}
UPLOAD: Body = {"FileName": "customers.csv", "Size": 1234}
BINDING: dict[str, Any] = {
    "ImsOrgId": "1BD6382559DF0C130A49422D@AdobeOrg",
    "SandboxName": "prod",
    "ApiKeys": ["my-client"],
}
