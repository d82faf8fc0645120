"""Handlers that work on a whole batch of events at once: one unit of work, one look at each thing they change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from relevo.db import UnitOfWork, database
from relevo.events import Event
from relevo.runtime.consumer import LambdaHandler, _about, _about_many, _handler, _name_of, _unseen

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
