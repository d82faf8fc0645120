"""Customers who pay, renew and are about to leave, or not: so that there is somebody to keep from the first minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from decimal import Decimal

from relevo import clock, crm, retention
from relevo.crm import NewPayment, Term
from relevo.db import Database, UnitOfWork

_ACTOR = "seed"
_MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Payer:
    """Who pays every month: for how many months, when the last was due, how many of the last were late, and in how many
    days the term renews."""

    name: str
    email: str
    months: int
    last_due: int
    late: int = 0
    renews_in: int | None = None
    amount: str = "1850.00"


PAYERS = (
    Payer("Taller Los Pinos", "compras@lospinos.example", 14, 100, late=4, renews_in=12, amount="4200.00"),
    Payer("Grúas Hermanos Vega", "admin@gruasvega.example", 9, 95, late=3, renews_in=25, amount="2650.00"),
    Payer("Refaccionaria El Faro", "pagos@elfaro.example", 5, 70, late=3, amount="980.00"),
    Payer("Transportes Quetzal", "flota@quetzal.example", 26, 62, late=2, renews_in=20, amount="12800.00"),
    Payer("Autolavado Brisa", "hola@brisa.example", 3, 50, late=2, amount="640.00"),
    Payer("Mecánica Ruiz", "ruiz@mecanicaruiz.example", 18, 48, late=1, amount="1320.00"),
    Payer("Clínica Automotriz Norte", "caja@clinicanorte.example", 30, 20, late=1, renews_in=45),
    Payer("Taxis Aurora", "taxis@aurora.example", 22, 12, renews_in=200, amount="7600.00"),
    Payer("Motos del Bajío", "ventas@motosbajio.example", 11, 9, amount="2100.00"),
    Payer("Llantera San Juan", "sanjuan@llantera.example", 40, 5, renews_in=300, amount="5400.00"),
)


def load(database: Database) -> None:
    """Put the payers in, and look at every customer as the morning does, whatever the hour."""
    with database.unit_of_work(publish=False) as uow:
        for payer in PAYERS:
            _put(uow, payer)
        retention.begin(uow, clock.now(), at=time())
    retention.work(database, clock.now() + timedelta(minutes=1))


def _put(uow: UnitOfWork, payer: Payer) -> None:
    now = clock.now()
    customer = crm.find_or_create(uow, email=payer.email, name=payer.name, source="seed", actor=_ACTOR)
    for month in range(payer.months):
        due = now - timedelta(days=payer.last_due) - month * _MONTH
        paid = due + timedelta(days=11 if month < payer.late else 0)
        reference = f"F-{payer.email.split('@')[1][:4].upper()}-{payer.months - month:03}"
        crm.keep_payment(uow, NewPayment(customer, reference, Decimal(payer.amount), "MXN", due, paid), actor=_ACTOR)
    if payer.renews_in is not None:
        begun = now + timedelta(days=payer.renews_in) - 12 * _MONTH
        crm.keep_term(uow, Term(customer, begun, now + timedelta(days=payer.renews_in)), actor=_ACTOR)
