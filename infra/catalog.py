"""The map on one page: every function, what triggers it, what it may touch, its limits.

Stacks, the picture in the docs, the in-process pipeline and the infrastructure tests are all derived from this module,
so it is plain Python: it imports neither the CDK nor `relevo`. To add a function, add its entry to `FUNCTIONS` and its
folder to `functions/`; queue, dead-letter queue, alarms, role, log group, rule and mapping follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, TypeVar

Layer = Literal["core", "deps", "llm", "embed", "learn", "ocr", "tesseract", "pdf", "soap"]

# ---------------------------------------------------------------------------------------------------------- triggers


@dataclass(frozen=True)
class HttpRoute:
    """A route of the HTTP API. `public` says why the authorizer does not stand before it; empty: it does."""

    method: str
    path: str
    public: str = ""


@dataclass(frozen=True)
class WebSocketRoute:
    """A route of the WebSocket API. The authorizer stands before `$connect`, the only place where it can."""

    key: Literal["$connect", "$disconnect", "$default"]


@dataclass(frozen=True)
class Authorizer:
    """The REQUEST authorizer of every route that is not public, and of the WebSocket API."""


@dataclass(frozen=True)
class CustomResource:
    """Runs during a deployment, before any other function changes; its failure fails the deployment."""


@dataclass(frozen=True)
class Invoked:
    """Called by the operator's own command with their own AWS rights: no queue, no route, nobody else may."""


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """What reaches a function over an SQS queue.

    `max_concurrency` is its share of the connection budget; SQS takes no less than 2."""

    batch_size: int = 10
    max_concurrency: int = 4
    promise_seconds: int = 60
    """How old the oldest waiting message may grow before the alarm; the promise made to customers and agents."""
    max_receive_count: int = 5
    """Times a message is tried before it is a dead letter; the pauses between grow to a quarter of an hour."""


@dataclass(frozen=True)
class FifoQueue(Mapped):
    """An ordered stream. `group` says what shares an order."""

    stream: str
    group: str


@dataclass(frozen=True)
class Events(Mapped):
    """Facts on the bus: rule -> queue -> function. `delay` names the setting that holds a message back, in seconds."""

    names: tuple[str, ...]
    delay: str | None = None


@dataclass(frozen=True)
class Schedule(Mapped):
    """EventBridge Scheduler -> queue -> function, every so many minutes: a divisor of an hour, or whole hours."""

    minutes: int


@dataclass(frozen=True)
class S3Objects(Mapped):
    """Files that appear in the media bucket under a prefix: bucket -> default bus -> queue -> function."""

    prefix: str


Trigger = HttpRoute | WebSocketRoute | Authorizer | CustomResource | Invoked | FifoQueue | Events | Schedule | S3Objects

# ------------------------------------------------------------------------------------------------------------ grants


@dataclass(frozen=True)
class Database:
    """Connect to Postgres; a function with this right lives in the VPC. `direct` goes round the proxy, for locks."""

    direct: bool = False
    actions: ClassVar[tuple[str, ...]] = ("secretsmanager:GetSecretValue",)


@dataclass(frozen=True)
class PutEvents:
    """Put events on the bus, under the source `relevo` only."""

    actions: ClassVar[tuple[str, ...]] = ("events:PutEvents",)


@dataclass(frozen=True)
class Send:
    """Send to an ordered queue."""

    stream: str
    actions: ClassVar[tuple[str, ...]] = ("sqs:SendMessage",)


@dataclass(frozen=True)
class ReadSecret:
    """Read one secret: `meta` (WhatsApp), `social` (the other networks), `llm` (the language model), `vin` (the VIN
    decoder) or `auth` (what sessions are signed with)."""

    name: Literal["meta", "social", "llm", "vin", "auth"]
    actions: ClassVar[tuple[str, ...]] = ("secretsmanager:GetSecretValue",)


@dataclass(frozen=True)
class WriteSecret:
    """Give a secret another value: tokens that networks make new."""

    name: Literal["social"]
    actions: ClassVar[tuple[str, ...]] = ("secretsmanager:PutSecretValue",)


@dataclass(frozen=True)
class SendEmail:
    """Send e-mail from the stage's domain; what carries pictures SES may take for a raw message."""

    actions: ClassVar[tuple[str, ...]] = ("ses:SendEmail", "ses:SendRawEmail")


@dataclass(frozen=True)
class SendSms:
    """Send text messages to phones; not to topics."""

    actions: ClassVar[tuple[str, ...]] = ("sns:Publish",)


