"""Who is given the conversations that wait for people: of the oldest first, to somebody who is there and has room.

An agent is asked when they are available, online, below what they can hold, and of the conversation's branch; first the
one who attended this customer last, then the one who has the ticket, then who has the most room. The ticket a
conversation is about follows whoever holds it. Only branches whose assignment is automatic give anything away.

Within a branch this happens one at a time, under an advisory lock held until the commit, and the chosen agent's row is
locked before their conversations are counted: nobody is given more than they can hold. The order of locks, here and in
whatever calls this, is conversation, branch, ticket, departments, agents.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import LiteralString
from uuid import UUID

from relevo import clock, inbox
from relevo.db import Database, Row, UnitOfWork
from relevo.desk import assignment
from relevo.desk.agents import ONLINE
from relevo.desk.tickets import UNFINISHED
from relevo.inbox import HOLD, Conversation
from relevo.settings import settings
from relevo.texts import say

ACTOR = "queueing"
MOST = 200
"""Conversations looked at in one run of the schedule; it comes back in a minute for more."""

FAITHFUL = timedelta(days=90)
"""How long a customer is remembered by the agent who attended them last."""

_HELD: LiteralString = """
    (SELECT count(*) FROM inbox.conversation AS held
     WHERE held.owner_agent_id = agent.id AND held.owner = 'agent' AND held.state = 'open')
"""

_FREE: LiteralString = f"agent.available AND agent.seen_at > %(online)s AND {_HELD} < agent.max_conversations"

OF_BRANCH: LiteralString = assignment.works_for("conversation.branch_id")

# Who let it go is not asked again at once, and a ticket only goes where there is room for it.
_SUITS: LiteralString = """
    (agent.id IS DISTINCT FROM conversation.let_go_by OR conversation.owner_since <= %(patience)s)
    AND (ticket.id IS NULL OR ticket.agent_id = agent.id OR agent.open_tickets < agent.max_tickets)
"""

_TICKET: LiteralString = """
    LEFT JOIN desk.ticket AS ticket ON ticket.conversation_id = conversation.id
        AND ticket.status IN ('open', 'in_progress', 'waiting')
"""

_WAITS: LiteralString = """
    conversation.state = 'open' AND conversation.owner = 'queue' AND branch.assignment = 'automatic'
    AND (conversation.outside_until IS NULL OR conversation.outside_until <= %(now)s)
"""

_CANDIDATES: LiteralString = f"""
    SELECT agent.id FROM inbox.conversation AS conversation
    JOIN inbox.branch ON branch.id = conversation.branch_id
    {_TICKET}
    JOIN desk.agent ON {_FREE} AND {OF_BRANCH} AND {_SUITS}
    LEFT JOIN LATERAL (
        SELECT attended_by FROM inbox.conversation AS earlier
        WHERE earlier.customer_id = conversation.customer_id AND earlier.attended_by IS NOT NULL
          AND earlier.last_message_at > %(faithful)s AND branch.faithful
        ORDER BY earlier.opened_at DESC LIMIT 1) AS known ON true
    WHERE conversation.id = %(conversation)s AND {_WAITS}
    ORDER BY agent.id IS NOT DISTINCT FROM known.attended_by DESC,
        agent.id IS NOT DISTINCT FROM coalesce(ticket.agent_id, %(named)s::uuid) DESC,
        agent.department_id IS NOT DISTINCT FROM ticket.department_id DESC,
        coalesce(ticket.skills <@ ARRAY(SELECT skill FROM desk.agent_skill WHERE agent_id = agent.id), false) DESC,
        {_HELD}::float / agent.max_conversations, agent.last_assigned_at NULLS FIRST, agent.id
    LIMIT 5
"""

_OLDEST: LiteralString = f"""
    SELECT conversation.id, conversation.branch_id FROM inbox.conversation AS conversation
    JOIN inbox.branch ON branch.id = conversation.branch_id
    {_TICKET}
    JOIN desk.agent ON agent.id = %(agent)s AND {_FREE} AND {OF_BRANCH} AND {_SUITS}
    WHERE {_WAITS} AND (%(branch)s::uuid IS NULL OR conversation.branch_id = %(branch)s)
    ORDER BY coalesce(conversation.waiting_since, conversation.owner_since), conversation.id LIMIT 1
"""

_WAITING: LiteralString = f"""
    SELECT conversation.id FROM inbox.conversation AS conversation
    JOIN inbox.branch ON branch.id = conversation.branch_id
    {_TICKET}
    WHERE {_WAITS} AND EXISTS (SELECT 1 FROM desk.agent WHERE {_FREE} AND {OF_BRANCH} AND {_SUITS})
    ORDER BY coalesce(conversation.waiting_since, conversation.owner_since), conversation.id LIMIT %(limit)s
