"""Products by the thousand: rows checked one by one, what is right of them kept in few statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from psycopg.types.json import Jsonb
from pydantic import ValidationError

from relevo import clock, ids
from relevo.db import UnitOfWork
from relevo.errors import InvalidInput
from relevo.sales.catalogue import words
from relevo.sales.catalogue.products import NewProduct


class Rejected(NamedTuple):
    """A row that was not taken: which of those given, from 0, and why."""

    row: int
    reason: str


class Imported(NamedTuple):
    """What became of the rows."""

    imported: int
    updated: int
    unchanged: int
    rejected: list[Rejected]


def check(row: Any) -> NewProduct:
    """The product a row tells of. Raises InvalidInput that names every field at fault."""
    try:
        return NewProduct.model_validate(row)
    except ValidationError as error:
        told = [f"{'.'.join(map(str, each['loc'])) or 'the row'}: {each['msg']}" for each in error.errors()]
        raise InvalidInput("; ".join(told)) from error


def import_rows(uow: UnitOfWork, rows: Sequence[Mapping[str, Any]]) -> Imported:
    """Keep the products of these rows; of a code that comes twice the last counts. A wrong row is rejected, the others
    are kept."""
    checked: list[NewProduct] = []
    rejected: list[Rejected] = []
    for number, row in enumerate(rows):
        try:
            checked.append(check(row))
        except InvalidInput as error:
            rejected.append(Rejected(number, str(error)))
    words.learn(uow, {word for product in checked for word in product.words})
    counts = [_keep(uow, run) for run in _without_repeats(checked)]
    new, changed, same = (sum(count) for count in zip(*counts, strict=True)) if counts else (0, 0, 0)
    return Imported(new, changed, same, rejected)


def imported(uow: UnitOfWork, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """As `import_rows`, told as JSON tells it."""
    done = import_rows(uow, rows)
    return done._asdict() | {"rejected": [each._asdict() for each in done.rejected]}


def _without_repeats(products: Sequence[NewProduct]) -> Iterator[list[NewProduct]]:
    """The products in order, cut where a code comes again: one statement cannot change a row twice."""
    run: dict[str, NewProduct] = {}
    for product in products:
        if product.code in run:
            yield list(run.values())
            run = {}
        run[product.code] = product
    if run:
        yield list(run.values())


_COPIED = "id, code, name, description, brand, category, price, currency, unit, images, fits, active, digest"


def _keep(uow: UnitOfWork, products: list[NewProduct]) -> tuple[int, int, int]:
    """How many are new, changed, and as they were."""
    uow.execute(
        "CREATE TEMP TABLE IF NOT EXISTS product_batch (id uuid, code text, name text, description text, brand text,"
        " category text, price numeric, currency text, unit text, images text[], fits jsonb, active boolean,"
        " digest text) ON COMMIT DROP"
    )
    uow.execute("TRUNCATE product_batch")
    with uow.connection.cursor().copy(f"COPY product_batch ({_COPIED}) FROM STDIN") as copy:
        for product in products:
            copy.write_row(_row(product))
    same = uow.execute(
        "DELETE FROM product_batch AS b USING sales.product AS p WHERE p.code = b.code AND p.digest = b.digest"
    ).rowcount
    now = clock.now()
    done = uow.one(
        "WITH kept AS (INSERT INTO sales.product AS p (id, code, name, description, brand, category, price, currency,"
        "   unit, images, fits, active, digest, created_at, updated_at)"
        " SELECT id, code, name, description, brand, category, price, currency, unit, images, fits, active, digest,"
        "   %(now)s, %(now)s FROM product_batch ORDER BY code"
        " ON CONFLICT (code) DO UPDATE SET name = excluded.name, description = excluded.description,"
        "   brand = excluded.brand, category = excluded.category, price = excluded.price,"
        "   currency = excluded.currency, unit = excluded.unit, images = excluded.images, fits = excluded.fits,"
        "   active = excluded.active, digest = excluded.digest, updated_at = excluded.updated_at"
        " RETURNING xmax = 0 AS is_new)"
        " SELECT count(*) FILTER (WHERE is_new) AS new, count(*) FILTER (WHERE NOT is_new) AS changed FROM kept",
        {"now": now},
    )
    assert done is not None
    return done["new"], done["changed"], same


def _row(product: NewProduct) -> tuple[Any, ...]:
    return (
        ids.new_id(),
        product.code,
        product.name,
        product.description,
        product.brand,
        product.category,
        product.price,
        product.currency,
        product.unit,
        product.images,
        Jsonb([fit.model_dump() for fit in product.fits]),
        product.active,
        product.digest,
    )


def settle(uow: UnitOfWork) -> None:
    """After many rows: what waits to be indexed is, and the planner knows what there is."""
    uow.execute("SELECT gin_clean_pending_list('sales.product_search'), gin_clean_pending_list('sales.word_near')")
    uow.execute("ANALYZE sales.product, sales.word")