@dataclass(frozen=True)
class PostToConnections:
    """Write to the browsers connected to the WebSocket API, and hang up on them."""

    actions: ClassVar[tuple[str, ...]] = ("execute-api:ManageConnections",)


@dataclass(frozen=True)
class ReadObjects:
    """Read the media bucket's files under a prefix, as in `ReadObjects("media")`; links people get are made with it."""

    prefix: str
    actions: ClassVar[tuple[str, ...]] = ("s3:GetObject",)


@dataclass(frozen=True)
class WriteObjects:
    """Put files into the media bucket under a prefix."""

    prefix: str
    actions: ClassVar[tuple[str, ...]] = ("s3:PutObject", "s3:AbortMultipartUpload")


Grant = (
    Database
    | PutEvents
    | Send
    | ReadSecret
    | WriteSecret
    | SendEmail
    | SendSms
    | PostToConnections
    | ReadObjects
    | WriteObjects
)

# --------------------------------------------------------------------------------------------------------- functions

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Function:
    """One Lambda; its code is `functions/<name>/handler.py`."""

    name: str
    does: str
    triggers: tuple[Trigger, ...]
    grants: tuple[Grant, ...] = ()
    settings: tuple[str, ...] = ()
    """Values of the stage it is told, by the field's name in `infra.stages.Stage`; RELEVO_<NAME> in its environment."""
    socket_url: bool = False
    """Told where browsers connect for live updates: RELEVO_SOCKET_URL."""
    files_url: bool = False
    """Told where browsers fetch files from, by the links the API gives them: RELEVO_FILES_URL."""
    site_url: bool = False
    """Told where browsers reach the API, for links in what it sends out: RELEVO_SITE_URL."""
    layers: tuple[Layer, ...] = ("core", "deps")
    memory: int = 512
    timeout: int = 30
    snap_start: bool = False
    reserved_concurrency: int | None = None
    """For functions without a queue that use the database: their share of the connection budget."""

    @property
    def in_vpc(self) -> bool:
        """Only what talks to the database pays for a network interface."""
        return any(isinstance(grant, Database) for grant in self.grants)

    @property
    def connections(self) -> int:
        """Connections it can hold at once: one per concurrent invocation."""
        mapped = sum(trigger.max_concurrency for trigger in self.triggers if isinstance(trigger, Mapped))
        return mapped + (self.reserved_concurrency or 0) if self.in_vpc else 0

    def triggered_by(self, kind: type[T]) -> tuple[T, ...]:
        """Its triggers of this kind."""
        return tuple(trigger for trigger in self.triggers if isinstance(trigger, kind))


INVENTORY = (
    "inventory_wsdl",
    "inventory_timeout",
    "inventory_cache_seconds",
    "inventory_failures",
    "inventory_pause_seconds",
)
"""The settings of whoever asks what is in stock; the layer `soap` goes with them."""

