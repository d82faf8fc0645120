"""Who is woken and by what: a topic per severity, an alarm per promise, a business and a resource dashboard."""

from __future__ import annotations

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra import catalog
from infra.stacks.api import ApiStack
from infra.stacks.data import DataStack
from infra.stacks.functions import FunctionsStack
from infra.stacks.messaging import MessagingStack
from infra.stages import Stage

MINUTE = Duration.minutes(1)
FIVE = Duration.minutes(5)
BUSINESS = {
    "Messages in, and statuses": ("RecordsHandled", "ingest"),
    "Turns of the bot": ("RecordsHandled", "chatbot"),
    "Messages out": ("RecordsHandled", "deliver"),
    "Tickets prioritized": ("RecordsHandled", "prioritize"),
    "Tickets routed": ("RecordsHandled", "route"),
    "Notices to agents and supervisors": ("RecordsHandled", "notify"),
    "Facts told to browsers": ("RecordsHandled", "broadcast"),
}
"""What the functions report of themselves (namespace Relevo): the metric and the function, one graph a line."""
TROUBLE = ("RecordFailed", "RecordRejected", "RequestFailed")


class ObservabilityStack(Stack):
    """Topics, alarms, dashboards."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        stage: Stage,
        data: DataStack,
        messaging: MessagingStack,
        api: ApiStack,
        functions: FunctionsStack,
    ) -> None:
        super().__init__(scope, id)
        self._stage = stage
        self.critical = self._topic("Critical")
        self.warning = self._topic("Warning")
        self._queues(messaging)
        self._functions(functions)
        self._api(api)
        self._socket(api)
        if data.database and data.proxy:
            self._database(data)
        self._outbox(functions)
        self._channels()
        self._dashboards(messaging, functions, api, data)

    def _topic(self, severity: str) -> sns.Topic:
        topic = sns.Topic(
            self,
            severity,
            topic_name=f"relevo-{self._stage.name}-{severity.lower()}",
            display_name=f"Relevo {self._stage.name}: {severity.lower()}",
            enforce_ssl=True,
        )
        if self._stage.alarm_email:
            topic.add_subscription(subscriptions.EmailSubscription(self._stage.alarm_email))
        CfnOutput(self, f"{severity}Topic", value=topic.topic_arn)
        return topic

    def _alarm(
        self,
        id: str,
        metric: cloudwatch.IMetric,
        threshold: float,
        says: str,
        topic: sns.Topic,
        *,
        periods: int = 1,
        below: bool = False,
    ) -> None:
        operator = cloudwatch.ComparisonOperator
        alarm = cloudwatch.Alarm(
            self,
            id,
            alarm_name=f"relevo-{self._stage.name}-{id}",
            alarm_description=says,
            metric=metric,
            threshold=threshold,
            evaluation_periods=periods,
            comparison_operator=operator.LESS_THAN_OR_EQUAL_TO_THRESHOLD
            if below
            else operator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(topic))

    def _queues(self, messaging: MessagingStack) -> None:
        for entry in catalog.queues():
            work, name = messaging.queues[entry.name], entry.name.replace(".", "-")
            self._alarm(
                f"{name}-dead-letters",
                work.dead_letters.metric_approximate_number_of_messages_visible(period=MINUTE, statistic="Maximum"),
                1,
                f"Messages of {entry.function.name} were given up on: find out why, then redrive them",
                self.critical,
            )
            self._alarm(
                f"{name}-age",
                work.queue.metric_approximate_age_of_oldest_message(period=MINUTE, statistic="Maximum"),
                entry.trigger.promise_seconds + (getattr(self._stage, entry.delay) if entry.delay else 0),
                f"Messages wait longer for {entry.function.name} than was promised",
                self.warning,
                periods=3,
            )

    def _functions(self, functions: FunctionsStack) -> None:
        for name, made in functions.functions.items():
            self._alarm(
                f"{name}-errors",
                made.function.metric_errors(period=FIVE),
                1,
                f"{name} ended in an error, or out of time or memory",
                self.warning,
                periods=2,
            )
            self._alarm(
                f"{name}-throttles",
                made.function.metric_throttles(period=FIVE),
                1,
                f"{name} was refused a place: raise the account's concurrency quota",
                self.warning,
                periods=2,
            )

    def _api(self, api: ApiStack) -> None:
        self._alarm(
            "api-5xx",
            api.http.metric_server_error(period=FIVE, statistic="Sum"),
            5,
            "The HTTP API answers with errors of its own",
            self.critical,
        )
        self._alarm(
            "api-latency",
            api.http.metric_latency(period=FIVE, statistic="p95"),
            2000,
            "One call in twenty to the HTTP API takes over two seconds",
            self.warning,
            periods=3,
        )

    def _socket(self, api: ApiStack) -> None:
        self._alarm(
            "socket-refusals",
            _of_socket(api, "IntegrationError"),
            5,
            "What browsers say over the socket ends in errors: live updates stop, the console asks the API instead",
            self.warning,
        )

    def _database(self, data: DataStack) -> None:
        assert data.database and data.proxy
        database, stage = data.database, self._stage
        self._alarm(
            "database-connections",
            database.metric_database_connections(period=MINUTE, statistic="Maximum"),
            int(0.9 * stage.connections),
            "The database is nearly out of connections: a larger instance, or less concurrency",
            self.critical,
            periods=3,
        )
        self._alarm(
            "database-cpu",
            database.metric_cpu_utilization(period=FIVE),
            85,
            "The database is short of CPU",
            self.warning,
            periods=3,
        )
        self._alarm(
            "database-storage",
            database.metric_free_storage_space(period=FIVE, statistic="Minimum"),
            0.1 * stage.database_storage_gb * 1e9,
            "The database is short of storage, and its growth limit is near",
            self.critical,
            below=True,
        )

    def _outbox(self, functions: FunctionsStack) -> None:
        """`relay` logs how much it found; finding something again and again means that publishing fails."""
        swept = logs.MetricFilter(
            self,
            "Swept",
            log_group=functions.functions["relay"].log_group,
            filter_pattern=logs.FilterPattern.string_value("$.message", "=", "outbox swept"),
            metric_namespace="Relevo",
            metric_name="OutboxSwept",
            metric_value="$.sent",
        )
        self._alarm(
            "outbox-swept",
            swept.metric(period=FIVE, statistic="Sum"),
            1,
            "Committed events are left for relay again and again: publishing fails",
            self.critical,
            periods=3,
        )

    def _channels(self) -> None:
        self._alarm(
            "channel-stopped",
            self._reported("ChannelStopped", "deliver"),
            1,
            "WhatsApp refuses everything from a number (token, payment, lock): mend the account, then send again",
            self.critical,
        )

    @staticmethod
    def _reported(name: str, service: str) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace="Relevo", metric_name=name, dimensions_map={"service": service}, period=FIVE, statistic="Sum"
        )

    def _dashboards(self, messaging: MessagingStack, functions: FunctionsStack, api: ApiStack, data: DataStack) -> None:
        business = cloudwatch.Dashboard(self, "Business", dashboard_name=f"relevo-{self._stage.name}-business")
        for title, (name, service) in BUSINESS.items():
            business.add_widgets(cloudwatch.GraphWidget(title=title, width=12, left=[self._reported(name, service)]))
        for name in TROUBLE:
            found = cloudwatch.SearchExpression(
                expression=f"SEARCH('{{Relevo,service}} MetricName=\"{name}\"', 'Sum', 300)", period=FIVE
            )
            business.add_widgets(cloudwatch.GraphWidget(title=name, width=8, left=[found]))
        resources = cloudwatch.Dashboard(self, "Resources", dashboard_name=f"relevo-{self._stage.name}-resources")
        queues, lambdas = messaging.queues.values(), [made.function for made in functions.functions.values()]
        graphs: dict[str, list[cloudwatch.IMetric]] = {
            "Waiting": [q.queue.metric_approximate_number_of_messages_visible() for q in queues],
            "Oldest message (s)": [q.queue.metric_approximate_age_of_oldest_message() for q in queues],
            "Dead letters": [q.dead_letters.metric_approximate_number_of_messages_visible() for q in queues],
            "Errors": [function.metric_errors() for function in lambdas],
            "Duration p95 (ms)": [function.metric_duration(statistic="p95") for function in lambdas],
            "HTTP calls": [api.http.metric_count(), api.http.metric_client_error(), api.http.metric_server_error()],
        }
        graphs["Socket: connects, messages, errors"] = [
            _of_socket(api, name) for name in ("ConnectCount", "MessageCount", "IntegrationError")
        ]
        if data.database:
            graphs["Database connections"] = [data.database.metric_database_connections()]
            graphs["Database CPU (%)"] = [data.database.metric_cpu_utilization()]
        for title, metrics in graphs.items():
            resources.add_widgets(cloudwatch.GraphWidget(title=title, width=12, left=metrics))


def _of_socket(api: ApiStack, name: str) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace="AWS/ApiGateway",
        metric_name=name,
        dimensions_map={"ApiId": api.socket.api.api_id, "Stage": api.socket.stage.stage_name},
        period=FIVE,
        statistic="Sum",
    )
