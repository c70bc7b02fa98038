"""The tables and buckets: private, encrypted, recoverable, and kept when the stack is deleted."""

from tests.infra.reading import Template, name, text

TABLE, BUCKET = "AWS::DynamoDB::Table", "AWS::S3::Bucket"


def test_the_tables_are_on_demand_encrypted_and_recoverable(template: Template) -> None:
    tables = template.named(TABLE)
    assert set(tables) == {"Control", "Endpoints"}
    for table in tables.values():
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert table["SSESpecification"] == {"SSEEnabled": True}
        assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]


def test_both_tables_have_a_partition_and_a_sort_key_and_no_index(template: Template) -> None:
    for table in template.named(TABLE).values():
        keys = {key["AttributeName"]: key["KeyType"] for key in table["KeySchema"]}
        assert keys == {"pk": "HASH", "sk": "RANGE"}
        assert {one["AttributeType"] for one in table["AttributeDefinitions"]} == {"S"}
        assert "GlobalSecondaryIndexes" not in table


def test_only_control_items_expire(template: Template) -> None:
    tables = template.named(TABLE)
    assert tables["Control"]["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert "TimeToLiveSpecification" not in tables["Endpoints"]


def test_a_deployment_sets_the_warm_throughput_of_the_endpoints_table(
    template: Template, chosen: Template
) -> None:
    assert all("WarmThroughput" not in table for table in template.named(TABLE).values())
    tables = chosen.named(TABLE)
    assert tables["Endpoints"]["WarmThroughput"] == {"ReadUnitsPerSecond": 15000, "WriteUnitsPerSecond": 6000}
    assert "WarmThroughput" not in tables["Control"]


def test_tables_and_buckets_are_kept_when_the_stack_is_deleted(template: Template) -> None:
    kept = [one for one in template.body["Resources"].values() if one["Type"] in {TABLE, BUCKET}]
    assert len(kept) == 4
    assert {(one["DeletionPolicy"], one["UpdateReplacePolicy"]) for one in kept} == {("Retain", "Retain")}


def test_the_buckets_are_private_and_encrypted(template: Template) -> None:
    for bucket in template.named(BUCKET).values():
        assert all(bucket["PublicAccessBlockConfiguration"].values())
        assert len(bucket["PublicAccessBlockConfiguration"]) == 4
        assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
        (encryption,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
        assert "VersioningConfiguration" not in bucket


def test_the_buckets_and_the_queue_refuse_plain_http(template: Template) -> None:
    policies = {
        **{text(one["Bucket"]): one for one in template.of_type("AWS::S3::BucketPolicy").values()},
        **{text(one["Queues"][0]): one for one in template.of_type("AWS::SQS::QueuePolicy").values()},
    }
    assert set(policies) == {"<Bucket>", "<AccessLogs>", "<DeadLetters>"}
    for policy in policies.values():
        conditions = [
            one["Condition"] for one in policy["PolicyDocument"]["Statement"] if one["Effect"] == "Deny"
        ]
        assert {"Bool": {"aws:SecureTransport": "false"}} in conditions


def test_web_pages_may_use_presigned_urls_of_the_bucket(template: Template, chosen: Template) -> None:
    for one, origins in ((template, ["*"]), (chosen, ["https://app.example.com"])):
        buckets = one.named(BUCKET)
        (rule,) = buckets["Bucket"]["CorsConfiguration"]["CorsRules"]
        assert set(rule["AllowedMethods"]) == {"GET", "HEAD", "PUT"}
        assert (rule["AllowedOrigins"], rule["AllowedHeaders"]) == (origins, ["*"])
        assert "CorsConfiguration" not in buckets["AccessLogs"]


def test_temporary_files_expire_and_results_stay(template: Template) -> None:
    rules = template.named(BUCKET)["Bucket"]["LifecycleConfiguration"]["Rules"]
    expiring = [one for one in rules if "ExpirationInDays" in one]
    expiries = {one["Prefix"]: one["ExpirationInDays"] for one in expiring if "Prefix" in one}
    assert expiries == {"executions/": 30, "work/": 30, "uploads/": 30}
    (tagged,) = (one for one in expiring if "Prefix" not in one)
    assert tagged["TagFilters"] == [{"Key": "superseded", "Value": "true"}]
    unfinished = [one for one in rules if "AbortIncompleteMultipartUpload" in one]
    assert [one["AbortIncompleteMultipartUpload"] for one in unfinished] == [{"DaysAfterInitiation": 2}]
    assert "Prefix" not in unfinished[0]


def test_reads_of_the_bucket_are_logged_in_the_other_one(template: Template) -> None:
    logging = template.named(BUCKET)["Bucket"]["LoggingConfiguration"]
    assert text(logging["DestinationBucketName"]) == "<AccessLogs>"


def test_the_dead_letters_are_encrypted_and_kept_as_long_as_sqs_can(template: Template) -> None:
    ((logical_id, queue),) = template.of_type("AWS::SQS::Queue").items()
    assert name(logical_id) == "DeadLetters"
    assert queue["SqsManagedSseEnabled"]
    assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600
