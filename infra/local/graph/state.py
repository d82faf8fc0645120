"""What the stand-in holds and does: messages taken, files kept, faults to make, statuses to post."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import itertools
import secrets
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from infra.local.graph import webhooks
from infra.local.graph.limits import GraphError
from infra.local.graph.webhooks import Number, Person
from relevo import clock

Json = dict[str, Any]
RETRIES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between tries of a webhook that was not answered with 200. Meta keeps trying for days."""


@dataclass
class Rule:
    """A fault to make: on the next `times` sends, of this recipient only where one is named.

    error      answer `http_status` with Graph's `code`; nothing is sent
    timeout    never answer; with `accepted` the message was sent all the same
    fail       accept, and report the message failed with `code` afterwards
    duplicate  accept, and post every status twice
    reorder    accept, and post the statuses backwards
    """

    kind: Literal["error", "timeout", "fail", "duplicate", "reorder"] = "error"
    times: int = 1
    to: str | None = None
    http_status: int = 400
    code: int = 131000
    title: str = "Something went wrong"
    retry_after: int | None = None
    accepted: bool = True


@dataclass(frozen=True)
class Sent:
    """A message the stand-in accepted."""

    id: str
    phone_number_id: str
    to: str
    kind: str
    body: Json
    at: float

    @property
    def text(self) -> str:
        """What the customer reads."""
        block = self.body.get(self.kind) or {}
        if self.kind == "interactive":
            return str(block["body"]["text"])
        return str(block.get("body") or block.get("caption") or block.get("name") or "")


@dataclass(frozen=True)
class File:
    """A file as the media endpoints keep it."""

    id: str
    content: bytes
    mime_type: str
    filename: str = ""

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.content).digest()

    @property
    def block(self) -> Json:
        """How a webhook names it; the digest in base64, as Meta writes it there."""
        return {"id": self.id, "mime_type": self.mime_type, "sha256": base64.b64encode(self.sha256).decode()}


@dataclass
class Settings:
    """How the stand-in behaves. Delays are seconds after the former step; a status left out is never posted."""

    token: str = ""
    """The only bearer token taken; empty takes any."""
    app_secret: str = "local-app-secret"
    webhook_url: str = ""
    """Where webhooks are posted; empty posts none."""
    deliver: Callable[[bytes, str], int] | None = None
    """In the place of an address: called with body and signature, answers the HTTP status."""
    delays: dict[str, float] = field(default_factory=lambda: {"sent": 0.05, "delivered": 0.2, "read": 0.6})
    pair_burst: int = 0
    """Sends to one person before the pair rate of one in six seconds holds; 0 lets any number through."""
    pair_seconds: float = 6.0


