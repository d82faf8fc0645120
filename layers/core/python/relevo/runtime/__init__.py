"""The decorators that turn a domain function into a Lambda handler.

They do once, for all: parsing, structured logs with correlation ids, metrics, one unit of work per record, once-only
effect, partial batch failures, and publishing after the commit.
"""

from relevo.observability import logger, metrics
from relevo.runtime.batches import batch_consumer
from relevo.runtime.consumer import consumer, scheduled, step_consumer

__all__ = ["batch_consumer", "consumer", "logger", "metrics", "scheduled", "step_consumer"]
