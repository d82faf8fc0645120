"""Customers: found again by id, e-mail or phone, made when nobody fits, completed by what they newly tell."""

from __future__ import annotations

from uuid import UUID

from relevo import clock, ids
from relevo.channels.phones import digits, variants
from relevo.db import Row, UnitOfWork, transition
from relevo.errors import InvalidInput, NotFound
from relevo.events import CustomerCreated, CustomerUpdated

_FACTS = ("name", "email", "phone", "company")


def find_or_create(
    uow: UnitOfWork,
    *,
    customer_id: UUID | None = None,
    email: str | None = None,
    phone: str | None = None,
    name: str | None = None,
    company: str | None = None,
    source: str,
    actor: str,
) -> UUID:
    """The customer this is, made when unknown; what was not known of them before is kept, what was known stays.

    The id decides, else the e-mail whatever its capitals, else the phone in any of its forms; somebody with the same
    phone but another e-mail is another person. Two calls at once for one newcomer make one customer.
    Raises NotFound for an id nobody has and InvalidInput when there is neither id, e-mail nor phone.
    """
    facts = {"name": name, "email": email, "phone": digits(phone) if phone else None, "company": company}
    if customer_id is not None:
        known = uow.one("SELECT id, name, email, phone, company FROM crm.customer WHERE id = %s", (customer_id,))
        if known is None:
            raise NotFound(f"there is no customer with the id {customer_id}")
    elif not facts["email"] and not facts["phone"]:
        raise InvalidInput("a customer needs an id, an e-mail or a phone")
    else:
        known = _find(uow, facts) or _find_locked(uow, facts)
    if known is None:
        return _create(uow, facts, source)
    _complete(uow, known, facts, actor)
    customer: UUID = known["id"]
    return customer


def _find(uow: UnitOfWork, facts: dict[str, str | None]) -> Row | None:
    phones = list(variants(facts["phone"])) if facts["phone"] else []
    return uow.one(
        "SELECT id, name, email, phone, company, 1 AS rank FROM crm.customer"
        "   WHERE lower(email) = lower(%(email)s::text)"
        " UNION ALL SELECT id, name, email, phone, company, 2 FROM crm.customer"
        "   WHERE phone = ANY(%(phones)s::text[]) AND (email IS NULL OR %(email)s::text IS NULL)"
        " ORDER BY rank, id LIMIT 1",
        {"email": facts["email"], "phones": phones},
    )


def _find_locked(uow: UnitOfWork, facts: dict[str, str | None]) -> Row | None:
    """Look once more holding the newcomer's e-mail and phone, so that nobody makes the same one meanwhile."""
    phone = min(variants(facts["phone"])) if facts["phone"] else None
    keys = [f"crm.customer:{value}" for value in (facts["email"], phone) if value]
    uow.execute(
        "SELECT pg_advisory_xact_lock(key) FROM"
        " (SELECT DISTINCT hashtextextended(lower(k), 0) AS key FROM unnest(%s::text[]) AS k ORDER BY key) AS keys",
        (keys,),
    )
    return _find(uow, facts)


def _create(uow: UnitOfWork, facts: dict[str, str | None], source: str) -> UUID:
    customer_id, now = ids.new_id(), clock.now()
    uow.execute(
        "INSERT INTO crm.customer (id, name, email, phone, company, created_at, updated_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (customer_id, *(facts[fact] for fact in _FACTS), now, now),
    )
    uow.record(CustomerCreated(customer_id=customer_id, source=source))
    return customer_id


def _complete(uow: UnitOfWork, known: Row, facts: dict[str, str | None], actor: str) -> None:
    news = {fact: (None, value) for fact, value in facts.items() if value and known[fact] is None}
    if not news:
        return
    uow.execute(
        "UPDATE crm.customer SET name = coalesce(name, %s), email = coalesce(email, %s), phone = coalesce(phone, %s),"
        " company = coalesce(company, %s), updated_at = %s WHERE id = %s",
        (*(facts[fact] for fact in _FACTS), clock.now(), known["id"]),
    )
    transition(uow, "crm.customer_change", known["id"], news, actor=actor, reason="told with a ticket")
    for fact, (old, new) in news.items():
        uow.record(CustomerUpdated(customer_id=known["id"], field=fact, old=old, new=new))
