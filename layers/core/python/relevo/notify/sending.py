"""Each notice recorded before it is sent, sent once, and its outcome kept.

    pending -> sent -> read
          '--> failed      refused for good, given up, or nobody can say whether it arrived

A notice is claimed (one more attempt, no error) and the claim committed before the call; a passing fault writes its
error and gives the claim back. A claim without outcome is a crash in the middle of a call: that notice may have
arrived, so it is shown as failed rather than sent twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from relevo import clock, ids
from relevo.db import Database, Row, UnitOfWork
from relevo.errors import PermanentError, RetryableError
from relevo.events import NotificationAdded, TicketAssigned, TicketEscalated
from relevo.notify.notice import Notice, render
from relevo.notify.readers import Reader, facts_of, readers_of
from relevo.notify.targets import Target

log = logging.getLogger("relevo.notify")

MAX_ATTEMPTS = 5
"""Calls before a notice that only meets passing faults is given up; the queue pauses between them."""


class Pending(NamedTuple):
    """A recorded notice, where it goes, and how often that was tried."""

    target: Target
    notice: Notice
    attempts: int


class Told(NamedTuple):
    """What is to be told to whom: the template, its readers, and the facts it is filled with, in a reader's language.
    `ticket_id` and `conversation_id` among them are where the notice leads."""

    template: str
    readers: Sequence[Reader]
    facts: Callable[[str], dict[str, Any]]


def notify(database: Database, event: TicketAssigned | TicketEscalated) -> None:
    """Tell whom the event concerns, as `tell` does."""
    tell(database, event.id, lambda uow: _of_ticket(uow, event))


def _of_ticket(uow: UnitOfWork, event: TicketAssigned | TicketEscalated) -> Told:
    facts = facts_of(uow, event)
    readers = readers_of(uow, event, facts["department_code"])
    return Told(event.name.partition(".")[2], readers, lambda language: facts)


def tell(database: Database, about: UUID, compose: Callable[[UnitOfWork], Told]) -> None:
    """Tell each reader over each of their channels, once for the event `about`, however often it is delivered.

    Raises RetryableError, after trying all, when one met a passing fault: what was sent is not sent again.
    """
    pending = database.run(lambda uow: _record(uow, about, compose(uow)))
    faults = [fault for each in pending if (fault := send(database, each)) is not None]
    if faults:
        raise RetryableError("; ".join(faults))


def _record(uow: UnitOfWork, about: UUID, told: Told) -> list[Pending]:
    """Write down every notice that is not written yet; those still to be sent."""
    pending: list[Pending] = []
    for reader in told.readers:
        facts = told.facts(reader.language)
        if reader.agent_id is not None:
            _keep(uow, about, told.template, reader, "console", str(reader.agent_id), facts)
        for target in reader.targets:
            kept = _keep(uow, about, told.template, reader, target.channel, target.recipient, facts)
            if kept["status"] == "pending":
                notice = render(told.template, reader.language, facts, notice_id=str(kept["id"]))
                pending.append(Pending(target, notice, kept["attempts"]))
    return pending


def _keep(
    uow: UnitOfWork, event_id: UUID, template: str, reader: Reader, channel: str, recipient: str, facts: dict[str, Any]
) -> Row:
    """The record of one notice, written unless it is there. The console's is delivered by being written."""
    now, notice_id = clock.now(), ids.new_id()
    notice = render(template, reader.language, facts, notice_id=str(notice_id))
    in_console = channel == "console"
    written = uow.one(
        "INSERT INTO platform.notification (id, event_id, channel, recipient, template, language, subject, body,"
        " ticket_id, conversation_id, agent_id, status, created_at, sent_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (event_id, channel, recipient) DO NOTHING RETURNING id",
        (
            notice_id, event_id, channel, recipient, template, reader.language, notice.subject, notice.text,
            facts.get("ticket_id"), facts.get("conversation_id"), reader.agent_id,
            "sent" if in_console else "pending", now, now if in_console else None,
        ),
    )  # fmt: skip
    if written is not None and in_console and reader.agent_id is not None:
        added = NotificationAdded(notification_id=notice_id, agent_id=reader.agent_id, user_id=reader.user_id)
        uow.record(added)
    kept = uow.one(
        "SELECT id, status, attempts FROM platform.notification"
        " WHERE event_id = %s AND channel = %s AND recipient = %s",
        (event_id, channel, recipient),
    )
    assert kept is not None
    return kept


def send(database: Database, pending: Pending) -> str | None:
    """Try one recorded notice, once; what kept it from being sent if that may pass, else None."""
    from relevo.notify.channels import SEND

    if not database.run(lambda uow: _claim(uow, pending)):
        return None
    try:
        SEND[pending.target.channel](pending.target, pending.notice)
    except RetryableError as error:
        return _put_back(database, pending, f"{pending.target.channel}: {error}")
    except PermanentError as error:
        _settle(database, pending, "failed", str(error))
    else:
        _settle(database, pending, "sent", None)
    return None


def _claim(uow: UnitOfWork, pending: Pending) -> bool:
    """Whether the notice is ours to send now. One claimed before and never settled is settled here, as failed."""
    claimed = uow.one(
        "UPDATE platform.notification SET attempts = attempts + 1, error = NULL"
        " WHERE id = %s AND status = 'pending' AND (attempts = 0 OR error IS NOT NULL) RETURNING id",
        (pending.notice.id,),
    )
    if claimed is None:
        uow.execute(
            "UPDATE platform.notification SET status = 'failed', error = %s WHERE id = %s AND status = 'pending'",
            ("the process ended during the call; the notice may have arrived", pending.notice.id),
        )
    return claimed is not None


def _put_back(database: Database, pending: Pending, fault: str) -> str | None:
    """Leave the notice for the next delivery of its event, or give it up after the last attempt."""
    if pending.attempts + 1 >= MAX_ATTEMPTS:
        _settle(database, pending, "failed", f"given up after {MAX_ATTEMPTS} attempts; {fault}")
        return None
    _settle(database, pending, "pending", fault)
    return fault


def _settle(database: Database, pending: Pending, status: str, error: str | None) -> None:
    if error is not None:
        log.warning("notice %s over %s: %s", pending.notice.id, pending.target.channel, error)
    now = clock.now() if status == "sent" else None
    database.run(
        lambda uow: uow.execute(
            "UPDATE platform.notification SET status = %s, error = %s, sent_at = %s WHERE id = %s",
            (status, error, now, pending.notice.id),
        )
    )
