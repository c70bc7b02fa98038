"""Types of boto3's clients for annotations only: the stubs are not deployed with the functions."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef as CompletedPart
    from mypy_boto3_s3.type_defs import ListObjectsV2RequestTypeDef as ListObjectsV2Request
    from mypy_boto3_stepfunctions.client import SFNClient
    from mypy_boto3_sts.client import STSClient
    from mypy_boto3_sts.type_defs import AssumeRoleRequestTypeDef as AssumeRoleRequest
else:
    AssumeRoleRequest = CompletedPart = ListObjectsV2Request = Table = S3Client = SFNClient = STSClient = Any

__all__ = [
    "AssumeRoleRequest",
    "CompletedPart",
    "ListObjectsV2Request",
    "S3Client",
    "SFNClient",
    "STSClient",
    "Table",
]
