"""Ready reports on their way to whom they are for, by e-mail, with links that expire.

A link leads to our own API, which knows it by its hash and until when it is good; behind it is the file, for minutes.
So a link lives as long as it says, however short the rights of the process that made it.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from relevo import clock, notify, objects
from relevo.db import Database, UnitOfWork
from relevo.errors import NotFound
from relevo.insight.reports import formats, html, look
from relevo.insight.reports.document import Document
from relevo.notify import Mail
from relevo.settings import settings
from relevo.texts import say

LIVES = timedelta(days=7)
"""How long the links of an e-mail work."""
_LINKED = ("pdf", "tickets", "ratings", "contacts")


def post(database: Database, report_id: UUID) -> None:
    """Send a ready report to each of its recipients who did not get it yet. Raises RetryableError when one met a
    passing fault; those who got it get it no more."""
    mails = database.run(lambda uow: _mails(uow, report_id))
    if mails:
        notify.send_mails(database, report_id, mails)


def _mails(uow: UnitOfWork, report_id: UUID) -> list[Mail]:
    row = uow.one(
        "SELECT document, files, recipients, language FROM insight.report WHERE id = %s AND state = 'ready'",
        (report_id,),
    )
    waiting = notify.not_mailed(uow, report_id, row["recipients"]) if row else []
    if row is None or not waiting:
        return []
    document, style = Document.model_validate(row["document"]), look.style(uow)
    until = clock.now() + LIVES
    links = {name: _link(uow, report_id, name, until) for name in _LINKED if name in row["files"]}
    if not settings().site_url:
        links = {}
    expiry = formats.day(until.astimezone(look.zone_of(document)).date(), document.language)
    title = say("report.subject", document.language, title=document.title, period=document.period.text)
    pictures = {"logo": style.logo} if style.logo else {}
    page = html.render(document, style, links, expiry, logo="cid:logo" if style.logo else None)
    text = html.text(document, links, expiry)
    subject = f"{document.company} · {title}"
    return [Mail(each, subject, text, page, document.language, "report", pictures) for each in waiting]


def _link(uow: UnitOfWork, report_id: UUID, file: str, until: datetime) -> str:
    token = secrets.token_urlsafe(32)
    uow.execute(
        "INSERT INTO insight.report_link (hash, report_id, file, expires_at) VALUES (%s, %s, %s, %s)",
        (_hash(token), report_id, file, until),
    )
    return f"{settings().site_url}/api/reports/links/{token}"


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def follow(uow: UnitOfWork, token: str) -> str:
    """Where the file behind a link can be fetched now. Raises NotFound for a link that is none, or has expired."""
    row = uow.one(
        "SELECT files ->> file AS key FROM insight.report_link JOIN insight.report ON report.id = report_id"
        " WHERE hash = %s AND expires_at > %s",
        (_hash(token), clock.now()),
    )
    if row is None or row["key"] is None:
        raise NotFound("this link has expired; open the report in the console")
    return address(row["key"])


def forget_links(uow: UnitOfWork) -> None:
    """Links that have expired are no longer kept."""
    uow.execute("DELETE FROM insight.report_link WHERE expires_at <= %s", (clock.now(),))


def address(key: str) -> str:
    """Where a file of a report can be fetched for some minutes: a PDF is shown, the others are saved."""
    name = key.rpartition("/")[2]
    return objects.bucket().link(key, filename=name, inline=name.endswith(".pdf"))
