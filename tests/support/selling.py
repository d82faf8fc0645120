"""A small shop: a branch that sells, products with prices, a customer who has just written, quotes for them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from relevo import sales
from relevo.db import UnitOfWork
from relevo.sales import NewLine, NewProduct, NewQuote, Quote, Seller, catalogue, quotes
from tests.support import inbox, world
from tests.support.inbox import Desk


@dataclass(frozen=True)
class Shop:
    """The desk's first branch sells two products; Camila, who is being served by Ana, has just asked for them."""

    desk: Desk
    conversation_id: UUID
    customer_id: UUID
    pads: UUID
    oil: UUID

    @property
    def ana(self) -> Seller:
        return Seller(f"user:{self.desk.ana.user_id}", self.desk.ana.agent_id, "agent")

    @property
    def sara(self) -> Seller:
        return Seller(f"user:{self.desk.sara.user_id}", None, "supervisor", any_discount=True)


def product(uow: UnitOfWork, code: str, name: str, price: str, *, currency: str = "COP") -> UUID:
    made = catalogue.create(uow, NewProduct(code=code, name=name, price=Decimal(price), currency=currency))
    return made.id


def shop(uow: UnitOfWork) -> Shop:
    desk = inbox.desk(uow)
    customer_id = world.customer(uow, phone="573001112233")
    conversation_id = world.conversation(uow, desk.centro_number, customer_id)
    inbox.message(uow, conversation_id, "¿cuánto cuestan las balatas?")
    pads = product(uow, "BAL-4471", "Balatas delanteras", "850.50")
    return Shop(desk, conversation_id, customer_id, pads, product(uow, "FIL-5W30", "Aceite sintético", "199.99"))


def offer(shop: Shop, *lines: NewLine, valid_days: int | None = None) -> NewQuote:
    """What is offered to Camila; without lines two sets of pads."""
    return NewQuote(
        shop.desk.centro,
        shop.customer_id,
        lines or (NewLine(shop.pads, Decimal(2)),),
        shop.conversation_id,
        valid_days=valid_days,
    )


def draft(uow: UnitOfWork, shop: Shop, *lines: NewLine, valid_days: int | None = None) -> Quote:
    return quotes.draft(uow, offer(shop, *lines, valid_days=valid_days), shop.ana)


def send(uow: UnitOfWork, shop: Shop, *lines: NewLine, valid_days: int | None = None) -> Quote:
    """A quote that was sent; its paper is in the bucket."""
    quote = draft(uow, shop, *lines, valid_days=valid_days)
    quotes.request(uow, quote.id, actor=shop.ana.name)
    sales.send_quote(uow, quote.id)
    return quotes.get(uow, quote.id)
