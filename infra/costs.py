"""What a month costs on AWS: prices, what one message uses, and the sums of `docs/operations.md`.

Prices are those of us-east-1 in US dollars, without free tiers, WhatsApp's own fees and the language model. Queues and
alarms are counted in the catalogue; what a message uses is what one customer message uses that the bot answers.
"""

from __future__ import annotations

from dataclasses import dataclass

from infra import catalog, stages
from infra.stages import Egress, Stage

HOURS = 730
VOLUMES = {1_000: "dev", 100_000: "dev", 10_000_000: "prod"}
"""Messages a month, and the stage that suits them."""

LAMBDA_GB_SECOND = 0.0000133334
SNAPSTART_GB_SECOND = 0.0000015046
INSTANCE_HOUR = {
    "t4g.micro": 0.016,
    "t4g.small": 0.032,
    "t4g.medium": 0.065,
    "m7g.large": 0.168,
    "m7g.xlarge": 0.337,
    "r7g.large": 0.239,
    "r7g.xlarge": 0.478,
}
ALARMS_BESIDE_QUEUES_AND_FUNCTIONS = 8
"""API 2, socket 1, database 3, outbox 1, channels 1."""
KB_STORED = 4
"""Rows, indexes, outbox and logs of the database for one message and its answer."""


@dataclass(frozen=True)
class Use:
    """What one answered message uses of a service: how much, and the price of one."""

    what: str
    how_many: float
    arithmetic: str
    price: float

    @property
    def million(self) -> float:
        """US dollars a million messages."""
        return self.how_many * self.price * 1e6


PER_MESSAGE = (
    Use("HTTP API calls", 4, "1 message + 3 statuses of its answer", 1.00e-6),
    Use("Lambda invocations", 15, "intake 4, ingest 4, analyze, chatbot, deliver, broadcast 4", 0.20e-6),
    Use(
        "Lambda GB-seconds",
        4 * 0.02 * 0.5 + 4 * 0.03 * 0.5 + 0.05 * 1 + 0.15 * 1.73 + 0.3 * 0.5 + 4 * 0.03 * 1,
        "4×0.02 s×0.5 + 4×0.03×0.5 + 0.05×1 + 0.15×1.73 + 0.3×0.5 + 4×0.03×1 GB",
        LAMBDA_GB_SECOND,
    ),
    Use("SQS FIFO requests", 15, "(inbound 1 + statuses 3 + outbound 1) × send, receive, delete", 0.50e-6),
    Use(
        "SQS requests",
        21,
        "analyze and chatbot × send, receive, delete; broadcast 7 sent, 4 × receive, delete",
        0.40e-6,
    ),
    Use("Events on the bus", 8, "received, analyzed, answered, written, sent, 3 × status_changed", 1.00e-6),
    Use("Logs, GB", 15 * 2e-6, "15 invocations × 2 kB", 0.50),
    Use("X-Ray traces", 0.05 * 4, "5 % of 4", 5.00e-6),
)


_WORKING_HOURS = 22 * 8
_HEARTBEATS = _WORKING_HOURS * 3600 / 25
_FRAMES = 4 * 1000

PER_AGENT = (
    Use("Connection minutes", _WORKING_HOURS * 60, "22 days × 8 hours", 0.25e-6),
    Use("Frames of heartbeats", 2 * _HEARTBEATS, "one every 25 s, and its answer", 1.00e-6),
    Use("Lambda invocations", _HEARTBEATS, "a heartbeat each", 0.20e-6),
    Use("Lambda GB-seconds", _HEARTBEATS * 0.02, "each 0.02 s × 1 GB", LAMBDA_GB_SECOND),
    Use("Frames of the feed", _FRAMES, "4 for each of 1,000 messages in the agent's branches", 1.00e-6),
)
"""What one agent's open console uses in a month. The answers of the API it asks are an HTTP call each."""


def fixed(stage: Stage) -> dict[str, float]:
    """What a stage costs a month before the first message, in US dollars."""
    copies = 2 if stage.database_multi_az else 1
    snapped = sum(entry.memory for entry in catalog.FUNCTIONS if entry.snap_start and stage.snap_start) / 1024
    alarms = 2 * (len(catalog.queues()) + len(catalog.FUNCTIONS)) + ALARMS_BESIDE_QUEUES_AND_FUNCTIONS
    gateway, instance = 2 * (0.045 + 0.005) * HOURS, (0.0042 + 0.005) * HOURS + 8 * 0.08
    polls = 5 * 3 * 60 * HOURS  # five pollers a queue, one long poll in twenty seconds each
    prices = [0.50e-6 if queue.fifo else 0.40e-6 for queue in catalog.queues()]
    return {
        f"Database db.{stage.database_instance}{' ×2 (Multi-AZ)' if copies == 2 else ''}": INSTANCE_HOUR[
            stage.database_instance
        ]
        * HOURS
        * copies,
        f"Its storage, {stage.database_storage_gb} GB": stage.database_storage_gb * 0.115 * copies,
        "RDS Proxy, 2 vCPU": 2 * 0.015 * HOURS,
        f"Egress by NAT {stage.egress.value}": gateway if stage.egress is Egress.GATEWAY else instance,
        f"3 interface endpoints in {stage.endpoint_zones} zone(s)": 3 * 0.01 * HOURS * stage.endpoint_zones,
        f"SnapStart cache, {snapped:.0f} GB": snapped * SNAPSTART_GB_SECOND * HOURS * 3600,
        f"{alarms} alarms": alarms * 0.10,
        f"Polling {len(prices)} empty queues": polls * sum(prices),
        "5 secrets, about 10 custom metrics": 5 * 0.40 + 10 * 0.30,
    }


def table() -> str:
    """The tables of the operations page."""
    million = sum(use.million for use in PER_MESSAGE)
    lines = [
        "| one answered message uses | how many | which are | USD a million messages |",
        "| --- | --- | --- | --- |",
    ]
    lines += [f"| {use.what} | {use.how_many:.3g} | {use.arithmetic} | {use.million:.2f} |" for use in PER_MESSAGE]
    lines += [f"| **together** | | | **{million:.2f}** |", ""]
    lines += ["| one agent's open console uses in a month | how many | which are | USD |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {use.what} | {use.how_many:,.0f} | {use.arithmetic} | {use.how_many * use.price:.4f} |" for use in PER_AGENT
    ]
    agent = sum(use.how_many * use.price for use in PER_AGENT)
    lines += [f"| **together** | | | **{agent:.2f}** |", ""]
    for name in ("dev", "prod"):
        costs = fixed(stages.load(name))
        lines += [f"| `{name}`, before the first message | USD a month |", "| --- | --- |"]
        lines += [f"| {what} | {cost:.2f} |" for what, cost in costs.items()]
        lines += [f"| **together** | **{sum(costs.values()):.2f}** |", ""]
    lines += [
        "| messages a month | stage | fixed | by use | database growth | together | a message |",
        "| --- " * 7 + "|",
    ]
    for volume, name in VOLUMES.items():
        base, use = sum(fixed(stages.load(name)).values()), volume * million / 1e6
        growth = volume * KB_STORED / 1e6
        total = base + use + growth * (0.23 if name == "prod" else 0.115)
        cells = (f"{volume:,}", f"`{name}`", f"{base:.0f}", f"{use:.2f}", f"{growth:.3g} GB", f"**{total:.0f} USD**")
        lines.append(f"| {' | '.join(cells)} | {total / volume:.5f} |")
    return "\n".join(lines)
