"""Routes of the catalogue: search, one product, changes by hand, and sending one to a customer."""

from __future__ import annotations

from uuid import UUID

from relevo import console
from relevo.access import Principal
from relevo.api import cursor
from relevo.api.application import app
from relevo.api.conversations import check_sight, explained, writer
from relevo.api.endpoint import Reply, endpoint
from relevo.api.product_models import Product, ProductPage, ProductPatch, ProductQuery, ShareIn, Stock, StockQuery
from relevo.api.requests import refuse_branch
from relevo.console import Message, Words
from relevo.db import UnitOfWork
from relevo.events import ProductShared
from relevo.runtime.problems import Problem
from relevo.sales import CodeTaken, NewProduct, Vehicle, catalogue, inventory

_PRODUCTS = "/api/products"
_PRODUCT = f"{_PRODUCTS}/<product_id>"
_READ, _WRITE, _TAG = "products:read", "products:write", "Products"


@endpoint(app, "GET", _PRODUCTS, scope=_READ, summary="List and search products", tag=_TAG)
def list_products(uow: UnitOfWork, caller: Principal, query: ProductQuery) -> ProductPage:
    """Active products: by words, code and the vehicle they must fit, the best match first, at most 400 of them; without
    any of these all of them by their codes. Stock is told as it is known; nobody is asked for a list."""
    if query.branch:
        refuse_branch(caller, query.branch)
    page = catalogue.search(
        uow,
        query.q,
        Vehicle(query.make, query.model, query.year),
        after=cursor.decode(query.cursor),
        limit=query.limit,
    )
    known = inventory.remembered(uow, query.branch, [each.id for each in page.items]) if query.branch else {}
    items = [_with_stock(Product.model_validate(product), known.get(product.id)) for product in page.items]
    return ProductPage(items=items, next=cursor.encode(page.after))


def _with_stock(product: Product, stock: inventory.Stock | None) -> Product:
    return product if stock is None else product.model_copy(update={"stock": Stock.model_validate(stock)})


@endpoint(app, "GET", f"{_PRODUCT}/stock", scope=_READ, summary="How many a branch has", tag=_TAG)
def read_stock(uow: UnitOfWork, caller: Principal, product_id: UUID, query: StockQuery) -> Stock:
    """What the company's inventory says, or said within the last minute; unconfirmed while it does not answer."""
    refuse_branch(caller, query.branch)
    product = catalogue.get(uow, product_id)
    return Stock.model_validate(inventory.stock(uow, query.branch, [product.id])[product.id])


@endpoint(app, "POST", _PRODUCTS, scope=_WRITE, summary="Add a product", tag=_TAG, status=201, refusals=(409,))
def create_product(uow: UnitOfWork, body: NewProduct) -> Reply[Product]:
    """Adds a product by hand; many come in with `relevo catalogue import`. 409 where its code is taken."""
    try:
        made = catalogue.create(uow, body)
    except CodeTaken as error:
        raise _taken(error) from error
    return Reply(Product.model_validate(made), 201, {"location": f"{_PRODUCTS}/{made.id}"})


@endpoint(app, "GET", _PRODUCT, scope=_READ, summary="One product", tag=_TAG)
def read_product(uow: UnitOfWork, product_id: UUID) -> Product:
    """A product, also one that is not sold any more."""
    return Product.model_validate(catalogue.get(uow, product_id))


@endpoint(app, "PATCH", _PRODUCT, scope=_WRITE, summary="Change a product", tag=_TAG, refusals=(409,))
def change_product(uow: UnitOfWork, caller: Principal, product_id: UUID, body: ProductPatch) -> Product:
    """Changes the fields sent; who changed what and why is kept. The next import that tells otherwise wins."""
    try:
        changed = catalogue.change(uow, product_id, body.changes(), actor=caller.name, reason=body.reason)
    except CodeTaken as error:
        raise _taken(error) from error
    return Product.model_validate(changed)


def _taken(error: CodeTaken) -> Problem:
    return Problem(409, f"{error}.", kind="code-taken", members={"product_id": str(error.product_id)})


@endpoint(
    app,
    "POST",
    "/api/conversations/<conversation_id>/products",
    scope="conversations:write",
    summary="Send a product to the customer",
    tag=_TAG,
    status=201,
    refusals=(409,),
)
def share_product(uow: UnitOfWork, caller: Principal, conversation_id: UUID, body: ShareIn) -> Reply[Message]:
    """Sends the product's first picture with what it is and costs; as a text when it has none. What holds for a message
    holds for it: who sends it holds the conversation, and the same `client_id` again is the same message."""
    check_sight(uow, caller, conversation_id)
    product = catalogue.get(uow, body.product_id)
    words = Words(
        client_id=body.client_id,
        text=body.text or product.caption,
        kind="image" if product.images else "text",
        content={"link": product.images[0], "product_id": str(product.id)} if product.images else None,
        seen=body.seen,
        confirm=body.confirm,
    )
    with explained(uow):
        sent = console.send(uow, conversation_id, words, writer(caller))
    if sent.is_new:
        uow.record(
            ProductShared(
                product_id=product.id,
                message_id=sent.message_id,
                conversation_id=conversation_id,
                agent_id=caller.agent_id,
            )
        )
    return Reply(console.message(uow, sent.message_id), 201 if sent.is_new else 200)
