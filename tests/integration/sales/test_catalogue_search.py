"""Products are found as people ask for them: with typos, without accents, by code, for a vehicle."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from relevo.db import Database
from relevo.sales import catalogue
from relevo.sales.catalogue import Vehicle
from tests.support.postgres import Postgres

VERSA = {"make": "Nissan", "model": "Versa", "year_from": 2012, "year_to": 2019}
SENTRA = {"make": "Nissan", "model": "Sentra", "year_from": 2013, "year_to": 2017}
AVEO = {"make": "Chevrolet", "model": "Aveo", "year_from": 2008, "year_to": 2018}


def row(code: str, name: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "name": name, "price": "100.00", **more}


ROWS = [
    row("BAL-4471", "Balatas delanteras cerámicas", brand="Brembo", category="Frenos", fits=[VERSA]),
    row("BAL-4472", "Balatas traseras", brand="Fritec", category="Frenos", fits=[AVEO]),
    row("BUJ-0108", "Bujía de iridio", brand="NGK", category="Encendido", fits=[VERSA, SENTRA]),
    row("FIL-5W30", "Aceite sintético 5W-30", category="Lubricantes", description="Cambio cada 10,000 km."),
    row("AMO-900", "Amortiguador delantero", brand="Monroe", fits=[{"make": "Nissan"}]),
    row("FAR-77", "Faro derecho", fits=[AVEO], active=False),
    row("LIM-12", "Limpiaparabrisas universal", description="Sirve con balatas de cualquier marca."),
]


@pytest.fixture(scope="module")
def stocked(postgres: Postgres) -> Iterator[str]:
    with postgres.clone() as url:
        with closing(Database(lambda: url)) as database, database.unit_of_work() as uow:
            made = catalogue.import_rows(uow, ROWS)
        assert (made.imported, made.rejected) == (len(ROWS), [])
        yield url


@pytest.fixture
def find(stocked: str) -> Iterator[Callable[..., list[str]]]:
    """Codes of what is found, best first."""
    database = Database(lambda: stocked)

    def look(q: str | None = None, **vehicle: Any) -> list[str]:
        with database.unit_of_work() as uow:
            return [product.code for product in catalogue.search(uow, q, Vehicle(**vehicle)).items]

    yield look
    database.close()


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("bujía", "BUJ-0108"),
        ("BUJIAS", "BUJ-0108"),
        ("buija", "BUJ-0108"),
        ("amortigudor", "AMO-900"),
        ("amortig", "AMO-900"),
        ("limpia parabrisas universal", "LIM-12"),
        ("balatas ceramicas", "BAL-4471"),
        ("valatas de aveo", "BAL-4472"),
        ("aceite 5w30", "FIL-5W30"),
        ("bujia versa 2016", "BUJ-0108"),
        ("bal-4472", "BAL-4472"),
        ("BAL 4472", "BAL-4472"),
        ("bal44", "BAL-4471"),
        ("balatas bal4472", "BAL-4472"),
    ],
)
def test_the_right_product_comes_first(find: Callable[..., list[str]], said: str, first: str) -> None:
    # When an agent types what the customer said, then the product meant is the first
    assert find(said)[:1] == [first]


def test_a_name_counts_more_than_a_description(find: Callable[..., list[str]]) -> None:
    # When a word stands in names and in a description
    # Then the names come first
    assert set(find("balatas")[:2]) == {"BAL-4471", "BAL-4472"}
    assert find("balatas")[2:] == ["LIM-12"]


@pytest.mark.parametrize("said", ["carburador", "¿?", "de la", "x", "'); --", "' | 'a':*", "\\", "100%", "_"])
def test_what_is_not_there_is_not_found(find: Callable[..., list[str]], said: str) -> None:
    # When something is asked for that nobody sells, or nothing at all, then nothing is found
    assert find(said) == []


@pytest.mark.parametrize(
    ("vehicle", "codes"),
    [
        ({"make": "nissan"}, {"BAL-4471", "BUJ-0108", "AMO-900"}),
        ({"make": "NISSAN", "model": "Sentra"}, {"BUJ-0108", "AMO-900"}),
        ({"make": "Nissan", "model": "Versa", "year": 2019}, {"BAL-4471", "BUJ-0108", "AMO-900"}),
        ({"make": "Nissan", "model": "Sentra", "year": 2019}, {"AMO-900"}),
        ({"model": "aveo"}, {"BAL-4472"}),
        ({"make": "Nissan", "model": "Tsuru"}, {"AMO-900"}),
        ({"make": "O'Neil"}, set()),
    ],
)
def test_a_vehicle_takes_what_fits_it(find: Callable[..., list[str]], vehicle: dict[str, Any], codes: set[str]) -> None:
    # When products for a vehicle are asked for, then those of its make, model and year come, and those for all models
    assert set(find(None, **vehicle)) == codes


def test_words_and_vehicle_narrow_together(find: Callable[..., list[str]]) -> None:
    assert find("balatas", make="Nissan", model="Versa") == ["BAL-4471"]


def test_what_is_not_sold_any_more_is_not_found(find: Callable[..., list[str]]) -> None:
    assert find("faro") == [] and find("FAR-77") == []


def test_pages_hold_every_product_once(stocked: str) -> None:
    # Given searches with more products than a page holds
    with closing(Database(lambda: stocked)) as database, database.unit_of_work() as uow:
        for q, total in ((None, len(ROWS) - 1), ("balatas", 3)):
            # When it is read page by page
            seen, after = [], None
            while True:
                page = catalogue.search(uow, q, after=after, limit=2)
                seen += [product.code for product in page.items]
                if (after := page.after) is None:
                    break
            # Then each comes once
            assert len(seen) == len(set(seen)) == total


@pytest.mark.parametrize(
    ("text", "code", "confidence"),
    [
        ("BAL-4471", "BAL-4471", 0.99),
        ("No. de parte: 8AL 447I", "BAL-4471", 0.82),
        ("REF BUJ O1O8\nNGK JAPAN", "BUJ-0108", 0.82),
        ("BUX0108", "BUJ-0108", 0.6),
        ("BUJ-108", "BUJ-0108", 0.6),
    ],
)
def test_a_code_is_known_as_a_camera_reads_it(stocked: str, text: str, code: str, confidence: float) -> None:
    # When a text read off a picture holds a code, with signs mistaken or lost
    with closing(Database(lambda: stocked)) as database, database.unit_of_work() as uow:
        found = catalogue.closest_codes(uow, text)
    # Then its product is told, the less sure the more had to be guessed
    assert [(match.code, match.confidence) for match in found] == [(code, confidence)]


def test_of_two_codes_that_could_be_meant_neither_is_sure(stocked: str) -> None:
    # Given two codes one sign apart
    with closing(Database(lambda: stocked)) as database, database.unit_of_work() as uow:
        # When what was read lies between them
        found = catalogue.closest_codes(uow, "BAL-4473")
    # Then both are told, and neither with more than half the confidence
    assert {match.code for match in found} == {"BAL-4471", "BAL-4472"}
    assert all(match.confidence <= 0.3 for match in found)


@pytest.mark.parametrize("text", ["", "hola", "Calle 12 #4", "2016", "🚗" * 50, "A1 " * 5000])
def test_a_text_without_codes_has_none(stocked: str, text: str) -> None:
    with closing(Database(lambda: stocked)) as database, database.unit_of_work() as uow:
        assert catalogue.closest_codes(uow, text) == []
