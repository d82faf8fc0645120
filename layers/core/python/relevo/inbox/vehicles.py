"""What is known of a vehicle beyond what its VIN tells by itself: asked of a decoder once, then remembered.

The tables of `relevo.vision` answer at once and always; the decoder, where the company has a key for one, is asked
afterwards. Nothing waits for it, and when it fails the tables' answer stands until the number turns up again.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

from psycopg.types.json import Jsonb

from relevo import aws, clock, vision
from relevo.db import Database, UnitOfWork
from relevo.errors import NotFound, PermanentError, RetryableError
from relevo.events import ImageRead, ReadingCorrected, VehicleDecoded
from relevo.observability import logger
from relevo.settings import settings
from relevo.vision import Service

_ASKED_AGAIN = timedelta(days=30)
"""After how long a number the decoder did not know is asked again."""


def service() -> Service | None:
    """The decoder the secret RELEVO_VIN_SECRET (`{"api_key"}`) has a key for; None without one."""
    name, known = settings().vin_secret, settings()
    key = aws.secret(name).get("api_key") if name else None
    return Service(known.vin_decoder_url, str(key), known.vin_decoder_timeout) if key else None


def decode(database: Database, event: ImageRead | ReadingCorrected) -> None:
    """Ask about the vehicle of a picture whose VIN is sure, unless it is known, and tell what came of it."""
    sure = isinstance(event, ReadingCorrected) or event.verdict == "told"
    asked = service() if event.vin and sure else None
    if asked is None or event.vin is None or database.run(lambda uow: _is_known(uow, str(event.vin))):
        return
    try:
        decoded = _beyond(vision.decode(event.vin), vision.ask_decoder(asked, event.vin))
    except NotFound as error:
        logger.info("a vehicle is not known: %s", error)
        decoded = {}
    except (RetryableError, PermanentError) as error:
        logger.warning("a vehicle is decoded offline only: %s", error)
        return
    database.run(lambda uow: _remember(uow, event, decoded))


def _beyond(offline: vision.Decoded, told: vision.Decoded) -> dict[str, str | int]:
    """What the decoder knows better: the model and its year always, the rest where the tables are silent."""
    ours = asdict(offline)
    better = ("model", "year")
    return {
        name: value
        for name, value in asdict(told).items()
        if value is not None and value != ours[name] and (ours[name] is None or name in better)
    }


def _is_known(uow: UnitOfWork, vin: str) -> bool:
    since = clock.now() - _ASKED_AGAIN
    known = uow.one("SELECT 1 FROM inbox.vehicle WHERE vin = %s AND (decoded <> '{}' OR at > %s)", (vin, since))
    return known is not None


def _remember(uow: UnitOfWork, event: ImageRead | ReadingCorrected, decoded: dict[str, str | int]) -> None:
    uow.execute(
        "INSERT INTO inbox.vehicle (vin, decoded, at) VALUES (%s, %s, %s)"
        " ON CONFLICT (vin) DO UPDATE SET decoded = excluded.decoded, at = excluded.at",
        (event.vin, Jsonb(decoded), clock.now()),
    )
    if decoded:
        uow.record(
            VehicleDecoded(
                attachment_id=event.attachment_id,
                message_id=event.message_id,
                conversation_id=event.conversation_id,
                vin=str(event.vin),
            )
        )