FUNCTIONS: tuple[Function, ...] = (
    Function(
        name="intake",
        does="Checks a Meta webhook's signature and puts each change into its queue.",
        triggers=(
            HttpRoute("GET", "/webhooks/meta", public="Meta's handshake is answered only to the verify token"),
            HttpRoute("POST", "/webhooks/meta", public="Meta signs the body (X-Hub-Signature-256); intake checks it"),
        ),
        grants=(Send("inbound"), Send("statuses"), ReadSecret("meta")),
        timeout=10,
    ),
    Function(
        name="ingest",
        does="Keeps every message and status; finds or creates customer, identity and conversation.",
        triggers=(
            FifoQueue("inbound", "channel account + sender", max_concurrency=10, promise_seconds=30),
            FifoQueue("statuses", "channel account + sender", max_concurrency=4, promise_seconds=300),
        ),
        grants=(Database(), PutEvents()),
    ),
    Function(
        name="api",
        does="Sessions, conversations, tickets, articles, settings and figures over HTTP, with the OpenAPI page.",
        triggers=(
            HttpRoute("ANY", "/api/{proxy+}"),
            HttpRoute("POST", "/api/auth/login", public="who signs in has a password, and attempts are slowed down"),
            HttpRoute("POST", "/api/auth/refresh", public="the cookie's refresh token is what it asks for"),
            HttpRoute("POST", "/api/auth/logout", public="a session that is over must be able to say so"),
            HttpRoute("GET", "/api/health", public="monitors call it without a key; it tells nothing but up or down"),
            HttpRoute("GET", "/api/docs", public="the API's description holds no data"),
            HttpRoute("GET", "/api/openapi.json", public="the API's description holds no data"),
            HttpRoute("GET", "/api/reports/links/{token}", public="the link is a secret of its own, and expires"),
        ),
        grants=(
            Database(),
            PutEvents(),
            Send("outbound"),
            PostToConnections(),
            ReadSecret("auth"),
            ReadSecret("llm"),
            ReadObjects("media"),
            ReadObjects("documents"),
            ReadObjects("reports"),
            ReadObjects("social"),
            WriteObjects("social"),
            ReadSecret("social"),
            WriteSecret("social"),
        ),
        settings=("bot_confidence", "bot_max_cost", "bot_max_turns", "locale", *INVENTORY),
        layers=("core", "deps", "llm", "soap"),
        socket_url=True,
        memory=1024,
        timeout=29,
        snap_start=True,
        reserved_concurrency=15,
    ),
    Function(
        name="console",
        does="The agents' console: hands the built web application to browsers.",
        triggers=(
            HttpRoute("GET", "/", public="it sends browsers on to the console"),
            HttpRoute("GET", "/{proxy+}", public="/console/ leads to the console too; all else is not found"),
            HttpRoute("GET", "/console", public="the application's files hold no data; people sign in inside it"),
            HttpRoute(
                "GET", "/console/{proxy+}", public="the application's files hold no data; people sign in inside it"
            ),
        ),
        socket_url=True,
        files_url=True,
        timeout=10,
    ),
    Function(
        name="socket",
        does="What a connected browser says: topics it follows, who looks, who types, that it is still there.",
        triggers=(WebSocketRoute("$connect"), WebSocketRoute("$disconnect"), WebSocketRoute("$default")),
        grants=(Database(), PutEvents(), PostToConnections()),
        memory=1024,
        timeout=10,
        snap_start=True,
        reserved_concurrency=4,
    ),
    Function(
        name="broadcast",
        does="Keeps the live feed of every branch, gap-free, and posts it to connected browsers.",
        triggers=(
            Events(
                names=(
                    "message.received",
                    "message.written",
                    "message.sent",
                    "message.status_changed",
                    "message.analyzed",
                    "message.amended",
                    "attachment.ready",
                    "attachment.failed",
                    "image.read",
                    "reading.corrected",
                    "vehicle.decoded",
                    "conversation.opened",
                    "conversation.owner_changed",
                    "conversation.closed",
                    "conversation.read",
                    "conversation.summarized",
                    "ticket.created",
                    "ticket.updated",
                    "ticket.prioritized",
                    "ticket.routed",
                    "ticket.assigned",
                    "ticket.escalated",
                    "ticket.resolved",
                    "ticket.closed",
                    "feedback.received",
                    "quote.written",
                    "quote.requested",
                    "quote.sent",
                    "quote.returned",
                    "quote.accepted",
                    "quote.cancelled",
                    "quote.expired",
                    "order.placed",
                    "order.cancelled",
                    "receipt.made",
                    "agent.changed",
                    "notification.added",
                    "alert.raised",
                    "alert.announced",
                    "alert.acknowledged",
                    "alert.resolved",
                ),
                max_concurrency=2,
                promise_seconds=30,
            ),
        ),
        grants=(Database(), PostToConnections()),
        memory=1024,
    ),
    Function(
        name="authorizer",
        does="Says who calls: API keys, people's sessions, tickets of live connections; with what they may do now.",
        triggers=(Authorizer(),),
        grants=(Database(), ReadSecret("auth")),
        memory=1024,
        timeout=10,
        snap_start=True,
        reserved_concurrency=6,
    ),
    Function(
        name="media",
        does="Fetches what customers send, checks it and keeps it; tries again for as long as the channel has it.",
        triggers=(
            Events(names=("message.received",), promise_seconds=120),
            Schedule(minutes=1, batch_size=1, max_concurrency=2, promise_seconds=300),
        ),
        grants=(Database(), PutEvents(), ReadSecret("meta"), WriteObjects("media")),
        settings=("graph_url", "graph_version"),
        timeout=120,
    ),
    Function(
        name="ocr",
        does="Reads pictures: text, VINs and product codes, each picture once.",
        triggers=(S3Objects("media", batch_size=1, max_concurrency=4, promise_seconds=120),),
        grants=(Database(), PutEvents(), ReadObjects("media")),
        layers=("core", "deps", "ocr", "tesseract"),
        memory=3008,
        timeout=90,
    ),
    Function(
        name="decode",
        does="Asks the company's VIN decoder about a vehicle, once a number; without a key for one it does nothing.",
        triggers=(
            Events(names=("image.read", "reading.corrected"), batch_size=1, max_concurrency=2, promise_seconds=120),
        ),
        grants=(Database(), PutEvents(), ReadSecret("vin")),
        settings=("vin_decoder_url", "vin_decoder_timeout"),
    ),
    Function(
        name="quote",
        does="Sends quotes with their paper, takes the customer's yes or no, makes the receipt, lets quotes expire.",
        triggers=(
            Events(
                names=("quote.requested", "message.received", "order.placed"), max_concurrency=3, promise_seconds=60
            ),
            Schedule(minutes=5, batch_size=1, max_concurrency=2, promise_seconds=900),
        ),
        grants=(
            Database(),
            PutEvents(),
            Send("outbound"),
            WriteObjects("documents"),
            ReadObjects("logos"),
        ),
        settings=INVENTORY,
        layers=("core", "deps", "pdf", "soap"),
        memory=1024,
    ),
    Function(
        name="sales_report",
        does="Tells supervisors each morning what their branch sold yesterday, and what agents earned.",
        triggers=(Schedule(minutes=60, batch_size=1, max_concurrency=2, promise_seconds=7200),),
        grants=(Database(), PutEvents()),
        timeout=60,
    ),
    Function(
        name="reports",
        does="Writes reports: every morning, on Mondays, on the first of the month, and when asked for.",
        triggers=(
            Events(names=("report.requested",), batch_size=1, max_concurrency=2, promise_seconds=900),
            Schedule(minutes=15, batch_size=1, max_concurrency=2, promise_seconds=1800),
        ),
        grants=(
            Database(),
            PutEvents(),
            ReadSecret("llm"),
            SendEmail(),
            WriteObjects("reports"),
            ReadObjects("logos"),
        ),
        settings=("locale",),
        site_url=True,
        layers=("core", "deps", "llm", "pdf"),
        memory=1769,
        timeout=300,
    ),
    Function(
        name="survey",
        does="Asks customers how they were served, a day after their ticket was resolved, and takes their answer.",
        triggers=(
            Events(names=("message.received",), max_concurrency=2, promise_seconds=60),
            Schedule(minutes=60, batch_size=1, max_concurrency=2, promise_seconds=7200),
        ),
        grants=(Database(), PutEvents(), Send("outbound")),
        settings=("locale",),
        timeout=60,
    ),
    Function(
        name="analyze",
        does="Language, sentiment, urgency, keywords and tags of what customers write.",
        triggers=(Events(names=("message.received", "ticket.created")),),
        grants=(Database(), PutEvents()),
        memory=1024,
    ),
    Function(
        name="chatbot",
        does="Answers from the FAQ with its source, or hands over to people with a ticket.",
        triggers=(
            Events(
                names=(
                    "message.received",
                    "image.read",
                    "attachment.failed",
                    "conversation.returned",
                    "ticket.created",
                ),
                delay="bot_debounce_seconds",
                batch_size=5,  # a model answers them one after the other, and the last customer waits for all
                max_concurrency=10,
                promise_seconds=45,
                max_receive_count=10,
            ),
        ),
        grants=(Database(), PutEvents(), Send("outbound"), ReadSecret("llm")),
        settings=("bot_confidence", "bot_debounce_seconds", "bot_max_turns", "bot_max_cost", "locale"),
        layers=("core", "deps", "llm", "embed"),
        memory=1769,
        timeout=90,
    ),
    Function(
        name="learn",
        does="Learns what articles say once somebody changed them, so that the bot finds them.",
        triggers=(Events(names=("article.changed",), max_concurrency=2, promise_seconds=600),),
        grants=(Database(), PutEvents()),
        layers=("core", "deps", "embed"),
        memory=1769,
        timeout=300,
    ),
    Function(
        name="rehearse",
        does="Says what the bot would do with a question, for whoever writes articles.",
        triggers=(HttpRoute("POST", "/api/knowledge/try"),),
        grants=(Database(),),
        settings=("bot_confidence", "locale"),
        layers=("core", "deps", "embed"),
        memory=1769,
        timeout=29,
        reserved_concurrency=1,
    ),
    Function(
        name="prioritize",
        does="Scores a ticket 0-100 and keeps the factors.",
        triggers=(Events(names=("ticket.created", "ticket.updated"), max_concurrency=3),),
        grants=(Database(), PutEvents()),
    ),
    Function(
        name="route",
        does="Gives a ticket to a department and an agent, and what waits in the queue to agents who have room.",
        triggers=(Events(names=("ticket.prioritized", "agent.changed"), max_concurrency=3),),
        grants=(Database(), PutEvents()),
        settings=("locale",),
    ),
    Function(
        name="deliver",
        does="Sends what waits for a customer over WhatsApp, once, in the conversation's order.",
        triggers=(
            FifoQueue(
                "outbound", "conversation", batch_size=3, max_concurrency=10, promise_seconds=60, max_receive_count=10
            ),
        ),
        grants=(Database(), PutEvents(), ReadSecret("meta"), ReadObjects("documents")),
        settings=("graph_url", "graph_version", "settle_seconds"),
        timeout=60,
    ),
    Function(
        name="notify",
        does="Tells agents and supervisors: Slack, Teams, Discord, webhook, e-mail, text message.",
        triggers=(
            Events(
                names=(
                    "ticket.assigned",
                    "ticket.escalated",
                    "alert.announced",
                    "post.failed",
                    "social_account.refused",
                    "social_account.ending",
                ),
                promise_seconds=120,
            ),
        ),
        grants=(Database(), PutEvents(), SendEmail(), SendSms()),
        settings=("locale",),
    ),
    Function(
        name="escalate",
        does="Steps up tickets past their response or resolution target.",
        triggers=(Schedule(minutes=1, batch_size=1, max_concurrency=2, promise_seconds=300),),
        grants=(Database(), PutEvents()),
        timeout=60,
    ),
    Function(
        name="alerts",
        does="Looks at what is watched: raises what is newly wrong, resolves what is over, has people told.",
        triggers=(Schedule(minutes=5, batch_size=1, max_concurrency=2, promise_seconds=900),),
        grants=(Database(), PutEvents()),
        timeout=120,
    ),
    Function(
        name="release",
        does="Ends idle holds of conversations, gives what waits to agents who are there, hangs up on who is gone.",
        triggers=(Schedule(minutes=1, batch_size=1, max_concurrency=2, promise_seconds=300),),
        grants=(Database(), PutEvents(), PostToConnections()),
        settings=("locale",),
        timeout=60,
    ),
    Function(
        name="publish_social",
        does="Publishes what is due on social networks, exactly once; makes the pictures drafts ask for.",
        triggers=(
            Events(
                names=("post.scheduled", "illustration.requested"), batch_size=1, max_concurrency=2, promise_seconds=120
            ),
            Schedule(minutes=1, batch_size=1, max_concurrency=2, promise_seconds=300),
        ),
        grants=(
            Database(),
            PutEvents(),
            ReadSecret("social"),
            WriteSecret("social"),
            ReadSecret("llm"),
            ReadObjects("social"),
            WriteObjects("social"),
        ),
        settings=("social_graph_url", "tiktok_url", "graph_version"),
        layers=("core", "deps", "llm"),
        memory=1024,
        timeout=180,
    ),
    Function(
        name="plan_social",
        does="Each morning: what posts got, when they are seen best, which times are kept, which posts get them.",
        triggers=(Schedule(minutes=15, batch_size=1, max_concurrency=2, promise_seconds=3600),),
        grants=(Database(), PutEvents(), ReadSecret("social"), WriteSecret("social")),
        settings=("social_graph_url", "tiktok_url", "graph_version"),
        layers=("core", "deps", "learn"),
        memory=1024,
        timeout=300,
    ),
    Function(
        name="relay",
        does="Sends what the outbox still holds after a crash or a refusal.",
        triggers=(Schedule(minutes=1, batch_size=1, max_concurrency=2, promise_seconds=300),),
        grants=(Database(), PutEvents(), Send("outbound")),
        timeout=60,
    ),
    Function(
        name="churn",
        does="Foresees each morning which customers are about to leave, and why; opens retention tickets.",
        triggers=(Schedule(minutes=15, batch_size=1, max_concurrency=2, promise_seconds=1800),),
        grants=(Database(), PutEvents()),
        settings=("locale",),
        layers=("core", "deps", "learn"),
        memory=2048,
        timeout=900,
    ),
    Function(
        name="migrate",
        does="Applies the database migrations of this version.",
        triggers=(CustomResource(),),
        grants=(Database(direct=True),),
        timeout=900,
    ),
    Function(
        name="configure",
        does="Puts in what the operator sends: the company, its articles, users, API keys.",
        triggers=(Invoked(),),
        grants=(Database(),),
        layers=("core", "deps", "embed"),
        memory=1769,
        timeout=300,
        reserved_concurrency=1,
    ),
)

