"""One dashboard, and the alarms that operators are notified of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import Aws, Duration
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


@dataclass(frozen=True)
class WatchedApi:
    """A REST API: what its alarm's id begins with, what operators call it, and the API.

    `unanswered` counts answers that API Gateway takes for server errors, and that are none.
    """

    alarm_prefix: str
    title: str
    rest_api: apigateway.RestApi
    unanswered: cloudwatch.Metric | None = None


class Monitoring(Construct):
    """Alarms on failed and timed-out jobs, throttled tables, undelivered events, server errors; a dashboard."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        machines: Mapping[str, sfn.StateMachine],
        tables: Mapping[str, dynamodb.Table],
        functions: Mapping[str, lambda_.Function],
        dead_letters: sqs.Queue,
        apis: Sequence[WatchedApi],
        alarm_topic_arn: str,
    ) -> None:
        super().__init__(scope, construct_id)
        topic = sns.Topic.from_topic_arn(self, "Topic", alarm_topic_arn) if alarm_topic_arn else None
        self._action = actions.SnsAction(topic) if topic else None
        for name, machine in machines.items():
            self._job_alarms(name, machine)
        for name, table in tables.items():
            self._table_alarm(name, table)
        self._dead_letters_alarm(dead_letters)
        for api in apis:
            self._api_alarm(api)
        dashboard = cloudwatch.Dashboard(self, "Dashboard", dashboard_name=Aws.STACK_NAME)
        dashboard.add_widgets(*(_jobs(name, machine) for name, machine in machines.items()))
        dashboard.add_widgets(*(_table(name, table) for name, table in tables.items()))
        dashboard.add_widgets(*(_requests(api) for api in apis))
        dashboard.add_widgets(_functions(functions))

    def _job_alarms(self, name: str, machine: sfn.StateMachine) -> None:
        self._alarm(
            f"{id_of(name)}Failed",
            f"An execution of {name} failed. The job's record and its failure file say why.",
            machine.metric_failed(period=PERIOD),
        )
        self._alarm(
            f"{id_of(name)}TimedOut",
            f"An execution of {name} reached its time limit.",
            machine.metric_timed_out(period=PERIOD),
        )

    def _table_alarm(self, name: str, table: dynamodb.Table) -> None:
        self._alarm(
            f"{name}Throttled",
            f"DynamoDB throttles requests to the {name} table: jobs go on, but slower.",
            throttles(table),
            periods=THROTTLED_PERIODS,
        )

    def _dead_letters_alarm(self, queue: sqs.Queue) -> None:
        self._alarm(
            "DeadLetters",
            "The dead-letter queue holds events that reconcile_job could not process.",
            queue.metric_approximate_number_of_messages_visible(period=PERIOD, statistic="max"),
        )

    def _api_alarm(self, api: WatchedApi) -> None:
        self._alarm(
            f"{api.alarm_prefix}ServerErrors",
            f"{api.title}: at least {SERVER_ERRORS} requests in five minutes were answered with a 5xx status but 501.",
            server_errors(api),
            threshold=SERVER_ERRORS,
        )

    def _alarm(
        self,
        name: str,
        description: str,
        metric: cloudwatch.IMetric,
        *,
        threshold: float = 1,
        periods: int = 1,
    ) -> None:
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_description=description,
            metric=metric,
            threshold=threshold,
            evaluation_periods=periods,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        if self._action:
            alarm.add_alarm_action(self._action)


def server_errors(api: WatchedApi) -> cloudwatch.IMetric:
    """Build the metric of an API's 5xx answers, without those that are no failures."""
    errors = api.rest_api.metric_server_error(period=PERIOD)
    if api.unanswered is None:
        return errors
    unanswered = api.unanswered.with_(period=PERIOD)
    return cloudwatch.MathExpression(
        expression="errors - FILL(unanswered, 0)",
        using_metrics={"errors": errors, "unanswered": unanswered},
        label="server errors",
        period=PERIOD,
    )


def throttles(table: dynamodb.Table) -> cloudwatch.MathExpression:
    """Build the metric of throttled requests of a table, reads and writes together."""
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


def _requests(api: WatchedApi) -> cloudwatch.GraphWidget:
    counts = [
        api.rest_api.metric_count(period=PERIOD),
        api.rest_api.metric_client_error(period=PERIOD),
        api.rest_api.metric_server_error(period=PERIOD),
    ]
    return cloudwatch.GraphWidget(
        title=f"{api.title}: requests",
        width=12,
        left=counts,
        right=[api.rest_api.metric_latency(period=PERIOD)],
    )


def _functions(functions: Mapping[str, lambda_.Function]) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(
        title="Functions: errors and duration",
        width=12,
        left=[function.metric_errors(period=PERIOD, label=name) for name, function in functions.items()],
        right=[function.metric_duration(period=PERIOD, label=name) for name, function in functions.items()],
    )
