"""The settings of the deployments that the tests synthesise."""

LOCAL = {"localDependencies": True}  # the layer stays empty: nothing is downloaded

CHOSEN = {
    **LOCAL,
    "pieceBytes": "1048576",
    "maxConcurrency": "8",
    "endpointsWarmReads": "15000",
    "endpointsWarmWrites": "6000",
    "allowedRoleArns": "arn:aws:iam::111122223333:role/audience-*, arn:aws:iam::*:role/segment-jobs-*",
    "trustedAccounts": ["444455556666", "777788889999"],
    "apiGatewayLogsRole": False,
    "bucketOrigins": ["https://app.example.com"],
    "alarmTopicArn": "arn:aws:sns:us-east-1:111122223333:operators",
    "tokenIssuer": "https://issuer.example.com",
    "tokenAudience": "segment-jobs",
}
