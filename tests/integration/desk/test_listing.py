"""Lists are complete, newest first, under every filter and across pages; words find what they mean."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from relevo import clock, desk, ids
from relevo.db import Database, UnitOfWork
from relevo.desk import Filters
from relevo.errors import InvalidInput
from tests.support import world

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def opened(uow: UnitOfWork, count: int, *, apart: timedelta, words: str = "No puedo entrar") -> list[UUID]:
    """Tickets opened one after another; their ids newest first."""
    customer_id = world.customer(uow)
    made = []
    with clock.frozen(START) as advance:
        for _ in range(count):
            made.append(world.ticket(uow, customer_id, description=words).id)
            advance(apart)
    return made[::-1]


def found(uow: UnitOfWork, filters: Filters, limit: int = 50) -> list[UUID]:
    """All ids, page after page."""
    ids_, after = [], None
    while True:
        page = desk.list_tickets(uow, filters, after=after, limit=limit)
        ids_ += [ticket.id for ticket in page.tickets]
        if (after := page.after) is None:
            return ids_


@pytest.mark.parametrize("limit", [1, 3, 7, 100])
@pytest.mark.parametrize("q", [None, "entrar"])
def test_pages_hold_every_ticket_once_newest_first(database: Database, limit: int, q: str | None) -> None:
    # Given seven tickets, weeks apart
    with database.unit_of_work() as uow:
        expected = opened(uow, 7, apart=timedelta(days=20))
        # When the pages are read, with and without words
        # Then together they are all tickets, in order
        assert found(uow, Filters(q=q), limit) == expected


@pytest.mark.parametrize("apart", [timedelta(0), timedelta(seconds=50), timedelta(hours=9), timedelta(days=400)])
def test_words_find_the_newest_first_whatever_lies_between(database: Database, apart: timedelta) -> None:
    # Given tickets at some distance in time, only some of which hold the word
    with database.unit_of_work() as uow:
        invoices = opened(uow, 5, apart=apart, words="mi factura está mal")
        opened(uow, 5, apart=apart, words="otra cosa")
        # When the word is looked for
        # Then those that hold it come, in order, also page by page
        assert found(uow, Filters(q="facturas")) == found(uow, Filters(q="facturas"), 2) == invoices


def test_every_filter_leaves_what_it_names(database: Database) -> None:
    # Given two tickets that differ in everything
    with database.unit_of_work() as uow:
        branch_id, department_id = world.branch(uow), world.department(uow)
        agent_id = world.agent(uow, department_id)
        one = world.ticket(uow, priority="critical", category="billing", source="phone", branch_id=branch_id)
        uow.execute("UPDATE desk.ticket SET agent_id = %s, status = 'waiting' WHERE id = %s", (agent_id, one.id))
        world.ticket(uow, priority="low")
        # When each filter is asked alone, and all together
        filters = {
            "status": "waiting",
            "priority": "critical",
            "category": "billing",
            "source": "phone",
            "agent_id": agent_id,
            "branch_id": branch_id,
            "customer_id": one.customer_id,
        }
        answers = [found(uow, Filters(**{name: value})) for name, value in filters.items()]  # type: ignore[arg-type]
        # Then only the first is found
        assert answers == [[one.id]] * len(filters)
        assert found(uow, Filters(**filters, q="entrar")) == [one.id]  # type: ignore[arg-type]


def test_a_span_of_time_includes_its_start_and_not_its_end(database: Database) -> None:
    # Given tickets an hour apart
    with database.unit_of_work() as uow:
        newest_first = opened(uow, 5, apart=timedelta(hours=1))
        span = Filters(created_from=START + timedelta(hours=1), created_to=START + timedelta(hours=3))
        # When the second and third hour are asked for, with and without words
        # Then exactly those two are found
        assert found(uow, span) == newest_first[2:4]
        assert found(uow, replace(span, q="entrar")) == newest_first[2:4]


@pytest.mark.parametrize(
    ("text", "q"),
    [
        ("No puedo descargar mi factura", "factura"),
        ("No puedo descargar mi factura", "descargando facturas"),
        ("The invoices are wrong", "invoice"),
        ("El sistema está caído", '"sistema está caído"'),
        ("Pedido INV-2041 perdido", "inv-2041"),
        ("La cámara no enciende", "camara"),
        ("pago con tarjeta", "pago -efectivo"),
    ],
)
def test_words_are_found_in_any_form_and_either_language(database: Database, text: str, q: str) -> None:
    # Given a ticket and another
    with database.unit_of_work() as uow:
        wanted = world.ticket(uow, subject="Consulta", description=text)
        world.ticket(uow, subject="Hola", description="buenos días, efectivo")
        # When it is looked for in other words
        # Then it alone is found
        assert found(uow, Filters(q=q)) == [wanted.id]


@pytest.mark.parametrize("q", ["de la", "", "&|!:*()'\\", "~0:1"])
def test_words_that_mean_nothing_find_nothing(database: Database, q: str) -> None:
    # Given a ticket
    with database.unit_of_work() as uow:
        world.ticket(uow)
        # When nothing is looked for, then nothing is found
        assert found(uow, Filters(q=q)) == []


def test_a_page_that_cannot_be_is_refused(database: Database) -> None:
    # Given no tickets
    # When an impossible page is asked for, then the refusal names the rule
    with database.unit_of_work() as uow:
        with pytest.raises(InvalidInput, match="between 1 and 100"):
            desk.list_tickets(uow, limit=0)
        with pytest.raises(InvalidInput, match="no ticket"):
            desk.list_tickets(uow, after=ids.new_id())
