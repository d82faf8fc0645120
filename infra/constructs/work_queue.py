"""A queue of the catalogue: encrypted, TLS only, with a dead-letter queue of its own kind."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra import catalog
from infra.stages import Stage

SOURCE_RETENTION = Duration.days(4)
DEAD_LETTER_RETENTION = Duration.days(14)
"""SQS's longest: time to notice, mend and redrive."""


class WorkQueue(Construct):
    """Queue and dead-letter queue. Ordered ones work at high throughput, one message group at a time."""

    def __init__(self, scope: Construct, entry: catalog.Queue, stage: Stage) -> None:
        super().__init__(scope, _pascal(entry.name))
        base = entry.name.removesuffix(".fifo")
        suffix = ".fifo" if entry.fifo else ""
        ordered = (
            {
                "fifo": True,
                "deduplication_scope": sqs.DeduplicationScope.MESSAGE_GROUP,
                "fifo_throughput_limit": sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
            }
            if entry.fifo
            else {}
        )
        protected = {"encryption": sqs.QueueEncryption.SQS_MANAGED, "enforce_ssl": True}
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            queue_name=f"relevo-{stage.name}-{base}-dead{suffix}",
            retention_period=DEAD_LETTER_RETENTION,
            **ordered,
            **protected,
        )
        self.queue = sqs.Queue(
            self,
            "Queue",
            queue_name=f"relevo-{stage.name}-{base}{suffix}",
            visibility_timeout=Duration.seconds(entry.visibility_seconds),
            retention_period=SOURCE_RETENTION,
            delivery_delay=Duration.seconds(getattr(stage, entry.delay)) if entry.delay else None,
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.dead_letters, max_receive_count=entry.trigger.max_receive_count
            ),
            **ordered,
            **protected,
        )


def _pascal(name: str) -> str:
    return "".join(part.capitalize() for part in name.replace(".", "_").split("_"))
