from rehearsal.adaptations import leave_out_metric_maths, limit_map_runs, use_layers


def resource(kind, **properties):
    return {"Type": kind, "Properties": properties}


def test_alarms_computed_from_several_metrics_go_and_no_others():
    template = {
        "Resources": {
            "Throttled": resource("AWS::CloudWatch::Alarm", Metrics=[{"Expression": "a + b"}]),
            "Failed": resource("AWS::CloudWatch::Alarm", MetricName="ExecutionsFailed"),
            "Table": resource("AWS::DynamoDB::Table"),
        }
    }
    assert leave_out_metric_maths(template) == ["Throttled"]
    assert sorted(template["Resources"]) == ["Failed", "Table"]


def test_each_layer_takes_the_archive_of_its_requirements():
    template = {
        "Resources": {
            name: resource(
                "AWS::Lambda::LayerVersion",
                Description=f"Third-party packages of Segment Jobs: {requirements}",
                Content={"S3Bucket": "assets", "S3Key": "empty.zip"},
            )
            for name, requirements in (("Dependencies", "runtime"), ("Parquet", "parquet"))
        }
    }
    use_layers(template, {"runtime": "r.zip", "parquet": "p.zip"})
    keys = {name: layer["Properties"]["Content"] for name, layer in template["Resources"].items()}
    assert keys == {
        "Dependencies": {"S3Bucket": "assets", "S3Key": "r.zip"},
        "Parquet": {"S3Bucket": "assets", "S3Key": "p.zip"},
    }


def test_a_map_run_gets_a_number_in_place_of_a_path():
    definition = '{"Type": "Map", "MaxConcurrencyPath": "$.max_concurrency", "Label": "Pieces"}'
    template = {
        "Resources": {"Job": resource("AWS::StepFunctions::StateMachine", DefinitionString=definition)}
    }
    assert limit_map_runs(template) == 1
    changed = template["Resources"]["Job"]["Properties"]["DefinitionString"]
    assert changed == '{"Type": "Map", "MaxConcurrency": 2, "Label": "Pieces"}'
