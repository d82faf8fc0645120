"""Asking customers, a day after their ticket was resolved, once; and once more after three days without an answer.

    asked -> reminded -> over
       '---------'---> rated -> answered
    unreachable          nobody could be asked: the reason is kept

A ticket's row is written in the transaction that queues the message: whoever writes it first asks. Nobody is asked
while a person attends to them or they wait for an answer; that is tried again as long as it makes sense to ask.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, LiteralString
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from relevo import clock, ids, inbox
from relevo.db import Row, UnitOfWork
from relevo.inbox import Conversation, Template
from relevo.platform import Definition, value
from relevo.settings import settings
from relevo.texts import say

_LATEST = timedelta(hours=48)
"""So long after it is due it makes sense to ask."""
OVER = timedelta(days=7)
"""After the question an answer counts no more."""
_BITE = 500
"""Customers asked in one transaction; the schedule comes back in an hour for more."""
_BUSY: LiteralString = "c.state = 'open' AND (c.owner <> 'bot' OR c.waiting_since IS NOT NULL)"
"""Something else goes on in a conversation. Who is busy takes no place of those who can be asked."""

_Hours = Annotated[int, Field(ge=1, le=240)]
_Days = Annotated[int, Field(ge=1, le=6)]
_Name = Annotated[str, Field(min_length=1, max_length=512)]


class Asking(BaseModel):
    """Whether, when and how customers are asked. The templates are for when the customer-service window is closed:
    their first place is filled with the customer's name, their second with the ticket's number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool = True
    after_hours: _Hours = 24
    remind_days: _Days = 3
    template: _Name = "satisfaction_survey"
    reminder: _Name = "satisfaction_reminder"


ASKING: Definition[Asking] = Definition("surveys.asking", "object", Asking, Asking)


def ask_due(uow: UnitOfWork) -> dict[str, int]:
    """Ask and remind whoever is due, and give up on who did not answer; how many of each."""
    chosen = value(uow, ASKING)
    given_up = uow.execute(
        "UPDATE desk.survey SET state = 'over' WHERE state IN ('asked', 'reminded', 'rated') AND asked_at <= %s",
        (clock.now() - OVER,),
    )
    over = given_up.rowcount
    if not chosen.enabled:
        return {"asked": 0, "reminded": 0, "over": over}
    asked = sum(_ask(uow, chosen, ticket) for ticket in _due(uow, chosen))
    reminded = sum(_remind(uow, chosen, survey) for survey in _unanswered(uow, chosen))
    return {"asked": asked, "reminded": reminded, "over": over}


def _due(uow: UnitOfWork, chosen: Asking) -> list[Row]:
    latest = clock.now() - timedelta(hours=chosen.after_hours)
    return uow.all(
        "SELECT t.id, t.number, t.customer_id, t.conversation_id, t.language, customer.name"
        " FROM desk.ticket AS t JOIN crm.customer ON customer.id = t.customer_id"
        " WHERE t.resolved_at > %s AND t.resolved_at <= %s AND t.deleted_at IS NULL"
        "   AND t.status IN ('resolved', 'closed')"
        "   AND NOT EXISTS (SELECT FROM desk.survey WHERE ticket_id = t.id)"
        "   AND NOT EXISTS (SELECT FROM desk.feedback WHERE ticket_id = t.id)"
        "   AND NOT EXISTS (SELECT FROM inbox.conversation AS c"
        f"                  WHERE c.customer_id = t.customer_id AND c.channel = 'whatsapp' AND {_BUSY})"
        " ORDER BY t.resolved_at, t.id LIMIT %s",
        (latest - _LATEST, latest, _BITE),
    )


def _unanswered(uow: UnitOfWork, chosen: Asking) -> list[Row]:
    return uow.all(
        "SELECT s.id, s.conversation_id, s.language, t.number, customer.name FROM desk.survey AS s"
        " JOIN desk.ticket AS t ON t.id = s.ticket_id JOIN crm.customer ON customer.id = s.customer_id"
        " JOIN inbox.conversation AS c ON c.id = s.conversation_id"
        f" WHERE s.state = 'asked' AND s.asked_at <= %s AND NOT ({_BUSY}) ORDER BY s.asked_at LIMIT %s",
        (clock.now() - timedelta(days=chosen.remind_days), _BITE),
    )


