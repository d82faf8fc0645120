"""The company's numbers and pages, and the branch each belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from relevo import clock, ids
from relevo.db import UnitOfWork
from relevo.observability import logger
from relevo.settings import settings
from relevo.texts import say

UNASSIGNED = "unassigned"
"""Code of the branch that takes the messages of a number nobody has given a branch yet: nothing is turned away."""


@dataclass(frozen=True, slots=True)
class Account:
    """One number or page."""

    id: UUID
    branch_id: UUID
    channel: str
    portfolio: str
    """Identities are unique within a portfolio, as business-scoped user ids are."""


def find(uow: UnitOfWork, channel: str, external_id: str) -> Account:
    """The account a webhook names; made under the branch `unassigned` when it is new, for somebody to assign."""
    return _known(uow, channel, external_id) or _register(uow, channel, external_id)


def _known(uow: UnitOfWork, channel: str, external_id: str) -> Account | None:
    row = uow.one(
        "SELECT id, branch_id, channel, portfolio FROM inbox.channel_account WHERE channel = %s AND external_id = %s",
        (channel, external_id),
    )
    return Account(**row) if row else None


def _register(uow: UnitOfWork, channel: str, external_id: str) -> Account:
    logger.warning("a number without a branch received a message", channel=channel, account=external_id)
    now = clock.now()
    uow.execute(
        "INSERT INTO inbox.branch (id, code, name, timezone, currency, created_at)"
        " VALUES (%s, %s, %s, 'UTC', 'USD', %s) ON CONFLICT (code) DO NOTHING",
        (ids.new_id(), UNASSIGNED, say("inbox.unassigned_branch", settings().locale), now),
    )
    uow.execute(
        "INSERT INTO inbox.channel_account (id, branch_id, channel, external_id, portfolio, created_at)"
        " SELECT %s, id, %s, %s, 'default', %s FROM inbox.branch WHERE code = %s"
        " ON CONFLICT (channel, external_id) DO NOTHING",
        (ids.new_id(), channel, external_id, now, UNASSIGNED),
    )
    account = _known(uow, channel, external_id)
    assert account is not None
    return account
