"""A system that dies at a chosen point, and the provider and queues that carry on around it.

Every commit, every publish, every send to the provider is two points: just before it and just after. A crash there ends
the invocation as a killed Lambda ends: the connection is gone, nothing after the point happened, and the queue brings
the whole batch again once its visibility time-out has passed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any
from unittest.mock import patch

from infra.local.pipeline import MemoryQueue, Pipeline
from relevo import clock, db, messaging
from relevo.channels import OutboundMessage, whatsapp
from relevo.events import ScheduleFired
from relevo.messaging import Outgoing
from tests.support import meta
from tests.support.lambdas import sqs
from tests.support.postgres import Lasting


class Crash(BaseException):
    """The process is gone: not an Exception, so nothing in the system can catch it by accident."""


@dataclass
class Points:
    """Counts the points passed, and crashes at the chosen one, once."""

    crash_at: int | None = None
    passed: list[str] = field(default_factory=list)

    def reach(self, name: str) -> None:
        self.passed.append(name)
        if self.crash_at == len(self.passed) - 1:
            raise Crash(name)


class FragileDatabase(Lasting):
    def __init__(self, url: str, points: Points) -> None:
        super().__init__(url)
        self.points = points

    def before_commit(self) -> None:
        self.points.reach("before commit")

    def after_commit(self) -> None:
        self.points.reach("after commit")


class FragilePipeline(Pipeline):
    """Publishes with points around it, runs its queues in any order, and survives its functions' deaths."""

    def __init__(self, points: Points, restart: Callable[[], None], random: Random | None = None) -> None:
        super().__init__()
        self.points, self._restart, self._random = points, restart, random

    def publish(self, messages: Sequence[Outgoing]) -> set[str]:
        self.points.reach("before publish")
        accepted = super().publish(messages)
        self.points.reach("after publish")
        return accepted

    def send(self, queue: str, messages: Sequence[Outgoing]) -> set[str]:
        self.points.reach("before queueing")
        accepted = super().send(queue, messages)
        self.points.reach("after queueing")
        return accepted

    def run_once(self) -> int:
        queues = list(self.queues.values())
        if self._random:
            self._random.shuffle(queues)
        return sum(self._run(queue) for queue in queues)

    def _run(self, queue: MemoryQueue) -> int:
        batch = queue.take()
        try:
            return super()._run(queue)
        except Crash:
            self._restart()
            queue.settle(batch, {record.id for record in batch})
            return len(batch)


@dataclass
class Provider:
    """WhatsApp: takes messages, and later reports what became of them, with our id."""

    points: Points
    sent: list[tuple[str, str, str, str]] = field(default_factory=list)
    """(provider's id, our id, recipient, text) of what was accepted."""
    reported: int = 0

    def send(self, account: Any, message: OutboundMessage, **_: Any) -> str:
        self.points.reach("before send")
        wamid = f"wamid.out{len(self.sent):05}"
        self.sent.append((wamid, message.opaque or "", message.to.phone or "", message.text))
        self.points.reach("after send")
        return wamid

    def news(self) -> list[dict[str, Any]]:
        """Statuses of what was accepted since the last call, each a webhook of its own."""
        fresh, self.reported = self.sent[self.reported :], len(self.sent)
        return [
            meta.webhook(statuses=[meta.status(wamid, state, opaque=ours)])
            for wamid, ours, _, _ in fresh
            for state in ("sent", "delivered", "read")
        ]


