"""Find products by words, typed as people type them, by code, and by the vehicle they are for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from relevo.db import UnitOfWork
from relevo.sales.catalogue import products, words
from relevo.sales.catalogue.products import Product

MOST = 400
"""Products a search finds; who looks for more than that says more words."""
_ENOUGH = 150
"""Products found in a part of the catalogue, with which the rest of it need not be read."""
_PARTS: tuple[str | None, ...] = ("~0", "~1", None)
"""A sixty-fourth of the catalogue, an eighth, all of it."""
_TOKEN = re.compile(r"[a-z0-9]+(?:[-./][a-z0-9]+)*")
_YEAR = re.compile(r"19[5-9][0-9]|20[0-4][0-9]")
_BEGUN = 20
"""Words a half-typed one may become."""


@dataclass(frozen=True, slots=True)
class Vehicle:
    """What a product must fit: any of make, model and year."""

    make: str | None = None
    model: str | None = None
    year: int | None = None


class Page(NamedTuple):
    """Products, best first; `after` asks for those behind them."""

    items: list[Product]
    after: UUID | None


def search(
    uow: UnitOfWork,
    q: str | None = None,
    vehicle: Vehicle | None = None,
    *,
    after: UUID | None = None,
    limit: int = 25,
) -> Page:
    """A page of the active products that `q` means and the vehicle takes; without either, all of them by their codes.

    A code comes first, then what has every word; where nothing has, what has some. A word nobody knows stands for those
    it is a typo or a beginning of, and a year in `q` only puts first what is for it.
    """
    wanted = vehicle or Vehicle()
    text = words.folded(q or "")
    tags = _tags(wanted)
    if not _TOKEN.search(text) and not tags:
        return Page([], None) if q and q.strip() else _browse(uow, after, limit)
    found = _found(uow, text, tags, wanted)
    start = found.index(after) + 1 if after in found else 0 if after is None else len(found)
    page = found[start : start + limit]
    return Page(products.get_many(uow, page), page[-1] if len(found) > start + limit else None)


def _browse(uow: UnitOfWork, after: UUID | None, limit: int) -> Page:
    rows = uow.all(
        "SELECT id FROM sales.product WHERE active"
        " AND code > coalesce((SELECT code FROM sales.product WHERE id = %s), '') ORDER BY code LIMIT %s",
        (after, limit + 1),
    )
    page = [row["id"] for row in rows[:limit]]
    return Page(products.get_many(uow, page), page[-1] if len(rows) > limit else None)


def _found(uow: UnitOfWork, text: str, tags: list[str], vehicle: Vehicle) -> list[UUID]:
    """Ids of what is found, best first."""
    tokens = list(dict.fromkeys(_TOKEN.findall(text)))
    years = [int(token) for token in tokens if _YEAR.fullmatch(token)] if len(tokens) > 1 else []
    clauses = _clauses(uow, [token for token in tokens if not (token.isdigit() and int(token) in years)])
    codes = [] if tags else _codes(uow, text)
    uow.execute("SET LOCAL enable_seqscan = off")  # without statistics a new catalogue would be read from end to end
    ranked: list[UUID] = []
    if clauses or tags:
        year = years[0] if years and vehicle.year is None else None
        ranked = _ranked(uow, " & ".join(clauses), tags, vehicle, year)
        if not ranked and not codes and len(clauses) > 1:
            ranked = _ranked(uow, " | ".join(clauses), tags, vehicle, year)
    uow.execute("SET LOCAL enable_seqscan = on")
    return list(dict.fromkeys([*codes, *ranked]))


def _codes(uow: UnitOfWork, text: str) -> list[UUID]:
    """Products whose code this is, or begins so."""
    key = re.sub(r"[^a-z0-9]", "", text).upper()
    if not 3 <= len(key) <= 60 or not re.search(r"[0-9]", key):
        return []
    rows = uow.all(
        "SELECT id FROM sales.product WHERE code_key LIKE %s AND active ORDER BY code_key LIMIT 50", (f"{key}%",)
    )
    return [row["id"] for row in rows]


def _tags(vehicle: Vehicle) -> list[str]:
    """What the tags of a fitting product say, as parts of a tsquery."""
    make, model = (words.folded(part).strip() if part else "" for part in (vehicle.make, vehicle.model))
    if make and model and vehicle.year:
        fitting = (f"t:{make}:{each}:{year}" for each in (model, "") for year in (vehicle.year, ""))
        return [f"({' | '.join(map(_quoted, fitting))})"]
    tags = []
    if make and model:
        tags.append(f"({_quoted(f'v:{make}:{model}')} | {_quoted(f'v:{make}:')})")
    elif make or model:
        tags.append(_quoted(f"m:{make}" if make else f"o:{model}"))
    if vehicle.year:
        tags.append(f"('y:{vehicle.year:d}' | 'y:')")
    return tags


def _quoted(lexeme: str) -> str:
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _clauses(uow: UnitOfWork, said: list[str]) -> list[str]:
    """For each word that says something, what of the catalogue's words it means, as a part of a tsquery."""
    rows = uow.all(
        "SELECT token, tsvector_to_array(to_tsvector('pg_catalog.spanish', token)) AS stems,"
        "  plainto_tsquery('pg_catalog.spanish', token)::text AS query,"
        "  EXISTS (SELECT FROM sales.word WHERE stems && tsvector_to_array(to_tsvector('pg_catalog.spanish', token)))"
        "    AS known"
        " FROM unnest(%s::text[]) WITH ORDINALITY AS said (token, place) ORDER BY place",
        (said,),
    )
    clauses = []
    for row in rows:
        last = row is rows[-1]
        if clause := _clause(uow, row["token"], row["query"], known=row["known"], last=last):
            clauses.append(clause)
    return clauses


