"""Keep a ticket's score, level and analysis in step with what it says and whose it is.

Everything here is computed from what customers wrote and did before the ticket was opened, never from what another
consumer may or may not have computed yet: tickets come out the same in whatever order their events arrive.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, get_args
from uuid import UUID

from psycopg.types.json import Jsonb

from relevo import text
from relevo.db import Row, UnitOfWork, transition
from relevo.desk.priority import DEFAULT, LEVELS, Factor, Priority, TicketFacts, Tier, Weights, score
from relevo.errors import NotFound
from relevo.events import TicketPrioritized
from relevo.events.desk import Level
from relevo.platform import Definition, value
from relevo.settings import settings
from relevo.text import urgency
from relevo.texts import LANGUAGES, say

WEIGHTS: Definition[Weights] = Definition("desk.priority_weights", "object", Weights, lambda: DEFAULT)
"""Its value, in whole or in part, replaces the published weights. A kept value it does not take is passed over: a
ticket without a priority would wait for nobody."""

_PRESSING = frozenset({"critical", "urgent", "security"})

_TICKET = """
    SELECT ticket.id, ticket.subject, ticket.description, ticket.category, ticket.source, ticket.customer_id,
           ticket.created_at, ticket.priority, ticket.score, ticket.factors, ticket.escalation_level, ticket.language,
           ticket.tags, ticket.by_hand, customer.tier, customer.language AS customer_language
    FROM desk.ticket JOIN crm.customer ON customer.id = ticket.customer_id
    WHERE ticket.id = %s FOR NO KEY UPDATE OF ticket
"""

# The customer's last tickets before this one, as they stood when it was opened.
_EARLIER = """
    SELECT earlier.subject, earlier.description,
           coalesce(least(earlier.resolved_at, earlier.closed_at) > this.created_at, true) AS unfinished,
           EXISTS (SELECT 1 FROM desk.escalation
                   WHERE escalation.ticket_id = earlier.id AND escalation.at < this.created_at) AS escalated,
           (SELECT array[extract(epoch FROM feedback.created_at), rating] FROM desk.feedback
            WHERE feedback.ticket_id = earlier.id AND feedback.created_at < this.created_at
            ORDER BY feedback.created_at DESC LIMIT 1) AS rated
    FROM desk.ticket AS this JOIN desk.ticket AS earlier ON earlier.customer_id = this.customer_id
    WHERE this.id = %s AND (earlier.created_at, earlier.id) < (this.created_at, this.id)
      AND earlier.created_at > this.created_at - interval '90 days' AND earlier.deleted_at IS NULL
    ORDER BY earlier.created_at DESC, earlier.id DESC LIMIT 20
"""


def prioritize(uow: UnitOfWork, ticket_id: UUID, *, recategorized: bool = False) -> Priority:
    """Score a ticket; store score, level and factors with their history, and tell it if anything changed.

    Each escalation the ticket went through keeps it that many steps above its score's level; a level a person set
    stays. `recategorized` tells it in any case, because a new category may mean a new department. Raises NotFound.
    """
    ticket = uow.one(_TICKET, (ticket_id,))
    if ticket is None:
        raise NotFound(f"there is no ticket {ticket_id}")
    priority = score(_facts(uow, ticket), value(uow, WEIGHTS))
    by_hand = "priority" in ticket["by_hand"]
    level = ticket["priority"] if by_hand else _raised(priority.level, ticket["escalation_level"])
    factors = priority.factors_as_json() + ([_by_hand(level)] if by_hand else [])
    before, after = (ticket["score"], ticket["priority"]), (priority.score, level)
    if before != after or ticket["factors"] != factors:
        uow.execute(
            "UPDATE desk.ticket SET score = %s, priority = %s, factors = %s WHERE id = %s",
            (*after, Jsonb(factors), ticket_id),
        )
        _write_history(uow, ticket, priority, level)
    if before != after or recategorized:
        uow.record(TicketPrioritized(ticket_id=ticket_id, old=ticket["priority"], new=level, score=priority.score))
    return priority


def analyze_ticket(uow: UnitOfWork, ticket_id: UUID) -> None:
    """Store what a ticket's text says; fill in its language and add its tags. Raises NotFound."""
    ticket = uow.one(_TICKET, (ticket_id,))
    if ticket is None:
        raise NotFound(f"there is no ticket {ticket_id}")
    analysis = text.analyze(
        f"{ticket['subject']}\n{ticket['description']}", hint=ticket["language"] or ticket["customer_language"]
    )
    tags = [*ticket["tags"], *(tag for tag in analysis.tags if tag not in ticket["tags"])]
    language = ticket["language"] or analysis.language
    uow.execute(
        "UPDATE desk.ticket SET analysis = %s, tags = %s, language = %s WHERE id = %s",
        (Jsonb(analysis.as_json()), tags, language, ticket_id),
    )
    changes: dict[str, tuple[Any, Any]] = {
        "tags": (ticket["tags"], tags),
        "language": (ticket["language"], language),
    }
    changes = {field: values for field, values in changes.items() if values[0] != values[1]}
    transition(uow, "desk.ticket_change", ticket_id, changes, actor="analyze", reason=", ".join(analysis.keywords))


def _facts(uow: UnitOfWork, ticket: Row) -> TicketFacts:
    earlier = uow.all(_EARLIER, (ticket["id"],))
    ratings = [row["rated"] for row in earlier if row["rated"]]
    return TicketFacts(
        subject=ticket["subject"],
        description=ticket["description"],
        category=ticket["category"],
        source=ticket["source"],
        tier=ticket["tier"] if ticket["tier"] in get_args(Tier) else "standard",
        open_tickets=sum(row["unfinished"] for row in earlier),
        urgent_tickets=sum(_pressed(row) for row in earlier),
        escalated=any(row["escalated"] for row in earlier),
        last_rating=int(max(ratings)[1]) if ratings else None,
    )


def _pressed(ticket: Row) -> bool:
    return any(cue.kind in _PRESSING for cue in urgency.cues(f"{ticket['subject']}. {ticket['description']}"))


def _raised(level: Level, steps: int) -> Level:
    return LEVELS[max(0, LEVELS.index(level) - steps)]


def _by_hand(level: Level) -> dict[str, Any]:
    """The factor that says why the level is not the score's."""
    return asdict(
        Factor("manual", 0, {language: say("priority.manual", language, level=level) for language in LANGUAGES})
    )


def _write_history(uow: UnitOfWork, ticket: Row, priority: Priority, level: Level) -> None:
    locale = settings().locale
    language = locale if locale in priority.factors[0].why else "es"
    reason = "; ".join(f"{factor.points:+d} {factor.why[language]}" for factor in priority.factors)
    if level != priority.level and "priority" not in ticket["by_hand"]:
        reason += "; " + say("priority.escalated", language, steps=ticket["escalation_level"])
    changes = {"score": (ticket["score"], priority.score), "priority": (ticket["priority"], level)}
    changes = {field: values for field, values in changes.items() if values[0] != values[1]}
    transition(uow, "desk.ticket_change", ticket["id"], changes, actor="prioritize", reason=reason)
