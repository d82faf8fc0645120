"""Handlers that work on a whole batch of events at once: one unit of work, one look at each thing they change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from relevo import clock
from relevo.db import UnitOfWork, database
from relevo.events import Event
from relevo.runtime.consumer import LambdaHandler, _about, _about_many, _handler, _name_of

E = TypeVar("E", bound=Event)


def batch_consumer(
    *models: type[E],
) -> Callable[[Callable[[Sequence[E], UnitOfWork], Callable[[], None] | None]], LambdaHandler]:
    """Handle the events of a batch together, each of them once; what the function returns is done after the commit.

    When anything fails, nothing is done, and every record is handled by itself, as `consumer` does: one that no retry
    can help does not hold up the others.
    """

    def decorate(function: Callable[[Sequence[E], UnitOfWork], Callable[[], None] | None]) -> LambdaHandler:
        name = _name_of(function)

        def work(uow: UnitOfWork, batch: Sequence[E]) -> Callable[[], None] | None:
            new = _unseen(uow, name, batch)
            return function(new, uow) if new else None

        def handle(*batch: E) -> None:
            with _about(batch[0]) if len(batch) == 1 else _about_many():
                if afterwards := database().run(lambda uow: work(uow, batch), publish=False):
                    afterwards()

        return _handler(name, models, handle, function, lambda: True)

    return decorate


def _unseen(uow: UnitOfWork, name: str, batch: Sequence[E]) -> list[E]:
    """Those that this consumer has not handled before, marked as handled, each once."""
    events = {event.id: event for event in batch}
    rows = uow.all(
        "INSERT INTO platform.processed (event_id, consumer, at)"
        " SELECT event_id, %s, %s FROM unnest(%s::uuid[]) AS event_id ON CONFLICT DO NOTHING RETURNING event_id",
        (name, clock.now(), sorted(events)),
    )
    new = {row["event_id"] for row in rows}
    return [event for id, event in events.items() if id in new]
