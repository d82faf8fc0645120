"""Bus, queues, rules and schedules: everything between one function and the next."""

from __future__ import annotations

from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra import catalog
from infra.constructs.event_rule import EventRule
from infra.constructs.object_rule import ObjectRule
from infra.constructs.schedule import QueueSchedule
from infra.constructs.work_queue import WorkQueue
from infra.stages import Stage


class MessagingStack(Stack):
    """The bus `relevo` and one queue per trigger of the catalogue."""

    def __init__(self, scope: Construct, id: str, stage: Stage, bucket: s3.IBucket) -> None:
        super().__init__(scope, id)
        self._bucket = bucket
        self.bus = events.EventBus(self, "Bus", event_bus_name=stage.bus)
        if stage.archive_days:
            self.bus.archive(
                "Archive",
                archive_name=stage.bus,
                event_pattern=events.EventPattern(source=["relevo"]),
                retention=Duration.days(stage.archive_days),
            )
        self.queues = {entry.name: self._queue(entry, stage) for entry in catalog.queues()}

    def _queue(self, entry: catalog.Queue, stage: Stage) -> WorkQueue:
        work = WorkQueue(self, entry, stage)
        match entry.trigger:
            case catalog.Events() as trigger:
                EventRule(self, entry, trigger, self.bus, work, stage)
            case catalog.Schedule() as trigger:
                QueueSchedule(self, entry, trigger, work, stage)
            case catalog.S3Objects() as trigger:
                ObjectRule(self, entry, trigger, self._bucket, work, stage)
        return work
