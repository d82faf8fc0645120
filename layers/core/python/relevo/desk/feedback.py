"""What customers thought of how a ticket was handled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from relevo import clock, ids
from relevo.db import UnitOfWork
from relevo.desk.listing import MAX_LIMIT
from relevo.errors import InvalidInput, NotFound
from relevo.events import FeedbackReceived


@dataclass(frozen=True, slots=True)
class Feedback:
    """A rating from 1 (worst) to 5, with the customer's words; `nps` is how likely they recommend us, 0 to 10."""

    id: UUID
    ticket_id: UUID
    customer_id: UUID
    rating: int
    comment: str | None
    created_at: datetime
    nps: int | None = None


def give_feedback(
    uow: UnitOfWork, ticket_id: UUID, rating: int, comment: str | None = None, nps: int | None = None
) -> Feedback:
    """Keep the rating of the ticket's customer and tell it. Raises NotFound, and InvalidInput outside 1 to 5, or of
    the likelihood outside 0 to 10."""
    if not 1 <= rating <= 5:
        raise InvalidInput("a rating is between 1 (worst) and 5")
    if nps is not None and not 0 <= nps <= 10:
        raise InvalidInput("how likely somebody recommends is between 0 and 10")
    row = uow.one(
        "INSERT INTO desk.feedback (id, ticket_id, customer_id, rating, comment, created_at, nps)"
        " SELECT %s, id, customer_id, %s, %s, %s, %s FROM desk.ticket WHERE id = %s AND deleted_at IS NULL"
        " RETURNING id, ticket_id, customer_id, rating, comment, created_at, nps",
        (ids.new_id(), rating, comment, clock.now(), nps, ticket_id),
    )
    if row is None:
        raise NotFound(f"there is no ticket {ticket_id}")
    kept = Feedback(**row)
    uow.record(FeedbackReceived(feedback_id=kept.id, ticket_id=ticket_id, customer_id=kept.customer_id, rating=rating))
    return kept


def list_feedback(
    uow: UnitOfWork,
    *,
    ticket_id: UUID | None = None,
    rating: int | None = None,
    visible: frozenset[UUID] | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Feedback]:
    """Feedback newest first, below `after`; of one ticket or with one rating where given, and without the deleted
    tickets'. `visible` leaves that of tickets of these branches and of none; None is all."""
    if not 1 <= limit <= MAX_LIMIT:
        raise InvalidInput(f"limit is between 1 and {MAX_LIMIT}")
    rows = uow.all(
        "SELECT feedback.id, ticket_id, feedback.customer_id, rating, comment, feedback.created_at, nps"
        " FROM desk.feedback JOIN desk.ticket ON ticket.id = ticket_id AND deleted_at IS NULL"
        " WHERE (%(ticket)s::uuid IS NULL OR ticket_id = %(ticket)s)"
        " AND (%(rating)s::int IS NULL OR rating = %(rating)s)"
        " AND (%(visible)s::uuid[] IS NULL OR branch_id IS NULL OR branch_id = ANY(%(visible)s))"
        " AND (%(after)s::uuid IS NULL OR feedback.id < %(after)s) ORDER BY feedback.id DESC LIMIT %(limit)s",
        {
            "ticket": ticket_id,
            "rating": rating,
            "visible": None if visible is None else list(visible),
            "after": after,
            "limit": limit,
        },
    )
    return [Feedback(**row) for row in rows]
