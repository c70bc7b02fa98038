"""The alarms and the dashboard, and the rules that invoke reconcile_job."""

import json
import re

from tests.infra.reading import Template, name, text

ALARM, RULE = "AWS::CloudWatch::Alarm", "AWS::Events::Rule"


def watched(template: Template) -> dict[str, tuple[str, str]]:
    """Alarm -> the metric and what it is measured on."""
    found = {}
    for logical_id, alarm in template.of_type(ALARM).items():
        single = [one["MetricStat"]["Metric"] for one in alarm.get("Metrics", []) if "MetricStat" in one]
        metrics = single or [alarm]
        names = "+".join(one["MetricName"] for one in metrics)
        found[logical_id.removeprefix("Monitoring")[:-8]] = (
            names,
            text(metrics[0]["Dimensions"][0]["Value"]),
        )
    return found


def test_alarms_watch_failed_and_timed_out_jobs_throttling_dead_letters_and_server_errors(
    template: Template,
) -> None:
    assert watched(template) == {
        "ImportJobFailed": ("ExecutionsFailed", "<ImportJob>"),
        "ImportJobTimedOut": ("ExecutionsTimedOut", "<ImportJob>"),
        "ExportJobFailed": ("ExecutionsFailed", "<ExportJob>"),
        "ExportJobTimedOut": ("ExecutionsTimedOut", "<ExportJob>"),
        "ProfileExportJobFailed": ("ExecutionsFailed", "<ProfileExportJob>"),
        "ProfileExportJobTimedOut": ("ExecutionsTimedOut", "<ProfileExportJob>"),
        "AttributeRemovalJobFailed": ("ExecutionsFailed", "<AttributeRemovalJob>"),
        "AttributeRemovalJobTimedOut": ("ExecutionsTimedOut", "<AttributeRemovalJob>"),
        "ControlThrottled": ("ReadThrottleEvents+WriteThrottleEvents", "<Control>"),
        "EndpointsThrottled": ("ReadThrottleEvents+WriteThrottleEvents", "<Endpoints>"),
        "DeadLetters": ("ApproximateNumberOfMessagesVisible", "<DeadLetters.QueueName>"),
        "ServerErrors": ("5XXError+NotAnswered", "<AWS::StackName>"),
        "ExperiencePlatformServerErrors": ("5XXError", "<AWS::StackName>-experience-platform"),
    }


def test_operations_that_are_not_answered_are_counted_by_the_access_log_and_are_no_server_errors(
    template: Template,
) -> None:
    (counted,) = template.of_type("AWS::Logs::MetricFilter").values()
    assert counted["FilterPattern"] == '{ $.status = "501" }'
    (made,) = counted["MetricTransformations"]
    assert (made["MetricName"], made["MetricValue"]) == ("NotAnswered", "1")
    (alarm,) = (
        one for name, one in template.of_type(ALARM).items() if name.startswith("MonitoringServerErrors")
    )
    assert [one["Expression"] for one in alarm["Metrics"] if "Expression" in one] == [
        "errors - FILL(unanswered, 0)"
    ]
    (stage,) = template.of_api("Stage", "Api")
    assert json.loads(stage["AccessLogSetting"]["Format"])["status"] == "$context.status"


def test_missing_data_raises_no_alarm(template: Template) -> None:
    assert {one["TreatMissingData"] for one in template.of_type(ALARM).values()} == {"notBreaching"}


def test_alarms_notify_only_the_topic_that_a_deployment_sets(template: Template, chosen: Template) -> None:
    topic = "arn:aws:sns:us-east-1:111122223333:operators"
    assert {str(one.get("AlarmActions")) for one in template.of_type(ALARM).values()} == {"None"}
    assert {str(one["AlarmActions"]) for one in chosen.of_type(ALARM).values()} == {str([topic])}


def test_one_dashboard_shows_state_machines_tables_and_functions(template: Template) -> None:
    (dashboard,) = template.of_type("AWS::CloudWatch::Dashboard").values()
    widgets = json.loads(re.sub(r"<[^>]*>", "name", text(dashboard["DashboardBody"])))["widgets"]
    titles = {one["properties"]["title"] for one in widgets}
    assert {"import_job", "export_job", "Control table", "Endpoints table"} < titles
    (functions,) = (one for one in widgets if one["properties"]["title"].startswith("Functions"))
    shown = {metric[-1]["label"] for metric in functions["properties"]["metrics"]}
    assert shown == set(template.functions())


def test_every_final_status_of_every_state_machine_invokes_reconcile_job(template: Template) -> None:
    (rule,) = (one for one in template.of_type(RULE).values() if "EventPattern" in one)
    pattern = rule["EventPattern"]
    assert (pattern["source"], pattern["detail-type"]) == (
        ["aws.states"],
        ["Step Functions Execution Status Change"],
    )
    assert set(pattern["detail"]["status"]) == {"SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"}
    machines = {text(arn) for arn in pattern["detail"]["stateMachineArn"]}
    assert machines == {"<ImportJob>", "<ExportJob>", "<ProfileExportJob>", "<AttributeRemovalJob>"}
    assert "Input" not in rule["Targets"][0]


def test_all_jobs_are_reconciled_every_five_minutes(template: Template) -> None:
    (rule,) = (one for one in template.of_type(RULE).values() if "ScheduleExpression" in one)
    assert rule["ScheduleExpression"] == "rate(5 minutes)"
    assert json.loads(rule["Targets"][0]["Input"]) == {"reconcile_all": True}


def test_undelivered_events_go_to_the_dead_letter_queue(template: Template) -> None:
    targets = [target for rule in template.of_type(RULE).values() for target in rule["Targets"]]
    assert len(targets) == 2
    for target in targets:
        assert name(target["Arn"]["Fn::GetAtt"][0]).startswith("FunctionsReconcileJob")
        assert text(target["DeadLetterConfig"]["Arn"]) == "<DeadLetters.Arn>"
