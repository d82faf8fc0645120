"""What a new installation starts with: two branches, five agents, routing rules, six articles in two languages, thirty
car parts, ten customers who pay every month.

Escalation rules come with the schema: every company has them from the first day.

`company.json`, `articles.json` and `products.json` beside this file hold it, `users.json` who signs in to look around;
`load` puts in what is missing and changes nothing else, so that a second `make run` keeps what people did to it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from infra.local.seed import retention, watch
from infra.local.seed import social as social
from relevo import access, company
from relevo.db import Database, UnitOfWork
from relevo.sales import catalogue

_FOLDER = Path(__file__).parent
_ACTOR = "seed"
PASSWORD = "relevo-demo"
"""Everybody's, on this machine."""
SIMULATOR = "http://127.0.0.1:4580"
"""Where `products.json` says that the parts' pictures are."""


def load(url: str, simulator: str = SIMULATOR) -> str | None:
    """Seed the database at `url`, once; the API key it made, or None if it was seeded before. The simulator draws the
    pictures of the parts."""
    database = Database(lambda: url)
    try:
        with database.unit_of_work(publish=False) as uow:
            if uow.one("SELECT 1 FROM inbox.branch WHERE code <> 'unassigned' LIMIT 1"):
                return None
            company.load(uow, company.parse(document()), actor=_ACTOR)
            _, token = access.create_key(uow, "Local integrations", access.SCOPES, actor=_ACTOR)
            _let_in(uow)
            catalogue.import_rows(uow, products(simulator))
        retention.load(database)
        watch.load(database)
        return token
    finally:
        database.close()


def users() -> list[dict[str, Any]]:
    """Who signs in: the five agents, an admin and somebody who only looks; branches by their codes, null for all."""
    found: list[dict[str, Any]] = json.loads((_FOLDER / "users.json").read_text(encoding="utf-8"))
    return found


def _let_in(uow: UnitOfWork) -> None:
    ids = {row["code"]: row["id"] for row in uow.all("SELECT code, id FROM inbox.branch")}
    kept = access.hash_password(PASSWORD)  # once for all of them: a hash takes long on purpose
    for user in users():
        branches = None if user["branches"] is None else [ids[code] for code in user["branches"]]
        access.create_user(uow, access.NewUser(**user | {"branches": branches, "password_hash": kept}), actor=_ACTOR)


def products(simulator: str = SIMULATOR) -> list[dict[str, Any]]:
    """The parts, in the form `relevo catalogue import` takes."""
    told = (_FOLDER / "products.json").read_text(encoding="utf-8").replace(SIMULATOR, simulator)
    found: list[dict[str, Any]] = json.loads(told)
    return found


def document() -> dict[str, Any]:
    """The company with its articles, in the form `relevo company load` takes."""
    found: dict[str, Any] = json.loads((_FOLDER / "company.json").read_text(encoding="utf-8"))
    return found | {"articles": json.loads((_FOLDER / "articles.json").read_text(encoding="utf-8"))}
