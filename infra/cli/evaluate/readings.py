"""`relevo evaluate readings`: how well customers' own pictures were read, by what people said of them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Annotated

import typer


def readings(days: Annotated[int, typer.Option(min=1, help="How many days back.")] = 30) -> None:
    """Every VIN a customer confirmed or somebody corrected, in the database of DATABASE_URL, against what was read."""
    from relevo import clock, inbox
    from relevo.db import database

    since = clock.now() - timedelta(days=days)
    print(json.dumps(database().run(lambda uow: inbox.judged(uow, since))))
