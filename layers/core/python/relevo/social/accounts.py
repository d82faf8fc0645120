"""The profiles and pages the company publishes on.

    active -> reconnect     its network refuses the token, or it is blocked there; what is due waits
       '---> removed

What waits goes on when somebody connects the account again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from relevo import clock, ids
from relevo.db import UnitOfWork, transition
from relevo.errors import InvalidInput, NotFound
from relevo.events import SocialAccountEnding, SocialAccountRefused
from relevo.social import outcomes
from relevo.social.networks import Network

WARN_BEFORE = timedelta(days=7)
"""A token's end is announced this long before."""
_TOO_LATE = timedelta(hours=24)
"""A post that was held longer is not published by itself any more: its moment is gone."""


@dataclass(frozen=True, slots=True)
class Account:
    """A profile or page."""

    id: UUID
    network: Network
    external_id: str
    name: str
    state: str
    reason: str | None
    token_expires_at: datetime | None
    weekly: int
    connected_at: datetime

    @property
    def is_ending(self) -> bool:
        """Whether its token ends within the week."""
        return self.token_expires_at is not None and self.token_expires_at - clock.now() <= WARN_BEFORE


_ACCOUNTS = (
    "SELECT id, network, external_id, name, state, reason, token_expires_at, weekly, connected_at FROM social.account"
)


def all_accounts(uow: UnitOfWork) -> list[Account]:
    """Every account that is not removed, by network and name."""
    return [Account(**row) for row in uow.all(f"{_ACCOUNTS} WHERE state <> 'removed' ORDER BY network, name, id")]


def timing_of(uow: UnitOfWork, account_id: UUID) -> dict[str, Any] | None:
    """What its best times rest on: method, posts, error, naive_error; None before the first plan. Raises NotFound."""
    row = uow.one("SELECT timing FROM social.account WHERE id = %s AND state <> 'removed'", (account_id,))
    if row is None:
        raise NotFound(f"there is no account {account_id}")
    timing: dict[str, Any] | None = row["timing"]
    return timing


def get(uow: UnitOfWork, account_id: UUID) -> Account:
    """The account. Raises NotFound, also for one that was removed."""
    row = uow.one(f"{_ACCOUNTS} WHERE id = %s AND state <> 'removed' FOR UPDATE", (account_id,))
    if row is None:
        raise NotFound(f"there is no account {account_id}")
    return Account(**row)


def connect(
    uow: UnitOfWork, network: Network, external_id: str, name: str, *, expires_at: datetime | None, actor: str
) -> Account:
    """Take up an account, or connect it again: what was held on it is due once more. Its token is kept elsewhere."""
    now = clock.now()
    before = uow.one(
        "SELECT id, state FROM social.account WHERE network = %s AND external_id = %s FOR UPDATE",
        (network, external_id),
    )
    row = uow.one(
        "INSERT INTO social.account (id, network, external_id, name, state, token_expires_at, connected_at, created_at)"
        " VALUES (%(id)s, %(network)s, %(external)s, %(name)s, 'active', %(expires)s, %(now)s, %(now)s)"
        " ON CONFLICT (network, external_id) DO UPDATE SET name = excluded.name, state = 'active', reason = NULL,"
        "   token_expires_at = excluded.token_expires_at, connected_at = excluded.connected_at RETURNING id",
        {
            "id": ids.new_id(),
            "network": network,
            "external": external_id,
            "name": name,
            "expires": expires_at,
            "now": now,
        },
    )
    assert row is not None
    change = {"state": (before["state"] if before else None, "active")}
    transition(uow, "social.account_change", row["id"], change, actor=actor, reason="connected")
    _release(uow, row["id"])
    return get(uow, row["id"])


