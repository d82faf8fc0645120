"""Score a ticket when it is opened and whenever what it says changes.

Triggered by `ticket.created` and `ticket.updated`. Tells `ticket.prioritized` when score or level changed, and after a
change of category or of a priority by hand, which may ask for another department.
"""

from relevo.db import UnitOfWork
from relevo.desk import prioritizing
from relevo.events import TicketCreated, TicketUpdated
from relevo.runtime import consumer

DECIDING = frozenset({"subject", "description", "category", "priority"})
REROUTING = frozenset({"category", "priority"})


@consumer(TicketCreated, TicketUpdated, together=True)
def handler(event: TicketCreated | TicketUpdated, uow: UnitOfWork) -> None:
    changes = event.changes if isinstance(event, TicketUpdated) else None
    if changes is None or DECIDING & changes.keys():
        prioritizing.prioritize(uow, event.ticket_id, recategorized=bool(REROUTING & (changes or {}).keys()))