"""


def offer(uow: UnitOfWork, conversation_id: UUID, *, named: UUID | None = None) -> UUID | None:
    """Give a conversation that waits to whoever suits it best; the agent, None when nobody is free or nothing waits.

    `named` is whom a routing rule names, for a ticket that nobody has. Raises NotFound.
    """
    conversation = inbox.lock(uow, conversation_id)
    if conversation.state != "open" or conversation.owner != "queue":
        return None
    if not _candidates(uow, conversation_id, named):
        return None
    lock_branch(uow, conversation.branch_id)
    for agent_id in _candidates(uow, conversation_id, named):
        if _give(uow, conversation, agent_id):
            return agent_id
    return None


def fill(uow: UnitOfWork, agent_id: UUID) -> UUID | None:
    """Give an agent who has room the conversation that has waited longest; its id, None when there is none for them.

    What they are given is told as a change of theirs, which brings the next one, until they are full.
    """
    oldest = _oldest(uow, agent_id)
    if oldest is None:
        return None
    lock_branch(uow, oldest["branch_id"])
    chosen = _oldest(uow, agent_id, oldest["branch_id"])
    if chosen is None or not _give(uow, inbox.get(uow, chosen["id"]), agent_id):
        return None
    conversation_id: UUID = chosen["id"]
    return conversation_id


def serve(database: Database) -> int:
    """Offer everything that waits where somebody is free, oldest first, each in a transaction; how many were given."""
    parameters = _now() | {"limit": MOST}
    waiting = database.run(lambda uow: [row["id"] for row in uow.all(_WAITING, parameters)], publish=False)
    return sum(_offered(database, conversation_id) for conversation_id in waiting)


def _offered(database: Database, conversation_id: UUID) -> bool:
    return database.run(lambda uow: offer(uow, conversation_id), publish=False) is not None


@dataclass(frozen=True, slots=True)
class Subject:
    """The conversation a ticket is about: who holds it, and whether somebody may be given it now."""

    conversation_id: UUID
    holder: UUID | None
    offered: bool


def lock_subject(uow: UnitOfWork, ticket_id: UUID) -> Subject | None:
    """Hold still what a ticket is about, and its branch's queue where somebody is there to be given it; None without a
    conversation. For whoever is about to lock the ticket and may offer its conversation afterwards."""
    row = uow.one(
        "SELECT c.id, c.state, c.owner, c.owner_agent_id, c.branch_id, EXISTS ("
        "   SELECT 1 FROM desk.agent WHERE available AND seen_at > %(online)s) AS attended"
        " FROM desk.ticket JOIN inbox.conversation AS c ON c.id = ticket.conversation_id"
        " WHERE ticket.id = %(ticket)s FOR NO KEY UPDATE OF c",
        {"ticket": ticket_id, "online": clock.now() - ONLINE},
    )
    if row is None:
        return None
    offered = row["attended"] and (row["owner"] == "queue" or row["state"] == "closed")
    if offered:
        lock_branch(uow, row["branch_id"])
    return Subject(row["id"], row["owner_agent_id"] if row["state"] == "open" else None, offered)


def take_up_again(uow: UnitOfWork, subject: Subject, *, actor: str) -> None:
    """A finished ticket is worked on again: its conversation waits for people, unless its customer opened another
    since, and goes to whoever suits it best and is there."""
    reopened = inbox.reopen(uow, subject.conversation_id, actor=actor, reason="its ticket was taken up again")
    if reopened and subject.offered:
        offer(uow, subject.conversation_id)


def lock_branch(uow: UnitOfWork, branch_id: UUID) -> None:
    """Be the only one to give away this branch's conversations until the transaction ends."""
    uow.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"desk.queue:{branch_id}",))


def follow(uow: UnitOfWork, conversation: Conversation, *, actor: str) -> None:
    """The unfinished ticket a conversation is about goes to the agent who holds it, however full they are."""
    ticket = _lock_ticket(uow, conversation.id)
    if ticket is None or conversation.owner_agent_id in (None, ticket["agent_id"]):
        return
    why = say("desk.follows", settings().locale)
    assignment.hand_to(uow, ticket["id"], ticket["agent_id"], conversation.owner_agent_id, actor=actor, reason=why)


def _give(uow: UnitOfWork, conversation: Conversation, agent_id: UUID) -> bool:
    ticket = _lock_ticket(uow, conversation.id)
    assignment.lock_agents(uow, agent_id, ticket["agent_id"] if ticket is not None else None)
    if not _has_room(uow, agent_id):
        return False
    if not inbox.give(uow, conversation, agent_id, actor=ACTOR, reason="first in the queue"):
        return False
    uow.execute("UPDATE desk.agent SET last_assigned_at = %s WHERE id = %s", (clock.now(), agent_id))
    if ticket is not None and ticket["agent_id"] != agent_id:
        why = say("desk.follows", settings().locale)
        assignment.hand_to(uow, ticket["id"], ticket["agent_id"], agent_id, actor=ACTOR, reason=why)
    return True


def _has_room(uow: UnitOfWork, agent_id: UUID) -> bool:
    """Looked at once more now that the agent is locked: another branch may have given them something meanwhile."""
    return (
        uow.one(f"SELECT 1 FROM desk.agent WHERE id = %(agent)s AND {_FREE}", _now() | {"agent": agent_id}) is not None
    )


def _lock_ticket(uow: UnitOfWork, conversation_id: UUID) -> Row | None:
    return uow.one(
        "SELECT id, agent_id FROM desk.ticket WHERE conversation_id = %s AND status = ANY(%s) FOR NO KEY UPDATE",
        (conversation_id, list(UNFINISHED)),
    )


def _candidates(uow: UnitOfWork, conversation_id: UUID, named: UUID | None) -> list[UUID]:
    parameters = _now() | {"conversation": conversation_id, "named": named, "faithful": clock.now() - FAITHFUL}
    return [row["id"] for row in uow.all(_CANDIDATES, parameters)]


def _oldest(uow: UnitOfWork, agent_id: UUID, branch_id: UUID | None = None) -> Row | None:
    """What has waited longest of what this agent may be given; with a branch, of that one and locked."""
    parameters = _now() | {"agent": agent_id, "branch": branch_id}
    if branch_id is None:
        return uow.one(_OLDEST, parameters)
    return uow.one(_OLDEST + " FOR NO KEY UPDATE OF conversation SKIP LOCKED", parameters)


def _now() -> dict[str, object]:
    now = clock.now()
    return {"now": now, "online": now - ONLINE, "patience": now - HOLD}
