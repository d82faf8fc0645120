"""Read a picture that was kept: text, VIN and product codes, once whoever sends it.

Triggered by files that appear in the media bucket. Tells `image.read`; a file nobody can read is told with its reason.
"""

from relevo.db import Database
from relevo.events import ObjectStored
from relevo.inbox import pictures
from relevo.runtime import step_consumer
from relevo.sales import catalogue


@step_consumer(ObjectStored)
def handler(event: ObjectStored, database: Database) -> None:
    pictures.read(database, event, catalogue.read_codes)
