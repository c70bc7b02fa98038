"""One dashboard, and the alarms an operator wants to be woken by."""

from collections.abc import Mapping

from aws_cdk import Duration, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.names import construct_id as id_of

PERIOD = Duration.minutes(5)
SERVER_ERRORS = 5  # in a period: one is retried by every SDK, several are an outage
THROTTLED_PERIODS = 3  # on-demand tables throttle for minutes when they grow; longer is a hot partition


class Monitoring(Construct):
    """Alarms on failed and timed out jobs, throttled tables, dead letters, server errors; a dashboard."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        machines: Mapping[str, sfn.StateMachine],
        tables: Mapping[str, dynamodb.Table],
        functions: Mapping[str, lambda_.Function],
        dead_letters: sqs.Queue,
        rest_apis: Mapping[str, apigateway.RestApi],
        alarm_topic_arn: str,
    ) -> None:
        super().__init__(scope, construct_id)
        topic = sns.Topic.from_topic_arn(self, "Topic", alarm_topic_arn) if alarm_topic_arn else None
        self._action = actions.SnsAction(topic) if topic else None
        for name, machine in machines.items():
            self._alarm(f"{id_of(name)}Failed", machine.metric_failed(period=PERIOD))
            self._alarm(f"{id_of(name)}TimedOut", machine.metric_timed_out(period=PERIOD))
        for name, table in tables.items():
            self._alarm(f"{name}Throttled", throttles(table), periods=THROTTLED_PERIODS)
        waiting = dead_letters.metric_approximate_number_of_messages_visible(period=PERIOD, statistic="max")
        self._alarm("DeadLetters", waiting)
        for name, api in rest_apis.items():
            self._alarm(
                f"{name}ServerErrors", api.metric_server_error(period=PERIOD), threshold=SERVER_ERRORS
            )
        dashboard = cloudwatch.Dashboard(self, "Dashboard", dashboard_name=Stack.of(self).stack_name)
        dashboard.add_widgets(*(_jobs(name, machine) for name, machine in machines.items()))
        dashboard.add_widgets(*(_table(name, table) for name, table in tables.items()))
        dashboard.add_widgets(*(_requests(name, api) for name, api in rest_apis.items()))
        dashboard.add_widgets(_functions(functions))

    def _alarm(
        self, name: str, metric: cloudwatch.IMetric, *, threshold: float = 1, periods: int = 1
    ) -> None:
        alarm = cloudwatch.Alarm(
            self,
            name,
            metric=metric,
            threshold=threshold,
            evaluation_periods=periods,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        if self._action:
            alarm.add_alarm_action(self._action)


def throttles(table: dynamodb.Table) -> cloudwatch.MathExpression:
    """Return the metric of requests that a table refused for capacity, reads and writes together."""
    events = {
        kind: table.metric(f"{kind.capitalize()}ThrottleEvents", period=PERIOD, statistic="sum")
        for kind in ("read", "write")
    }
    return cloudwatch.MathExpression(
        expression="FILL(read, 0) + FILL(write, 0)", using_metrics=events, label="throttled", period=PERIOD
    )


def _jobs(name: str, machine: sfn.StateMachine) -> cloudwatch.GraphWidget:
    counts = [
        machine.metric_started(period=PERIOD),
        machine.metric_succeeded(period=PERIOD),
        machine.metric_failed(period=PERIOD),
        machine.metric_timed_out(period=PERIOD),
        machine.metric_aborted(period=PERIOD),
    ]
    return cloudwatch.GraphWidget(
        title=name, width=12, left=counts, right=[machine.metric_time(period=PERIOD)]
    )


def _table(name: str, table: dynamodb.Table) -> cloudwatch.GraphWidget:
    units = [
        table.metric_consumed_read_capacity_units(period=PERIOD),
        table.metric_consumed_write_capacity_units(period=PERIOD),
    ]
    return cloudwatch.GraphWidget(title=f"{name} table", width=12, left=units, right=[throttles(table)])


def _requests(name: str, rest_api: apigateway.RestApi) -> cloudwatch.GraphWidget:
    counts = [
        rest_api.metric_count(period=PERIOD),
        rest_api.metric_client_error(period=PERIOD),
        rest_api.metric_server_error(period=PERIOD),
    ]
    return cloudwatch.GraphWidget(
        title=f"{name or 'Pinpoint'} API requests",
        width=12,
        left=counts,
        right=[rest_api.metric_latency(period=PERIOD)],
    )


def _functions(functions: Mapping[str, lambda_.Function]) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(
        title="Functions: errors and time",
        width=12,
        left=[function.metric_errors(period=PERIOD, label=name) for name, function in functions.items()],
        right=[function.metric_duration(period=PERIOD, label=name) for name, function in functions.items()],
    )
