"""Products: what one is, and how people change it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from psycopg import sql
from psycopg.errors import UniqueViolation
from psycopg.types.json import Jsonb
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from relevo import clock, ids
from relevo.db import Row, UnitOfWork, transition
from relevo.errors import InvalidInput, NotFound, PermanentError
from relevo.sales.catalogue import words


def _visible(text: str) -> str:
    if not text.isprintable() and any(not char.isprintable() and char not in "\t\n\r" for char in text):
        raise ValueError("holds a control character")
    return text


Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_visible)]
Long = Annotated[str, StringConstraints(strip_whitespace=True, max_length=10_000), AfterValidator(_visible)]
Code = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[^\W_](?:.{0,58}[^\W_])?$"), AfterValidator(_visible)
]
Price = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2, allow_inf_nan=False)]
Currency = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Z]{3}$")]
Link = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^https?://[^\s\"<>]+$", max_length=2_000)]
Year = Annotated[int, Field(ge=1900, le=2100)]
IMAGES = 10


class Fit(BaseModel):
    """Vehicles a product is for: of a make, a model or (without) all of them, of some years or (without) all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    make: Short
    model: Short | None = None
    year_from: Year | None = None
    year_to: Year | None = None

    @model_validator(mode="before")
    @classmethod
    def _both_years_or_none(cls, fields: Any) -> Any:
        """One year alone is the only one meant."""
        if not isinstance(fields, dict):
            return fields
        first, last = fields.get("year_from"), fields.get("year_to")
        return (
            fields
            if first is None and last is None
            else {**fields, "year_from": first or last, "year_to": last or first}
        )

    @model_validator(mode="after")
    def _in_order(self) -> Fit:
        if self.year_from and self.year_to and self.year_from > self.year_to:
            raise ValueError("year_from is after year_to")
        return self


class NewProduct(BaseModel):
    """A product as it is imported or written. A field nobody knows is a slip of the pen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Code
    name: Short
    description: Long = ""
    brand: Short | None = None
    category: Short | None = None
    price: Price
    currency: Currency = "MXN"
    unit: Short = "pieza"
    images: list[Link] = Field(default_factory=list, max_length=IMAGES)
    fits: list[Fit] = Field(default_factory=list, max_length=200)
    active: bool = True

    @property
    def digest(self) -> str:
        """Equal for equal products."""
        return hashlib.md5(self.model_dump_json().encode(), usedforsecurity=False).hexdigest()

    @property
    def words(self) -> set[str]:
        """Every word it can be found by."""
        vehicles = [part for fit in self.fits for part in (fit.make, fit.model)]
        parts = (self.name, self.brand, self.category, self.description, *vehicles)
        return words.words_in(" ".join(part for part in parts if part))


class CodeTaken(PermanentError):
    """Another product, `product_id`, has this code."""

    def __init__(self, code: str, product_id: UUID) -> None:
        super().__init__(f"another product has the code {code}")
        self.product_id = product_id


@dataclass(frozen=True, slots=True)
class Product:
    """A product as it is. The price is without tax, in `currency`, for one `unit`."""

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
    fits: list[dict[str, Any]]
    active: bool
    created_at: datetime
    updated_at: datetime

    @property
    def caption(self) -> str:
        """What a customer is told of it, in at most 1,024 characters."""
        title = f"*{self.name}*" + (f" · {self.brand}" if self.brand else "")
        price = f"{self.code} — {self.price:,.2f} {self.currency} / {self.unit}"
        told = "\n".join(filter(None, (title, price, self.description)))
        return told if len(told) <= 1_024 else told[:1_023] + "…"


_COLUMNS = (
    "id, code, name, description, brand, category, price, currency, unit, images, fits, active, created_at, updated_at"
)


def get(uow: UnitOfWork, product_id: UUID) -> Product:
    """The product. Raises NotFound."""
    found = get_many(uow, [product_id])
    if not found:
        raise NotFound(f"there is no product {product_id}")
    return found[0]


def get_many(uow: UnitOfWork, product_ids: Sequence[UUID]) -> list[Product]:
    """The products there are of these, in this order."""
    rows = uow.all(f"SELECT {_COLUMNS} FROM sales.product WHERE id = ANY(%s)", (list(product_ids),))
    by_id = {row["id"]: Product(**row) for row in rows}
    return [by_id[product_id] for product_id in product_ids if product_id in by_id]


def by_code(uow: UnitOfWork, code: str) -> Product | None:
    """The product of this code, with other signs or capitals too; none where two could be meant."""
    rows = uow.all(
        f"SELECT {_COLUMNS} FROM sales.product WHERE code_key = sales.code_key(%(code)s) AND code_key <> '' AND active"
        " ORDER BY code = %(code)s DESC LIMIT 2",
        {"code": code.strip()},
    )
    if not rows or (len(rows) > 1 and rows[0]["code"] != code.strip()):
        return None
    return Product(**rows[0])


def create(uow: UnitOfWork, new: NewProduct) -> Product:
    """Add a product by hand. Raises CodeTaken."""
    taken = uow.one("SELECT id FROM sales.product WHERE code = %s", (new.code,))
    if taken is not None:
        raise CodeTaken(new.code, taken["id"])
    product_id, now = ids.new_id(), clock.now()
    words.learn(uow, new.words)
    try:
        uow.execute(
            "INSERT INTO sales.product (id, code, name, description, brand, category, price, currency, unit, images,"
            " fits, active, created_at, updated_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (product_id, *_values(new), now, now),
        )
    except UniqueViolation as error:
        raise InvalidInput(f"another product has just been given the code {new.code}; look for it") from error
    return get(uow, product_id)


def _values(new: NewProduct) -> tuple[Any, ...]:
    fits = Jsonb([fit.model_dump() for fit in new.fits])
    told = new.model_dump(exclude={"fits", "active"})
    return (*told.values(), fits, new.active)


def change(uow: UnitOfWork, product_id: UUID, changes: dict[str, Any], *, actor: str, reason: str | None) -> Product:
    """Change fields of a product and keep who changed what. Raises NotFound, CodeTaken, and InvalidInput for what no
    product can be."""
    locked = uow.one("SELECT id FROM sales.product WHERE id = %s FOR UPDATE", (product_id,))
    if locked is None:
        raise NotFound(f"there is no product {product_id}")
    before = get(uow, product_id)
    after = NewProduct.model_validate(_told(before) | changes)
    old, new = _told(before), after.model_dump(mode="json")
    changed = {field: (old[field], new[field]) for field in new if old[field] != new[field]}
    if not changed:
        return before
    taken = uow.one("SELECT id FROM sales.product WHERE code = %s AND id <> %s", (after.code, product_id))
    if taken is not None:
        raise CodeTaken(after.code, taken["id"])
    words.learn(uow, after.words)
    values: Row = after.model_dump(include=set(changed)) | {"digest": None, "updated_at": clock.now()}
    if "fits" in values:
        values["fits"] = Jsonb(new["fits"])
    assigned = sql.SQL(", ").join(sql.SQL("{} = {}").format(sql.Identifier(f), sql.Placeholder(f)) for f in values)
    statement = sql.SQL("UPDATE sales.product SET {} WHERE id = {}").format(assigned, sql.Placeholder("product"))
    uow.connection.execute(statement, values | {"product": product_id})
    transition(uow, "sales.product_change", product_id, changed, actor=actor, reason=reason)
    return get(uow, product_id)


def _told(product: Product) -> dict[str, Any]:
    """A product as JSON tells it, without what it was not told."""
    fields = {name: getattr(product, name) for name in NewProduct.model_fields}
    return NewProduct.model_validate(fields).model_dump(mode="json")
