"""AWS's prices in dollars, in us-east-1, on demand, without free tiers.

https://aws.amazon.com/SERVICE/pricing, of dynamodb, lambda, step-functions, s3, kms, api-gateway, cloudwatch.
"""

WRITE_UNIT, READ_UNIT = 0.625e-6, 0.125e-6
STORED_GB, RECOVERABLE_GB = 0.25, 0.20
GB_SECOND, INVOCATION = 0.0000133334, 0.20e-6  # arm64
TRANSITION = 25e-6
PUT = 5e-6
GET = 0.4e-6
KMS_REQUEST = 3e-6
API_REQUEST = 3.5e-6
ALARM_METRIC, DASHBOARD = 0.10, 3.0