# ----------------------------------------------------------------------------------------------------------- queues

Awaited = FifoQueue | Events | Schedule | S3Objects
"""What waits in a queue."""


@dataclass(frozen=True, kw_only=True)
class Queue:
    """A queue and the one function that empties it."""

    name: str
    function: Function
    trigger: Awaited

    @property
    def fifo(self) -> bool:
        return isinstance(self.trigger, FifoQueue)

    @property
    def visibility_seconds(self) -> int:
        """AWS's own advice: six times the function's time-out, so that a slow batch is not seen twice."""
        return 6 * self.function.timeout

    @property
    def delay(self) -> str | None:
        """The setting that holds its messages back."""
        return self.trigger.delay if isinstance(self.trigger, Events) else None


def function(name: str) -> Function:
    """The function of this name; KeyError when there is none."""
    return {entry.name: entry for entry in FUNCTIONS}[name]


def queue_for(entry: Function, trigger: Awaited) -> Queue:
    """The queue behind a trigger: an ordered one has its stream's name, the others their function's; a schedule beside
    another trigger has one of its own."""
    name = f"{trigger.stream}.fifo" if isinstance(trigger, FifoQueue) else entry.name
    if isinstance(trigger, Schedule) and entry.triggered_by(Mapped) != (trigger,):
        name = f"{entry.name}-clock"
    return Queue(name=name, function=entry, trigger=trigger)