def _release(uow: UnitOfWork, account_id: UUID) -> None:
    """What waited goes on; what should have gone out long ago only if it may have done so already."""
    now = clock.now()
    waited = uow.all(
        "SELECT id, state, due_at, crossed_at FROM social.publication WHERE account_id = %(account)s"
        " AND (state = 'held' OR state = 'due' AND due_at <= %(now)s"
        "   AND (leased_until IS NULL OR leased_until < %(now)s)) FOR UPDATE",
        {"account": account_id, "now": now},
    )
    for row in waited:
        if row["crossed_at"] is None and now - row["due_at"] >= _TOO_LATE:
            outcomes.note_failed(uow, row["id"], "fix", "too_late", "it waited for more than a day: schedule it anew")
        elif row["state"] == "held":
            uow.execute(
                "UPDATE social.publication SET state = 'due', next_at = %s, attempts = 0, remedy = NULL,"
                " error_code = NULL, error_detail = NULL WHERE id = %s",
                (now, row["id"]),
            )


def change_weekly(uow: UnitOfWork, account_id: UUID, weekly: int, *, actor: str) -> Account:
    """How many posts a week the plan keeps times for. Raises NotFound, InvalidInput."""
    if not 0 <= weekly <= 21:
        raise InvalidInput("the plan keeps times for 0 to 21 posts a week")
    account = get(uow, account_id)
    if account.weekly != weekly:
        uow.execute("UPDATE social.account SET weekly = %s WHERE id = %s", (weekly, account_id))
        transition(uow, "social.account_change", account_id, {"weekly": (account.weekly, weekly)}, actor=actor)
    return get(uow, account_id)


def remove(uow: UnitOfWork, account_id: UUID, *, actor: str) -> None:
    """Publish nothing there any more: what waits is cancelled, drafts are left without it. Raises NotFound, and
    InvalidInput while a post there may be public without anybody knowing."""
    account = get(uow, account_id)
    open_ones = uow.all(
        "SELECT post_id, crossed_at FROM social.publication WHERE account_id = %s AND state IN ('due', 'held')"
        " FOR UPDATE",
        (account_id,),
    )
    if any(row["crossed_at"] for row in open_ones):
        raise InvalidInput("a post is being published there at this moment; try again in a minute")
    uow.execute("DELETE FROM social.publication WHERE account_id = %s AND state = 'planned'", (account_id,))
    uow.execute(
        "UPDATE social.publication SET state = 'cancelled', lease = NULL, leased_until = NULL"
        " WHERE account_id = %s AND state IN ('due', 'held')",
        (account_id,),
    )
    uow.execute("DELETE FROM social.slot WHERE account_id = %s AND post_id IS NULL", (account_id,))
    uow.execute("UPDATE social.account SET state = 'removed' WHERE id = %s", (account_id,))
    transition(uow, "social.account_change", account_id, {"state": (account.state, "removed")}, actor=actor)
    for post_id in {row["post_id"] for row in open_ones}:
        outcomes.settle_post(uow, post_id)


def note_refused(uow: UnitOfWork, account_id: UUID, reason: str) -> None:
    """Its network refuses it: nothing is published there until somebody connects it again, and people are told."""
    row = uow.one(
        "UPDATE social.account SET state = 'reconnect', reason = %s WHERE id = %s AND state = 'active' RETURNING id",
        (reason[:1000], account_id),
    )
    if row is None:
        return
    change = {"state": ("active", "reconnect")}
    transition(uow, "social.account_change", account_id, change, actor=outcomes.ACTOR, reason=reason[:1000])
    uow.record(SocialAccountRefused(account_id=account_id, reason=reason[:1000]))


def announce_ending(uow: UnitOfWork) -> int:
    """Have people told of tokens that end within the week, each once; how many."""
    ending = uow.all(
        "UPDATE social.account SET expiry_told_for = token_expires_at WHERE state = 'active'"
        " AND token_expires_at <= %s AND expiry_told_for IS DISTINCT FROM token_expires_at"
        " RETURNING id, token_expires_at",
        (clock.now() + WARN_BEFORE,),
    )
    for row in ending:
        uow.record(SocialAccountEnding(account_id=row["id"], ends_at=row["token_expires_at"]))
    return len(ending)
