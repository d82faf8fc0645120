"""Whom one can be and whom one can write to: the branches' numbers and the customers on record."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from infra.local.graph.webhooks import Number, Person

SEED = Path(__file__).parents[1] / "seed" / "company.json"

_COUNTRIES = {"52": "MX", "55": "BR", "54": "AR", "57": "CO", "34": "ES", "56": "CL", "51": "PE", "1": "US"}


@dataclass(frozen=True)
class Branch:
    """A number of the company's."""

    phone_number_id: str
    display: str
    name: str
    language: str = "es"

    @property
    def number(self) -> Number:
        return Number(self.phone_number_id, "".join(filter(str.isdigit, self.display)) or "0")


@dataclass(frozen=True)
class Customer:
    """Somebody who may write."""

    name: str
    phone: str | None = None
    user_id: str | None = None
    username: str | None = None
    tier: str = ""
    language: str = "es"

    @property
    def person(self) -> Person:
        """With the business-scoped id Meta has told beside the phone since 2026."""
        return Person(self.phone, self.name, self.user_id or user_id_of(self.phone or self.name), self.username)


def user_id_of(phone: str) -> str:
    """A business-scoped user id, always the same for a phone: country, dot, digits."""
    country = next((code for prefix, code in _COUNTRIES.items() if phone.startswith(prefix)), "MX")
    return f"{country}.{int(hashlib.sha256(phone.encode()).hexdigest(), 16) % 10**17:017d}"


@dataclass(frozen=True)
class Directory:
    """What the page offers."""

    branches: tuple[Branch, ...]
    customers: tuple[Customer, ...]

    def as_json(self) -> dict[str, Any]:
        customers = [asdict(c) | {"user_id": c.person.user_id} for c in self.customers]
        return {"branches": [asdict(branch) for branch in self.branches], "customers": customers}


def load(environment: Mapping[str, str] = os.environ) -> Directory:
    """From RELEVO_NUMBERS, else the database, else the seed. An unreachable database raises psycopg.Error."""
    seed = _from_seed(json.loads(SEED.read_text(encoding="utf-8")))
    if environment.get("RELEVO_NUMBERS"):
        branches = tuple(Branch(**entry) for entry in json.loads(environment["RELEVO_NUMBERS"]))
        return Directory(branches, seed.customers)
    if environment.get("DATABASE_URL"):
        return _from_database(environment["DATABASE_URL"]) or seed
    return seed


def _from_seed(company: dict[str, Any]) -> Directory:
    branches = [
        Branch(account["external_id"], account.get("display_number", ""), branch["name"], branch["language"])
        for branch in company["branches"]
        for account in branch["accounts"]
        if account["channel"] == "whatsapp"
    ]
    customers = [
        Customer(name=c["name"], phone=c["phone"], tier=c["tier"], language=c["language"]) for c in company["customers"]
    ]
    return Directory(tuple(branches), tuple(customers))


def _from_database(url: str) -> Directory | None:
    """None while nothing is seeded yet."""
    import psycopg

    with psycopg.connect(url) as connection:
        branches = connection.execute(
            "SELECT a.external_id, coalesce(a.display_number, a.external_id), b.name, b.language"
            " FROM inbox.channel_account a JOIN inbox.branch b ON b.id = a.branch_id"
            " WHERE a.channel = 'whatsapp' AND a.active ORDER BY a.external_id"
        ).fetchall()
        customers = connection.execute(
            "SELECT coalesce(name, phone), phone, NULL, NULL, tier, coalesce(language, 'es') FROM crm.customer"
            " WHERE phone IS NOT NULL AND email IS NOT NULL"
            " ORDER BY array_position(ARRAY['vip', 'enterprise', 'frequent'], tier) NULLS LAST, name LIMIT 20"
        ).fetchall()
    if not branches:
        return None
    return Directory(tuple(Branch(*row) for row in branches), tuple(Customer(*row) for row in customers))
