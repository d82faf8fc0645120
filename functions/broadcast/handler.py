"""What happened becomes the next entries of each branch's live feed, and is posted to the browsers that follow it."""

from collections.abc import Callable, Sequence

from relevo import realtime
from relevo.db import UnitOfWork
from relevo.events import Event
from relevo.runtime import batch_consumer


@batch_consumer(*realtime.HEARD)
def handler(batch: Sequence[Event], uow: UnitOfWork) -> Callable[[], None]:
    return realtime.broadcast(uow, batch)