def queues() -> tuple[Queue, ...]:
    """Every queue, in the order of the catalogue."""
    return tuple(
        queue_for(entry, trigger) for entry in FUNCTIONS for trigger in entry.triggers if isinstance(trigger, Awaited)
    )


def streams() -> dict[str, Queue]:
    """The ordered queues by their stream's name."""
    return {queue.trigger.stream: queue for queue in queues() if isinstance(queue.trigger, FifoQueue)}


def consumers_of(event: str) -> tuple[Function, ...]:
    """The functions to which the bus brings this event."""
    return tuple(entry for entry in FUNCTIONS for trigger in entry.triggered_by(Events) if event in trigger.names)


def routes() -> tuple[tuple[Function, HttpRoute], ...]:
    """Every HTTP route with the function behind it."""
    return tuple((entry, route) for entry in FUNCTIONS for route in entry.triggered_by(HttpRoute))


def socket_routes() -> tuple[tuple[Function, WebSocketRoute], ...]:
    """Every route of the WebSocket API with the function behind it."""
    return tuple((entry, route) for entry in FUNCTIONS for route in entry.triggered_by(WebSocketRoute))


def connection_budget() -> int:
    """Connections the whole system can ask of Postgres at once."""
    return sum(entry.connections for entry in FUNCTIONS)