class System:
    """Relevo, the provider and the passing of time."""

    def __init__(self, url: str, crash_at: int | None = None, random: Random | None = None) -> None:
        self.points = Points(crash_at)
        self.random = random
        self._url = url
        self.provider = Provider(self.points)
        self.pipeline = FragilePipeline(self.points, self.restart, random)
        self.database = FragileDatabase(url, self.points)

    @contextmanager
    def running(self) -> Iterator[System]:
        messaging.use(self.pipeline)
        db.use(self.database)
        with patch.object(whatsapp, "send", self.provider.send), clock.frozen(clock.now()) as advance:
            self.advance = advance
            yield self
        self.database.close()
        db.use(None)

    def restart(self) -> None:
        """A new process: another connection, nothing remembered."""
        self.database.close()
        Lasting.hang_up(self._url)
        self.database = FragileDatabase(self._url, self.points)
        db.use(self.database)

    def post(self, payload: dict[str, Any]) -> None:
        """A webhook, posted again until it is answered with 200, as Meta does."""
        while True:
            try:
                if self.pipeline.handler("intake")(meta.post(payload), None)["statusCode"] == 200:
                    return
            except Crash:
                self.restart()

    def live_through(self, webhooks: Sequence[dict[str, Any]]) -> None:
        """Post these, and let everything that follows from them happen: work, statuses, pauses, the relay."""
        for payload in webhooks:
            self.post(payload)
        quiet = 0
        while quiet < 2:
            busy = self._work()
            for payload in self._shuffled(self.provider.news()):
                self.post(payload)
                busy = True
            self._wait()
            self._relay()
            quiet = 0 if busy or self._waiting() else quiet + 1

    def _work(self) -> bool:
        busy = False
        while self.pipeline.run_once():
            busy = True
        return busy

    def _shuffled(self, payloads: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if self.random:
            payloads = payloads + self.random.choices(payloads, k=len(payloads) // 2)
            self.random.shuffle(payloads)
        return payloads

    def _waiting(self) -> bool:
        return any(queue.waiting for queue in self.pipeline.queues.values())

    def _wait(self) -> None:
        hours = [record.visible_at for queue in self.pipeline.queues.values() for record in queue.waiting]
        until = min(hours) - clock.now() if hours else timedelta(minutes=1)
        self.advance(max(until, timedelta(minutes=1)))

    def _relay(self) -> None:
        try:
            self.pipeline.handler("relay")(sqs(ScheduleFired(schedule="relay", due_at=clock.now())), None)
        except Crash:
            self.restart()

    # ------------------------------------------------------------------------------------------------ the final state

    def state(self) -> dict[str, Any]:
        """What is true at the end, without ids, times and who of several equals got a ticket."""
        with closing(Lasting(self._url)) as database, database.unit_of_work() as uow:
            return {
                "messages": Counter(
                    (row["phone"], row["direction"], row["author"], row["kind"], _plain(row["text"]), row["status"])
                    for row in uow.all(
                        "SELECT i.phone, m.direction, m.author, m.kind, m.text, m.status FROM inbox.message m"
                        " JOIN inbox.conversation c ON c.id = m.conversation_id"
                        " JOIN inbox.identity i ON i.id = c.identity_id"
                    )
                ),
                "conversations": Counter(
                    tuple(row.values())
                    for row in uow.all(
                        "SELECT i.phone, c.state, c.owner, c.owner_version, c.language FROM inbox.conversation c"
                        " JOIN inbox.identity i ON i.id = c.identity_id"
                    )
                ),
                "tickets": Counter(
                    tuple(row.values())
                    for row in uow.all(
                        "SELECT i.phone, t.subject, t.status, t.category, t.priority, t.score, d.code,"
                        "   t.agent_id IS NOT NULL AS assigned,"
                        "   (SELECT count(*) FROM platform.notification n WHERE n.ticket_id = t.id) AS told"
                        " FROM desk.ticket t JOIN inbox.conversation c ON c.id = t.conversation_id"
                        " JOIN inbox.identity i ON i.id = c.identity_id"
                        " LEFT JOIN desk.department d ON d.id = t.department_id"
                    )
                ),
                "read by customers": Counter((to, _plain(text)) for _, _, to, text in self.provider.sent),
                "turns": Counter(row["decision"] for row in uow.all("SELECT decision FROM knowledge.chatbot_turn")),
                "load": [row["n"] for row in uow.all("SELECT sum(open_tickets) AS n FROM desk.agent")],
                "figures": Counter(
                    {
                        (r["metric"], r["label"]): int(r["n"])
                        for r in uow.all(
                            "SELECT metric, label, sum(count) AS n FROM desk.ticket_figure"
                            " WHERE grain = 'now' GROUP BY 1, 2"
                        )
                    }
                ),
                "unpublished": uow.all("SELECT name FROM platform.outbox WHERE published_at IS NULL"),
                "rejected": uow.all("SELECT consumer, reason FROM platform.rejected"),
                "dead": sorted(self.pipeline.dead),
            }


def _plain(text: str | None) -> str:
    """Ticket numbers depend on who came first."""
    return re.sub(r"\b(n\.º|no\.) \d+", "N", text or "")
