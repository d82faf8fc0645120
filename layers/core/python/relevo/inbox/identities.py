"""Who writes: identities of a channel, and the customer behind them.

An identity is (portfolio, business-scoped user id), the phone optional; before usernames it was the phone alone, and
both are met. A user id always outranks a phone: numbers change hands, user ids do not. Phones are matched as variants
and stored as the channel wrote them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from relevo import clock, ids
from relevo.channels import IdentityChange, Sender
from relevo.channels.phones import variants
from relevo.db import Row, UnitOfWork, transition
from relevo.errors import RetryableError
from relevo.events import CustomerCreated, CustomerUpdated
from relevo.inbox.accounts import Account
from relevo.observability import logger

Changes = Mapping[str, tuple[str | None, str | None]]
"""Field -> (old, new)."""


@dataclass(frozen=True, slots=True)
class Person:
    """An identity and its customer."""

    identity_id: UUID
    customer_id: UUID


_FACTS = ("user_id", "phone", "username", "profile_name")
_COLUMNS = "id, customer_id, user_id, phone, username, profile_name"


def recognize(uow: UnitOfWork, account: Account, sender: Sender) -> Person:
    """The identity that wrote, learning what the message newly tells of it; made, with its customer, when unknown.

    Raises RetryableError when another message of the same person makes it at this very moment.
    """
    known = _find(uow, account, sender)
    if known is None:
        return _make(uow, account, sender)
    _learn(uow, known, sender)
    return Person(known["id"], known["customer_id"])


def _find(uow: UnitOfWork, account: Account, sender: Sender) -> Row | None:
    phones = list(variants(sender.phone)) if sender.phone else []
    rows = uow.all(
        f"SELECT {_COLUMNS} FROM inbox.identity"
        # The inner SELECT hides how many there are: the plan for any number is kept.
        " WHERE channel = %s AND portfolio = %s AND (user_id = %s OR phone = ANY((SELECT %s::text[])::text[]))",
        (account.channel, account.portfolio, sender.user_id, phones),
    )
    by_user = next((row for row in rows if sender.user_id and row["user_id"] == sender.user_id), None)
    if by_user:
        return by_user
    by_phone = next((row for row in rows if row["phone"] == sender.phone), None) or next(iter(rows), None)
    if by_phone and sender.user_id and by_phone["user_id"]:
        if by_phone["phone"] == sender.phone:
            _give_up_phone(uow, by_phone)
        return None
    return by_phone


def _give_up_phone(uow: UnitOfWork, row: Row) -> None:
    """The number has a new user: the old identity keeps its user id and loses the number."""
    uow.execute("UPDATE inbox.identity SET phone = NULL, updated_at = %s WHERE id = %s", (clock.now(), row["id"]))
    _note(uow, row["customer_id"], {"phone": (row["phone"], None)}, "the number is now used by another person")


def _learn(uow: UnitOfWork, known: Row, sender: Sender) -> None:
    told = {"user_id": sender.user_id, "phone": sender.phone, "username": sender.username, "profile_name": sender.name}
    if known["phone"] and sender.phone in variants(known["phone"]):
        told["phone"] = known["phone"]
    news = {fact: (known[fact], value) for fact, value in told.items() if value and value != known[fact]}
    if news:
        _rewrite(uow, known, news, "told by the channel")


def _rewrite(uow: UnitOfWork, known: Row, news: Changes, reason: str) -> None:
    """Change an identity's facts, but never to a phone or user id of another identity: people merge customers."""
    facts = {fact: known[fact] for fact in _FACTS} | {fact: new for fact, (_, new) in news.items()}
    taken = uow.one(
        "SELECT id FROM inbox.identity WHERE id <> %(id)s AND (channel, portfolio) ="
        "   (SELECT channel, portfolio FROM inbox.identity WHERE id = %(id)s)"
        " AND (user_id = %(user_id)s OR phone = %(phone)s)",
        {"id": known["id"], **facts},
    )
    if taken:
        logger.warning("a phone or user id is already another identity's", identity=known["id"], other=taken["id"])
        facts |= {"user_id": known["user_id"], "phone": known["phone"]}
        news = {fact: change for fact, change in news.items() if fact not in ("user_id", "phone")}
    if not news:
        return
    uow.execute(
        "UPDATE inbox.identity SET user_id = %(user_id)s, phone = %(phone)s, username = %(username)s,"
        " profile_name = %(profile_name)s, updated_at = %(now)s WHERE id = %(id)s",
        {**facts, "now": clock.now(), "id": known["id"]},
    )
    _note(uow, known["customer_id"], news, reason)


