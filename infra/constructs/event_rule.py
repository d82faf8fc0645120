"""Bus -> rule -> queue: one rule per consumer, for all the events it wants."""

from __future__ import annotations

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from infra import catalog
from infra.constructs.work_queue import WorkQueue
from infra.stages import Stage


class EventRule(Construct):
    """Brings events to a function's queue; what the queue refuses goes to its dead letters."""

    def __init__(
        self,
        scope: Construct,
        entry: catalog.Queue,
        trigger: catalog.Events,
        bus: events.IEventBus,
        work: WorkQueue,
        stage: Stage,
    ) -> None:
        super().__init__(scope, f"{entry.name.capitalize()}Events")
        events.Rule(
            self,
            "Rule",
            rule_name=f"relevo-{stage.name}-{entry.name}",
            event_bus=bus,
            event_pattern=events.EventPattern(source=["relevo"], detail_type=list(trigger.names)),
            targets=[targets.SqsQueue(work.queue, dead_letter_queue=work.dead_letters)],
        )
