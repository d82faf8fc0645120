"""The whole system in one process: the real handlers, wired by the catalogue, over queues and a bus in memory.

The database is real, and whatever third party the settings name; only SQS and EventBridge are replaced, by queues that
keep their contract: at-least-once, FIFO groups that wait for their head, visibility, redelivery, dead letters. Replays,
benchmarks and the fault suite run on it.
"""

from __future__ import annotations

import importlib.util
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from infra import catalog
from relevo import clock
from relevo.events import ObjectStored
from relevo.messaging import Outgoing

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]

_FUNCTIONS = Path(__file__).parents[2] / "functions"


def load_handler(name: str) -> Handler:
    """The handler of `functions/<name>/handler.py`, as the Lambda of that name runs it."""
    path = _FUNCTIONS / name / "handler.py"
    specification = importlib.util.spec_from_file_location(f"functions.{name}.handler", path)
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    handler: Handler = module.handler
    return handler


@dataclass
class Record:
    """A message in a queue."""

    id: str
    body: str
    group: str | None
    visible_at: datetime
    receives: int = 0
    hidden: bool = False

    def as_lambda_sees_it(self, queue: str) -> dict[str, Any]:
        attributes = {"ApproximateReceiveCount": str(self.receives)}
        if self.group is not None:
            attributes["MessageGroupId"] = self.group
        return {
            "messageId": self.id,
            "receiptHandle": self.id,
            "body": self.body,
            "attributes": attributes,
            "eventSourceARN": f"arn:aws:sqs:local:000000000000:{queue}",
        }


@dataclass
class MemoryQueue:
    """One queue and its dead letters."""

    plan: catalog.Queue
    delay: timedelta = timedelta()
    waiting: deque[Record] = field(default_factory=deque)
    dead: list[Record] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def put(self, message: Outgoing) -> None:
        """Take a message; a repeated deduplication id on a FIFO queue is accepted and dropped, as SQS does."""
        if self.plan.fifo:
            key = message.deduplication or message.id
            if key in self.seen:
                return
            self.seen.add(key)
        self.waiting.append(Record(message.id, message.body, message.group, clock.now() + self.delay))

    def take(self) -> list[Record]:
        """The next batch: visible records, of each group only its head and what directly follows."""
        batch: list[Record] = []
        now, blocked = clock.now(), set[str | None]()
        for record in self.waiting:
            if record.visible_at > now:
                blocked.add(record.group)
            elif record.group is None or record.group not in blocked:
                batch.append(record)
            if len(batch) == self.plan.trigger.batch_size:
                break
        return batch

    def settle(self, batch: Sequence[Record], failed: set[str]) -> None:
        """Forget what was handled; what failed comes again after its pause, or dies after its last receive."""
        for record in batch:
            if record.id not in failed:
                self.waiting.remove(record)
            elif record.receives >= self.plan.trigger.max_receive_count:
                self.waiting.remove(record)
                self.dead.append(record)
            elif not record.hidden:
                record.visible_at = clock.now() + timedelta(seconds=self.plan.visibility_seconds)
            record.hidden = False


class Pipeline:
    """Bus, queues and the functions behind them. Implements `relevo.messaging.Messaging`."""

    def __init__(self, delays: dict[str, float] | None = None, handlers: dict[str, Handler] | None = None) -> None:
        """`delays`: seconds by the name of the setting a queue waits for; without it nothing waits."""
        self.queues = {
            queue.name: MemoryQueue(queue, timedelta(seconds=(delays or {}).get(queue.delay or "", 0)))
            for queue in catalog.queues()
        }
        self.published: list[Outgoing] = []
        self._handlers = handlers or {}
        self._subscribers = {
            name: [self.queues[function.name] for function in catalog.consumers_of(name)]
            for trigger in (t for f in catalog.FUNCTIONS for t in f.triggered_by(catalog.Events))
            for name in trigger.names
        }

    def stored(self, key: str, size: int) -> None:
        """A file of so many bytes stands in the bucket: S3 tells those who wait for it."""
        event = ObjectStored(key=key, size=size)
        for queue in self.queues.values():
            if isinstance(queue.plan.trigger, catalog.S3Objects) and key.startswith(f"{queue.plan.trigger.prefix}/"):
                queue.put(Outgoing(str(event.id), event.stream, event.name, event.model_dump_json()))

    def publish(self, messages: Sequence[Outgoing]) -> set[str]:
        for message in messages:
            self.published.append(message)
            for queue in self._subscribers.get(message.name, ()):
                queue.put(message)
        return {message.id for message in messages}

    def send(self, queue: str, messages: Sequence[Outgoing]) -> set[str]:
        target = self.queues[f"{queue}.fifo"]
        for message in messages:
            target.put(message)
        return {message.id for message in messages}

    def hide(self, record: dict[str, Any], seconds: int) -> None:
        queue = self.queues[record["eventSourceARN"].rsplit(":", 1)[1]]
        for held in queue.waiting:
            if held.id == record["receiptHandle"]:
                held.visible_at, held.hidden = clock.now() + timedelta(seconds=seconds), True

    def handler(self, name: str) -> Handler:
        """The function's handler, loaded at its first use, as a Lambda is."""
        if name not in self._handlers:
            self._handlers[name] = load_handler(name)
        return self._handlers[name]

    def run_once(self) -> int:
        """Give every queue's next batch to its function; how many records were handled or failed."""
        return sum(self._run(queue) for queue in self.queues.values())

    def _run(self, queue: MemoryQueue) -> int:
        batch = queue.take()
        if not batch:
            return 0
        for record in batch:
            record.receives += 1
        event = {"Records": [record.as_lambda_sees_it(queue.plan.name) for record in batch]}
        answer = self.handler(queue.plan.function.name)(event, None)
        queue.settle(batch, {item["itemIdentifier"] for item in answer["batchItemFailures"]})
        return len(batch)

    def drain(self, advance: Callable[[timedelta], None] | None = None) -> int:
        """Run until nothing is left to do; how many records were handled or failed.

        With `advance` (of a frozen clock) time jumps to the next record that waits for its hour; without it such
        records are left waiting.
        """
        handled = 0
        while True:
            done = self.run_once()
            handled += done
            if done:
                continue
            waits = [record.visible_at for queue in self.queues.values() for record in queue.waiting]
            if not waits or advance is None:
                return handled
            advance(max(min(waits) - clock.now(), timedelta(milliseconds=1)))

    def settle(self, names: Sequence[str]) -> None:
        """Empty these queues alone, without waiting: what fails is tried at once until it dies."""
        for name in names:
            queue = self.queues[name]
            while queue.waiting:
                for record in queue.waiting:
                    record.visible_at = clock.now()
                self._run(queue)

    @property
    def dead(self) -> dict[str, list[Record]]:
        """Dead letters by queue."""
        return {name: queue.dead for name, queue in self.queues.items() if queue.dead}
