"""What an operator sends to configure a deployed company: its document, articles, an API key, any of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from pydantic import Field, model_validator

from relevo import access, clock
from relevo.company.document import Company, Name, Part, parse, validated
from relevo.company.loading import learn, load
from relevo.db import UnitOfWork
from relevo.knowledge import Entry


class NewKey(Part):
    """The API key to make; one without `days` never expires."""

    name: Name
    scopes: list[str]
    days: Annotated[int, Field(ge=1, le=3650)] | None = None


class Order(Part):
    """What is to be done."""

    company: dict[str, Any] | None = None
    articles: list[Entry] | None = None
    api_key: NewKey | None = None

    @model_validator(mode="after")
    def _asks_for_something(self) -> Order:
        if self.company is None and self.articles is None and self.api_key is None:
            raise ValueError("send company, articles or api_key")
        return self


def configure(uow: UnitOfWork, document: Any, *, actor: str) -> dict[str, Any]:
    """Do what the document asks for, all or nothing; what `load` and `learn` tell, and the key with its token, once.

    Raises InvalidInput that names every place that is wrong, and how.
    """
    order = validated(Order, document)
    company: Company | None = parse(order.company) if order.company is not None else None
    summary: dict[str, Any] = {}
    if company is not None:
        summary["company"] = load(uow, company, actor=actor)
    if order.articles is not None:
        summary |= learn(uow, order.articles, actor=actor)
    if order.api_key is not None:
        summary["api_key"] = _new_key(uow, order.api_key, actor)
    return summary


def _new_key(uow: UnitOfWork, wanted: NewKey, actor: str) -> dict[str, Any]:
    expires_at = clock.now() + timedelta(days=wanted.days) if wanted.days else None
    made, token = access.create_key(uow, wanted.name, wanted.scopes, expires_at, actor=actor)
    return {"name": made.name, "prefix": made.prefix, "scopes": sorted(made.scopes), "token": token}