def _clause(uow: UnitOfWork, token: str, query: str, *, known: bool, last: bool) -> str | None:
    if not query:
        return None  # a word without meaning of its own: de, para, con
    if re.search(r"[0-9]", token):
        key = re.sub(r"[^a-z0-9]", "", token)
        return f"(({query}) | '{key}':*)" if len(key) > 2 else f"({query})"
    begun = _begun(uow, token) if (last or not known) and len(token) > 2 and token.isalpha() else []
    alternatives = [f"({query})", *map(_quoted, begun)] if known else [*map(_quoted, begun or words.meant(uow, token))]
    return f"({' | '.join(dict.fromkeys(alternatives))})" if alternatives else f"({query})"


def _begun(uow: UnitOfWork, token: str) -> list[str]:
    rows = uow.all("SELECT stems FROM sales.word WHERE word LIKE %s ORDER BY word LIMIT %s", (f"{token}%", _BEGUN))
    return sorted({stem for row in rows for stem in row["stems"]})


def _ranked(uow: UnitOfWork, said: str, tags: list[str], vehicle: Vehicle, year: int | None) -> list[UUID]:
    """Ids of the best of what is found, looking into more of the catalogue until there is enough."""
    rows: list[dict[str, Any]] = []
    for part in _PARTS:
        asked = " & ".join(filter(None, [f"({said})" if said else "", *tags, _quoted(part) if part else ""]))
        rows = uow.all(
            "WITH found AS MATERIALIZED ("
            "  SELECT id, code, search, fits FROM sales.product WHERE search @@ %(asked)s::tsquery AND active"
            "  AND (%(exact)s IS NOT TRUE OR EXISTS (SELECT FROM jsonb_to_recordset(fits)"
            "    AS f (make text, model text, year_from int, year_to int)"
            "    WHERE (%(make)s::text IS NULL OR inbox.folded(f.make) = %(make)s)"
            "    AND (%(model)s::text IS NULL OR f.model IS NULL OR inbox.folded(f.model) = %(model)s)"
            "    AND (%(year)s::int IS NULL OR f.year_from IS NULL OR %(year)s BETWEEN f.year_from AND f.year_to)))"
            "  LIMIT %(most)s)"
            " SELECT id, ts_rank('{0.1, 0.3, 0.5, 1}', search, %(said)s::tsquery)"
            "   + CASE WHEN search @@ %(preferred)s::tsquery THEN 1 ELSE 0 END AS score"
            " FROM found ORDER BY score DESC, code",
            {
                "asked": asked,
                "said": said,
                "most": MOST,
                "preferred": f"'y:{year:d}'" if year else "",
                "exact": vehicle.year is not None and bool(vehicle.make) != bool(vehicle.model),
                "make": words.folded(vehicle.make).strip() if vehicle.make else None,
                "model": words.folded(vehicle.model).strip() if vehicle.model else None,
                "year": vehicle.year,
            },
        )
        if len(rows) >= _ENOUGH:
            break
    return [row["id"] for row in rows]
