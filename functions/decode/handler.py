"""Ask the company's VIN decoder what it knows of a vehicle, once a number; without a key for one nothing happens.

Triggered by `image.read` and `reading.corrected`. Tells `vehicle.decoded` where it learned something.
"""

from relevo import inbox
from relevo.db import Database
from relevo.events import ImageRead, ReadingCorrected
from relevo.runtime import step_consumer


@step_consumer(ImageRead, ReadingCorrected)
def handler(event: ImageRead | ReadingCorrected, database: Database) -> None:
    inbox.decode_vehicle(database, event)
