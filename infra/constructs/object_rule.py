"""Media bucket -> default bus -> queue: files that appear under a prefix, in the envelope our own events have."""

from __future__ import annotations

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra import catalog
from infra.constructs.work_queue import WorkQueue
from infra.stages import Stage


class ObjectRule(Construct):
    """Brings `object.stored` to a function's queue; what the queue refuses goes to its dead letters."""

    def __init__(
        self,
        scope: Construct,
        entry: catalog.Queue,
        trigger: catalog.S3Objects,
        bucket: s3.IBucket,
        work: WorkQueue,
        stage: Stage,
    ) -> None:
        super().__init__(scope, f"{entry.name.capitalize()}Objects")
        told = events.EventField.from_path
        detail = {
            "id": events.EventField.event_id,
            "at": events.EventField.time,
            "key": told("$.detail.object.key"),
            "size": told("$.detail.object.size"),
        }
        events.Rule(
            self,
            "Rule",
            rule_name=f"relevo-{stage.name}-{entry.name}-objects",
            event_pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={
                    "bucket": {"name": [bucket.bucket_name]},
                    "object": {"key": events.Match.prefix(f"{trigger.prefix}/")},
                },
            ),
            targets=[
                targets.SqsQueue(
                    work.queue,
                    dead_letter_queue=work.dead_letters,
                    message=events.RuleTargetInput.from_object({"detail-type": "object.stored", "detail": detail}),
                )
            ],
        )