def _ask(uow: UnitOfWork, chosen: Asking, ticket: Row) -> bool:
    """Ask one ticket's customer; False when they cannot be asked, now or ever."""
    conversation = _where(uow, ticket)
    if conversation is None:
        _write(uow, ticket, None, "es", "unreachable", "the customer has no conversation on WhatsApp")
        return False
    if _is_busy(conversation):
        return False
    language = ticket["language"] or conversation.language or settings().locale
    template = None if _is_open(conversation) else _template(uow, conversation, chosen.template, language)
    if template is None and not _is_open(conversation):
        reason = f"the window is closed, and this number has no template {chosen.template}"
        _write(uow, ticket, conversation.id, language, "unreachable", reason)
        return False
    survey_id = _write(uow, ticket, conversation.id, language, "asked", None)
    if survey_id is None:
        return False
    _say(uow, conversation, survey_id, "ask", ticket | {"language": language}, template)
    return True


def _remind(uow: UnitOfWork, chosen: Asking, survey: Row) -> bool:
    conversation = inbox.lock(uow, survey["conversation_id"])
    if _is_busy(conversation):
        return False
    template = None if _is_open(conversation) else _template(uow, conversation, chosen.reminder, survey["language"])
    can_be = template is not None or _is_open(conversation)
    moved = uow.one(
        "UPDATE desk.survey SET state = 'reminded', reminded_at = %s WHERE id = %s AND state = 'asked' RETURNING id",
        (clock.now() if can_be else None, survey["id"]),
    )
    if moved is None or not can_be:
        return False
    _say(uow, conversation, survey["id"], "remind", survey, template)
    return True


def _where(uow: UnitOfWork, ticket: Row) -> Conversation | None:
    """The conversation the customer is asked in, held: an open one, else the ticket's, else their last."""
    row = uow.one(
        "SELECT id FROM inbox.conversation WHERE customer_id = %s AND channel = 'whatsapp'"
        " ORDER BY state = 'open' DESC, id = %s DESC, last_message_at DESC LIMIT 1",
        (ticket["customer_id"], ticket["conversation_id"]),
    )
    return inbox.lock(uow, row["id"]) if row else None


def _is_busy(conversation: Conversation) -> bool:
    """`_BUSY`, of the conversation that is held: somebody may have come since the list was read."""
    if conversation.state != "open":
        return False
    return conversation.owner != "bot" or conversation.waiting_since is not None


def _is_open(conversation: Conversation) -> bool:
    """Whether the customer-service window is: free text may be sent."""
    window = conversation.window_until
    return conversation.state == "open" and window is not None and window > clock.now()


def _template(uow: UnitOfWork, conversation: Conversation, name: str, language: str) -> Template | None:
    """The approved template of this name, in the customer's language where there is one."""
    found = [each for each in inbox.templates_for(uow, conversation.channel_account_id) if each.name == name]
    return next((each for each in found if each.language[:2] == language[:2]), found[0] if found else None)


def _write(
    uow: UnitOfWork, ticket: Row, conversation_id: UUID | None, language: str, state: str, reason: str | None
) -> UUID | None:
    """The ticket's row; None when somebody else wrote it."""
    now = clock.now()
    row = uow.one(
        "INSERT INTO desk.survey (id, ticket_id, customer_id, conversation_id, language, state, reason, asked_at,"
        "   created_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (ticket_id) DO NOTHING RETURNING id",
        (
            ids.new_id(), ticket["id"], ticket["customer_id"], conversation_id, language, state, reason,
            now if state == "asked" else None, now,
        ),
    )  # fmt: skip
    return row["id"] if row else None


def _say(
    uow: UnitOfWork, conversation: Conversation, survey_id: UUID, what: str, asked: Row, template: Template | None
) -> None:
    """Queue the question: a list to choose from inside the window, the approved template outside of it."""
    language, about = asked["language"], {"survey_id": str(survey_id)}
    if template is not None:
        values = [(asked["name"] or say("survey.nobody", language)).strip(), str(asked["number"])][
            : template.parameters
        ]
        kind, text, content = "template", template.filled(values), template.content(values)
    else:
        name = f" {asked['name'].strip()}" if asked["name"] else ""
        kind, text = "list", say(f"survey.{what}", language, name=name, number=asked["number"])
        content = _choice(survey_id, language)
    inbox.queue_reply(
        uow,
        conversation,
        text,
        author="bot",
        owner_version=conversation.owner_version,
        kind=kind,
        content=content | about,
    )


def _choice(survey_id: UUID, language: str) -> dict[str, Any]:
    rows = [
        {"id": f"survey:{rating}:{survey_id}", "title": say(f"survey.rating.{rating}", language)}
        for rating in range(5, 0, -1)
    ]
    return {"button": say("survey.choose", language), "rows": rows}