# ------------------------------------------------------------------------------------------------------ environment


def environment_names(entry: Function) -> frozenset[str]:
    """The variables its grants and settings put into its environment, no more and no fewer."""
    names = {"RELEVO_STAGE", "POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE"}
    names |= {f"RELEVO_{setting.upper()}" for setting in entry.settings}
    names |= {"RELEVO_SOCKET_URL"} if entry.socket_url else set()
    names |= {"RELEVO_FILES_URL"} if entry.files_url else set()
    names |= {"RELEVO_SITE_URL"} if entry.site_url else set()
    for grant in entry.grants:
        match grant:
            case Database(direct=direct):
                names |= {"RELEVO_DATABASE_SECRET"} if direct else {"RELEVO_DATABASE_SECRET", "RELEVO_DATABASE_HOST"}
            case PutEvents():
                names.add("RELEVO_BUS")
            case Send(stream=stream):
                names.add(f"RELEVO_QUEUE_{stream.upper()}")
            case ReadSecret(name=name) | WriteSecret(name=name):
                names.add(f"RELEVO_{name.upper()}_SECRET")
            case SendEmail():
                names.add("RELEVO_EMAIL_SENDER")
            case PostToConnections():
                names.add("RELEVO_SOCKET_ENDPOINT")
            case ReadObjects() | WriteObjects():
                names.add("RELEVO_MEDIA_BUCKET")
    return frozenset(names)