def _make(uow: UnitOfWork, account: Account, sender: Sender) -> Person:
    known = _customer_by_phone(uow, sender.phone)
    person = Person(ids.new_id(), known or ids.new_id())
    made = uow.one(
        "WITH newcomer AS (INSERT INTO crm.customer (id, name, phone, created_at, updated_at)"
        "   SELECT %(customer)s, %(called)s, %(phone)s, %(now)s, %(now)s WHERE %(is_new)s)"
        " INSERT INTO inbox.identity (id, customer_id, channel, portfolio, user_id, phone, username, profile_name,"
        "   created_at, updated_at)"
        " VALUES (%(identity)s, %(customer)s, %(channel)s, %(portfolio)s, %(user_id)s, %(phone)s, %(username)s,"
        "   %(name)s, %(now)s, %(now)s) ON CONFLICT DO NOTHING RETURNING id",
        {
            "identity": person.identity_id,
            "customer": person.customer_id,
            "is_new": known is None,
            "called": sender.name or sender.username,
            "channel": account.channel,
            "portfolio": account.portfolio,
            "user_id": sender.user_id,
            "phone": sender.phone,
            "username": sender.username,
            "name": sender.name,
            "now": clock.now(),
        },
    )
    if made is None:
        raise RetryableError("another message of this person is being stored; this one comes right after it")
    if known is None:
        uow.record(CustomerCreated(customer_id=person.customer_id, source=account.channel))
    return person


def _customer_by_phone(uow: UnitOfWork, phone: str | None) -> UUID | None:
    """A customer known from elsewhere by this number, if it is one and only one."""
    if phone is None:
        return None
    rows = uow.all("SELECT id FROM crm.customer WHERE phone = ANY(%s) LIMIT 2", (list(variants(phone)),))
    return rows[0]["id"] if len(rows) == 1 else None


def rekey(uow: UnitOfWork, account: Account, change: IdentityChange) -> Person | None:
    """A customer has a new number or user id: the same identity goes on under it. None where nobody has the old one."""
    old_phones = list(variants(change.old_phone)) if change.old_phone else []
    known = uow.one(
        f"SELECT {_COLUMNS} FROM inbox.identity"
        " WHERE channel = %s AND portfolio = %s AND (user_id = %s OR phone = ANY(%s)) LIMIT 1",
        (account.channel, account.portfolio, change.old_user_id, old_phones),
    )
    if known is None:
        return None
    told = {"phone": change.new_phone, "user_id": change.new_user_id}
    news = {fact: (known[fact], value) for fact, value in told.items() if value and value != known[fact]}
    _rewrite(uow, known, news, "the customer's number or user id changed")
    if change.new_phone:
        uow.execute(
            "UPDATE crm.customer SET phone = %s, updated_at = %s WHERE id = %s AND phone = ANY(%s)",
            (change.new_phone, clock.now(), known["customer_id"], old_phones),
        )
    return Person(known["id"], known["customer_id"])


def _note(uow: UnitOfWork, customer_id: UUID, news: Changes, reason: str) -> None:
    transition(uow, "crm.customer_change", customer_id, news, actor="channel", reason=reason)
    for field, (old, new) in news.items():
        uow.record(CustomerUpdated(customer_id=customer_id, field=field, old=old, new=new))
