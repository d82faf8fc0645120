"""Products over the wire: money is text with two decimals, never a float."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import Field, model_validator

from relevo.api.models import Answer, PageQuery, Request
from relevo.api.text import Line
from relevo.sales import IMAGES, Code, Currency, Fit, Link, Long, Price, Short


class ProductQuery(PageQuery):
    """Which products: best match first, all of them by their codes. `branch` adds what is known of its stock."""

    q: Line | None = Field(None, description="words (typos and accents are forgiven), or a code")
    make: Line | None = Field(None, description="of the vehicle it must fit, as in Nissan")
    model: Line | None = Field(None, description="as in Versa")
    year: int | None = Field(None, ge=1900, le=2100)
    branch: UUID | None = None


class Stock(Answer):
    """How many there are in a branch, and when the inventory said so. Not `confirmed`: it does not answer now, and
    `quantity` is the last that was known, null when none was."""

    quantity: Decimal | None
    confirmed: bool
    at: datetime | None


class Product(Answer):
    """A product; the price is without tax. `fits` are the vehicles it is for: no model is all of the make, no years is
    all years. The first of `images` is shown first."""

    id: UUID
    code: str
    name: str
    description: str
    brand: str | None
    category: str | None
    price: Decimal
    currency: str
    unit: str
    images: list[str]
    fits: list[Fit]
    stock: Stock | None = None
    active: bool


class ProductPage(Answer):
    """Products; `next` is the cursor of the following page, null on the last."""

    items: list[Product]
    next: str | None


class ProductPatch(Request):
    """Fields to change; those left out stay. `reason` goes into the product's history."""

    code: Code | None = None
    name: Short | None = None
    description: Long | None = None
    brand: Short | None = None
    category: Short | None = None
    price: Price | None = None
    currency: Currency | None = None
    unit: Short | None = None
    images: list[Link] | None = Field(None, max_length=IMAGES)
    fits: list[Fit] | None = Field(None, max_length=200)
    active: bool | None = None
    reason: Line | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> ProductPatch:
        changed = self.model_fields_set - {"reason"}
        if not changed:
            raise ValueError("names no field to change")
        if nulls := sorted(name for name in changed - {"brand", "category"} if getattr(self, name) is None):
            raise ValueError(f"{', '.join(nulls)} cannot be null; leave it out to keep it")
        return self

    def changes(self) -> dict[str, Any]:
        """The fields that were sent."""
        return self.model_dump(mode="json", include=self.model_fields_set - {"reason"})


class StockQuery(Request):
    """Of which branch."""

    branch: UUID


class ShareIn(Request):
    """A product to send. `client_id`, `seen` and `confirm` are as for a message; without `text` its name, code, price
    and description go with the picture."""

    product_id: UUID
    client_id: UUID
    text: Line | None = None
    seen: UUID | None = None
    confirm: bool = False
