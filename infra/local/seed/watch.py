"""What the seed's company watches besides: competitors' names, and two payments that are overdue; and a first look, so
that the page of alerts has something to tell before the schedule comes round."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from relevo import clock, crm
from relevo.db import Database, UnitOfWork
from relevo.insight import alerts

_ACTOR = "seed"
_COMPETITORS = ("Refaccionaria Azteca", "AutoPartes Express")
_OWED = (
    ("compras@lospinos.example", "F-LOSP-100", "4200.00", 6),
    ("flota@quetzal.example", "F-QUET-100", "12800.00", 2),
)


def load(database: Database) -> None:
    """Put them in and look once. What is found is told like any other time."""
    with database.unit_of_work(publish=False) as uow:
        competitor = next(rule for rule in alerts.list_rules(uow) if rule.kind == "competitor")
        named = alerts.RuleFilters(words=_COMPETITORS)
        alerts.change_rule(uow, competitor.id, {"filters": named}, actor=_ACTOR)
        for email, reference, amount, days in _OWED:
            _owe(uow, email, reference, Decimal(amount), days)
    alerts.evaluate(database)


def _owe(uow: UnitOfWork, email: str, reference: str, amount: Decimal, days: int) -> None:
    customer = crm.find_or_create(uow, email=email, actor=_ACTOR, source=_ACTOR)
    due = clock.now() - timedelta(days=days)
    crm.keep_payment(uow, crm.NewPayment(customer, reference, amount, "MXN", due), actor=_ACTOR)
