"""How many products a second come in, and how soon one is found, in small catalogues and large ones.

Over a server that syncs to disk. Imports go through `relevo catalogue import` itself. Searches are asked one after the
other, the kinds in turn; the catalogue's words are unevenly common, as words are: a third of the products share their
commonest.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import psycopg
from psycopg.types.json import Jsonb
from typer.testing import CliRunner

from infra import cli
from relevo import clock, db, ids
from relevo.db import Database
from relevo.db.migrate import migrate
from relevo.sales import Vehicle, catalogue
from relevo.sales.catalogue import words
from tests.bench.bench_api import durable

SIZES = tuple(int(size) for size in os.environ.get("BENCH_PRODUCTS", "10000,1000000").split(","))
IMPORTED = 10_000
CALLS = 60
_PARTS = [
    "filtro",
    "balata",
    "bujía",
    "amortiguador",
    "disco",
    "bomba",
    "sensor",
    "banda",
    "batería",
    "aceite",
    "faro",
    "espejo",
    "radiador",
    "alternador",
    "marcha",
    "clutch",
    "rótula",
    "horquilla",
    "soporte",
    "empaque",
    "retén",
    "válvula",
    "inyector",
    "bobina",
    "cable",
    "manguera",
    "tapón",
    "foco",
    "fusible",
    "relevador",
]
_WHERE = [
    "delantero",
    "trasero",
    "derecho",
    "izquierdo",
    "superior",
    "inferior",
    "interno",
    "externo",
    "central",
    "lateral",
]
_KINDS = [
    "cerámico",
    "metálico",
    "sintético",
    "universal",
    "reforzado",
    "original",
    "remanufacturado",
    "deportivo",
    "económico",
    "premium",
]
_MAKES = {
    "Nissan": ["Versa", "Sentra", "March", "Tsuru", "NP300"],
    "Chevrolet": ["Aveo", "Spark", "Beat", "Onix"],
    "Volkswagen": ["Jetta", "Vento", "Gol", "Polo"],
    "Toyota": ["Corolla", "Hilux", "Yaris"],
    "Honda": ["Civic", "City", "Fit"],
}
_SYLLABLES = [a + b for a, b in product("bcdfglmnprst", "aeiou")]
_ASKED: dict[str, tuple[str | None, Vehicle]] = {
    "common": ("filtro", Vehicle()),
    "two_common": ("filtro delantero", Vehicle()),
    "rare": ("", Vehicle()),
    "typo": ("amortigudor trasro", Vehicle()),
    "unaccented": ("bateria metalico", Vehicle()),
    "code": ("", Vehicle()),
    "vehicle": (None, Vehicle("Nissan", "Versa", 2016)),
    "words_and_vehicle": ("bujia", Vehicle("Honda", "Civic", 2014)),
    "everything": ("bujia civic 2014", Vehicle()),
    "nothing": ("xqzwvk", Vehicle()),
}


def run() -> Iterator[dict[str, Any]]:
    """Imports, then searches and codes by size."""
    with durable() as (url, _):
        yield from _imports(_database(url, "imports"))
        for size in SIZES:
            own = _database(url, f"size_{size}")
            began = time.perf_counter()
            _fill(own, size)
            yield {"name": "catalogue.fill", "value": round(time.perf_counter() - began, 1), "unit": "s", "rows": size}
            yield from _searches(own, size)


def _database(url: str, name: str) -> str:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    own = psycopg.conninfo.make_conninfo(url, dbname=name)
    migrate(own)
    return own


def _row(n: int, chance: random.Random, brands: list[str]) -> dict[str, Any]:
    part = _PARTS[min(int(chance.expovariate(0.35)), len(_PARTS) - 1)]
    fits = []
    for make in chance.sample(sorted(_MAKES), chance.randint(0, 3)):
        first = chance.randint(1995, 2020)
        model = chance.choice(_MAKES[make])
        fits.append({"make": make, "model": model, "year_from": first, "year_to": first + chance.randint(0, 9)})
    return {
        "code": f"{part[:3].upper()}-{n:07}",
        "name": f"{part.title()} {chance.choice(_WHERE)} {chance.choice(_KINDS)} {chance.choice(brands)}",
        "description": f"Para uso {chance.choice(_KINDS)}; garantía de {chance.randint(3, 24)} meses, lote {n % 97}.",
        "brand": chance.choice(brands),
        "category": part,
        "price": f"{chance.randint(10, 9_999)}.{chance.randint(0, 99):02}",
        "images": [f"https://example.com/{n}-{k}.jpg" for k in range(chance.randint(0, 4))],
        "fits": fits,
    }


def _brands(chance: random.Random) -> list[str]:
    return ["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))).title() for _ in range(5_000)]


def _imports(url: str) -> Iterator[dict[str, Any]]:
    chance = random.Random(5)
    brands = _brands(chance)
    rows = [_row(n, chance, brands) for n in range(IMPORTED)]
    db.use(database := Database(lambda: url))
    try:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "products.json"
            file.write_text(json.dumps(rows, ensure_ascii=False))
            for name in ("new", "unchanged"):
                told = CliRunner().invoke(cli.main, ["catalogue", "import", str(file)])
                summary = json.loads(told.stdout.strip().splitlines()[-1])
                yield {"name": f"catalogue.import.{name}", "value": summary["per_s"], "unit": "products/s", **summary}
    finally:
        db.use(None)
        database.close()


def _fill(url: str, size: int) -> None:
    """Rows without their checks: what is measured afterwards is the search."""
    chance = random.Random(size)
    brands = _brands(chance)
    database = Database(lambda: url)
    with database.unit_of_work() as uow:
        told = [*_PARTS, *_WHERE, *_KINDS, *brands, *_MAKES, *(model for models in _MAKES.values() for model in models)]
        words.learn(uow, words.words_in(" ".join(told) + " para uso garantia de meses lote"))
        uow.execute("DROP INDEX sales.product_search")
        now = clock.now()
        with uow.connection.cursor().copy(
            "COPY sales.product (id, code, name, description, brand, category, price, currency, unit, images, fits,"
            " created_at, updated_at) FROM STDIN"
        ) as copy:
            for n in range(size):
                row = _row(n, chance, brands)
                told_row = [row[name] for name in ("code", "name", "description", "brand", "category", "price")]
                copy.write_row((ids.new_id(), *told_row, "MXN", "pieza", row["images"], Jsonb(row["fits"]), now, now))
        uow.execute("SET LOCAL maintenance_work_mem = '512MB'")
        uow.execute("CREATE INDEX product_search ON sales.product USING gin (search)")
        catalogue.settle(uow)
    database.close()


def _searches(url: str, size: int) -> Iterator[dict[str, Any]]:
    chance, took = random.Random(1), dict[str, list[float]]()
    database = Database(lambda: url)
    with database.unit_of_work() as uow:
        known = uow.all("SELECT code, brand FROM sales.product ORDER BY id LIMIT 500")
    for turn in range(5 + CALLS):
        some = chance.choice(known)
        for name, (q, vehicle) in _ASKED.items():
            said = {"rare": some["brand"], "code": some["code"].replace("-", " ")}.get(name, q)
            began = time.perf_counter()
            with database.unit_of_work() as uow:
                page = catalogue.search(uow, said, vehicle)
            if turn >= 5:
                took.setdefault(name, []).append(time.perf_counter() - began)
            assert bool(page.items) == (name != "nothing"), name
        began = time.perf_counter()
        with database.unit_of_work() as uow:
            found = catalogue.closest_codes(uow, f"REF {some['code'].replace('0', 'O', 2)}\nMade in México 2016")
        assert found
        if turn >= 5:
            took.setdefault("read_codes", []).append(time.perf_counter() - began)
    database.close()
    for name, seconds in took.items():
        quantiles = statistics.quantiles(seconds, n=100)
        figure = {"name": f"catalogue.search.{name}", "value": round(quantiles[94] * 1000, 2), "unit": "ms p95"}
        yield figure | {"p50_ms": round(quantiles[49] * 1000, 2), "products": size}
