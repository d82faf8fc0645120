"""A function behind a queue: batches with partial failures, and no more copies at once than the database allows."""

from __future__ import annotations

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra import catalog
from infra.constructs.function import CatalogFunction
from infra.constructs.work_queue import WorkQueue


class QueueWorker(Construct):
    """The mapping from one queue to its function."""

    def __init__(self, scope: Construct, worker: CatalogFunction, entry: catalog.Queue, work: WorkQueue) -> None:
        super().__init__(scope, f"From{work.node.id}")
        lambda_.EventSourceMapping(
            self,
            "Mapping",
            target=worker.function,
            event_source_arn=work.queue.queue_arn,
            batch_size=entry.trigger.batch_size,
            max_concurrency=entry.trigger.max_concurrency,
            report_batch_item_failures=True,
        )
