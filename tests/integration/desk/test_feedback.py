"""A customer's rating is kept, told, and read newest first."""

from __future__ import annotations

import pytest

from relevo import desk, ids
from relevo.db import Database
from relevo.errors import InvalidInput, NotFound
from tests.support import world
from tests.support.broker import MemoryMessaging, detail


def test_a_rating_is_kept_and_told(database: Database, sent: MemoryMessaging) -> None:
    # Given a ticket
    with database.unit_of_work() as uow:
        ticket = world.ticket(uow)
    # When its customer rates it twice
    with database.unit_of_work() as uow:
        first, second = desk.give_feedback(uow, ticket.id, 2), desk.give_feedback(uow, ticket.id, 5, "¡Gracias!")
    # Then both are kept, newest first, in pages, and told
    with database.unit_of_work() as uow:
        assert desk.list_feedback(uow, ticket_id=ticket.id) == [second, first]
        assert desk.list_feedback(uow, limit=1, after=second.id) == [first]
        assert desk.list_feedback(uow, rating=5) == [second]
    assert [detail(m)["rating"] for m in sent.facts if m.name == "feedback.received"] == [2, 5]


@pytest.mark.parametrize("rating", [0, 6, -1])
def test_a_rating_off_the_scale_is_refused(database: Database, rating: int) -> None:
    # Given a ticket
    # When it is rated off the scale, then the refusal names the scale
    with pytest.raises(InvalidInput, match="between 1"), database.unit_of_work() as uow:
        desk.give_feedback(uow, world.ticket(uow).id, rating)


def test_a_rating_of_no_ticket_is_not_found(database: Database) -> None:
    # Given no ticket
    # When it is rated, then it is not found
    with pytest.raises(NotFound), database.unit_of_work() as uow:
        desk.give_feedback(uow, ids.new_id(), 5)
