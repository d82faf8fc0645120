"""E-mails that are written elsewhere, such as reports: recorded before they are sent, each address once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from relevo import clock, ids
from relevo.db import Database, UnitOfWork
from relevo.errors import RetryableError
from relevo.notify.notice import Notice
from relevo.notify.sending import Pending, send
from relevo.notify.targets import Target


@dataclass(frozen=True, slots=True)
class Mail:
    """An e-mail to one address. `pictures` are those its HTML shows, by the name after `cid:`."""

    address: str
    subject: str
    text: str
    html: str
    language: str
    template: str
    pictures: Mapping[str, bytes] = field(default_factory=dict)


def send_mails(database: Database, about: UUID, mails: Sequence[Mail]) -> None:
    """Send each e-mail once for what it is `about`, however often this is tried.

    Raises RetryableError, after trying all, when one met a passing fault: what was sent is not sent again.
    """
    pending = database.run(lambda uow: [_record(uow, about, mail) for mail in mails])
    faults = [fault for each in pending if each is not None and (fault := send(database, each)) is not None]
    if faults:
        raise RetryableError("; ".join(faults))


def not_mailed(uow: UnitOfWork, about: UUID, addresses: Sequence[str]) -> list[str]:
    """Which of these addresses were sent nothing about it yet, and could be."""
    settled = uow.all(
        "SELECT recipient FROM platform.notification WHERE event_id = %s AND channel = 'email' AND status <> 'pending'",
        (about,),
    )
    done = {row["recipient"] for row in settled}
    return [each for each in dict.fromkeys(addresses) if each not in done]


def _record(uow: UnitOfWork, about: UUID, mail: Mail) -> Pending | None:
    """The e-mail's record, written unless it is there; None when it was settled before."""
    uow.execute(
        "INSERT INTO platform.notification (id, event_id, channel, recipient, template, language, subject, body,"
        " status, created_at) VALUES (%s, %s, 'email', %s, %s, %s, %s, %s, 'pending', %s)"
        " ON CONFLICT (event_id, channel, recipient) DO NOTHING",
        (ids.new_id(), about, mail.address, mail.template, mail.language, mail.subject, mail.text, clock.now()),
    )
    kept = uow.one(
        "SELECT id, status, attempts FROM platform.notification"
        " WHERE event_id = %s AND channel = 'email' AND recipient = %s",
        (about, mail.address),
    )
    assert kept is not None
    if kept["status"] != "pending":
        return None
    notice = Notice(str(kept["id"]), mail.subject, mail.text, mail.html, {}, mail.pictures)
    return Pending(Target(channel="email", address=mail.address), notice, kept["attempts"])