class Graph:
    """The stand-in's memory. Reading `sent`, `refused` and `events` from another thread is safe; they only grow."""

    def __init__(self, settings: Settings | None = None, numbers: dict[str, Number] | None = None) -> None:
        self.settings = settings or Settings()
        self.numbers = numbers or {}
        self.reset()
        self._listeners: set[asyncio.Queue[Json]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._client: Any = None

    def reset(self) -> None:
        """Forget messages, faults and events; keep the files, which messages of others may name."""
        self.run = secrets.token_hex(4)
        """Changes when the events start over."""
        self.sent: list[Sent] = []
        self.refused: list[Json] = []
        self.read: list[Json] = []
        self.events: list[Json] = []
        self.rules: list[Rule] = []
        self.files: dict[str, File] = getattr(self, "files", {})
        self._pairs: dict[tuple[str, str], deque[float]] = defaultdict(deque)
        self._sequence = itertools.count(1)

    # ------------------------------------------------------------------------------------------------------ listening

    def publish(self, type: str, **facts: Any) -> Json:
        """Tell every listener, and remember."""
        event = {"seq": next(self._sequence), "type": type, "at": clock.now().timestamp(), **facts}
        self.events.append(event)
        for listener in self._listeners:
            listener.put_nowait(event)
        return event

    def listen(self) -> asyncio.Queue[Json]:
        """A queue that is given every event from now on; give it back to `forget`."""
        queue: asyncio.Queue[Json] = asyncio.Queue()
        self._listeners.add(queue)
        return queue

    def forget(self, queue: asyncio.Queue[Json]) -> None:
        self._listeners.discard(queue)

    # -------------------------------------------------------------------------------------------------------- sending

    def add_rule(self, rule: Rule) -> None:
        """Make this fault on a later send."""
        self.rules.append(rule)
        self.publish("rules", rules=[asdict(kept) for kept in self.rules])

    def clear_rules(self) -> None:
        """Make no more faults."""
        self.rules.clear()
        self.publish("rules", rules=[])

    def fault_for(self, to: str) -> Rule | None:
        """The first fault that is due for this recipient, used up by one."""
        for rule in self.rules:
            if rule.to in (None, to):
                rule.times -= 1
                self.rules = [kept for kept in self.rules if kept.times > 0]
                self.publish("rules", rules=[asdict(kept) for kept in self.rules])
                return rule
        return None

    def pace(self, phone_number_id: str, to: str) -> None:
        """Raise 131056 when this pair is faster than Meta lets it be."""
        if not self.settings.pair_burst:
            return
        now, sends = clock.now().timestamp(), self._pairs[phone_number_id, to]
        while sends and sends[0] <= now - self.settings.pair_seconds * self.settings.pair_burst:
            sends.popleft()
        if len(sends) >= self.settings.pair_burst:
            raise GraphError(400, 131056, "(Business Account, Consumer Account) pair rate limit hit")
        sends.append(now)

    def accept(self, phone_number_id: str, body: Json, rule: Rule | None = None) -> Sent:
        """Take a message, and post its statuses later."""
        to = body.get("to") or body["recipient"]
        kind = body.get("type", "text")
        sent = Sent(webhooks.new_wamid(to), phone_number_id, to, kind, body, clock.now().timestamp())
        self.sent.append(sent)
        self.publish("outbound", **asdict(sent))
        if self.settings.webhook_url or self.settings.deliver:
            self.spawn(self._report(sent, rule or Rule(kind="error", times=0)))
        return sent

    def spawn(self, work: Any) -> None:
        """Run beside the requests, kept alive until done."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # ------------------------------------------------------------------------------------------------------- webhooks

    def number(self, phone_number_id: str) -> Number:
        return self.numbers.get(phone_number_id) or Number(phone_number_id)

    async def _report(self, sent: Sent, rule: Rule) -> None:
        steps = list(self.settings.delays.items())
        if rule.kind == "fail":
            steps = [("failed", self.settings.delays.get("sent", 0.0))]
        if rule.kind == "reorder":
            steps.reverse()
        person = Person(**({"user_id": sent.to} if "recipient" in sent.body else {"phone": sent.to}))
        opaque = sent.body.get("biz_opaque_callback_data")
        failure = {"code": rule.code, "title": rule.title, "message": rule.title}
        for name, delay in steps:
            await asyncio.sleep(delay)
            told = {"errors": [failure | {"error_data": {"details": rule.title}}]} if name == "failed" else {}
            entry = webhooks.status(
                person, name, id=sent.id, timestamp=int(clock.now().timestamp()), opaque=opaque, **told
            )
            payload = webhooks.envelope(self.number(sent.phone_number_id), {"statuses": [entry]})
            for _ in range(2 if rule.kind == "duplicate" else 1):
                await self.post(payload)
            self.publish("status", id=sent.id, to=sent.to, status=name, code=rule.code if told else None)

    async def post(
        self, payload: Json, *, retries: tuple[float, ...] = RETRIES, secret: str | None = None
    ) -> tuple[int, str]:
        """Post a signed webhook, again while it is not answered with 200; the last answer's status and text.

        `secret` signs in the app secret's place, to show what a forgery meets.
        """
        body = webhooks.serialize(payload)
        signature = webhooks.sign(body, secret or self.settings.app_secret)
        begun = time.perf_counter()
        status, answer = await self._deliver(body, signature)
        for pause in retries:
            if status == 200:
                break
            await asyncio.sleep(pause)
            status, answer = await self._deliver(body, signature)
        self.publish(
            "webhook",
            payload=payload,
            signature=signature,
            status=status,
            answer=answer[:500],
            milliseconds=round((time.perf_counter() - begun) * 1000),
        )
        return status, answer

    async def _deliver(self, body: bytes, signature: str) -> tuple[int, str]:
        if self.settings.deliver:
            return await asyncio.to_thread(self.settings.deliver, body, signature), ""
        import httpx

        if self._client is None:
            self._client = httpx.AsyncClient(timeout=20)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "facebookexternalua",
            "X-Hub-Signature-256": signature,
        }
        try:
            response = await self._client.post(self.settings.webhook_url, content=body, headers=headers)
        except httpx.HTTPError as error:
            return 0, f"{type(error).__name__}: {error}"
        return response.status_code, response.text

    async def close(self) -> None:
        """Stop what still runs."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()
