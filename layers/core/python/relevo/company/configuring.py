"""What an operator sends to configure a deployed company: document, articles, products, customers, users, API keys."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, model_validator

from relevo import crm
from relevo.company.admitting import KeyOrder, NewKey, UserOrder, decide_keys, decide_users, make_key
from relevo.company.document import Company, Part, parse, validated
from relevo.company.loading import learn, load
from relevo.db import UnitOfWork
from relevo.knowledge import Entry
from relevo.sales import catalogue


class Order(Part):
    """What is to be done."""

    company: dict[str, Any] | None = None
    articles: list[Entry] | None = None
    products: Annotated[list[dict[str, Any]], Field(max_length=5_000)] | None = None
    customers: Annotated[list[dict[str, Any]], Field(max_length=5_000)] | None = None
    api_key: NewKey | None = None
    api_keys: KeyOrder | None = None
    users: UserOrder | None = None

    @model_validator(mode="after")
    def _asks_for_something(self) -> Order:
        if all(getattr(self, name) is None for name in Order.model_fields):
            raise ValueError(f"send one of {', '.join(Order.model_fields)}")
        return self


def configure(uow: UnitOfWork, document: Any, *, actor: str) -> dict[str, Any]:
    """Do what the document asks for, all or nothing; what `load` and `learn` tell, keys and users as they are then, and
    tokens and passwords that were made, once. Of products and customers the wrong ones are told, the others kept.

    Raises InvalidInput that names every place that is wrong, and how; NotFound for a key or user there is not, and
    access.LastAdmin.
    """
    order = validated(Order, document)
    company: Company | None = parse(order.company) if order.company is not None else None
    summary: dict[str, Any] = {}
    if company is not None:
        summary["company"] = load(uow, company, actor=actor)
    if order.articles is not None:
        summary |= learn(uow, order.articles, actor=actor)
    if order.products is not None:
        summary["products"] = catalogue.imported(uow, order.products)
    if order.customers is not None:
        summary["customers"] = crm.import_customers(uow, order.customers, actor=actor)
    if order.api_key is not None:
        summary["api_key"] = make_key(uow, order.api_key, actor)
    if order.api_keys is not None:
        summary["api_keys"] = decide_keys(uow, order.api_keys, actor)
    if order.users is not None:
        summary["users"] = decide_users(uow, order.users, actor)
    return summary
