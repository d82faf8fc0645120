"""A sale: writing a quote of ten lines, sending it (paper made, kept and handed to the Graph stand-in), the yes and its
receipt; and the paper alone.

Queues and bus are in memory, the files too; handlers, database (durable, fsync on) and the HTTP calls to the stand-in
are real.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

from infra.local import postgres
from infra.local.graph.standin import GraphStandIn
from infra.local.graph.state import Settings
from infra.local.pipeline import Pipeline
from relevo import db, messaging, objects
from relevo.db import Database
from relevo.db.migrate import migrate
from relevo.sales import NewLine, Quote, orders, papers, quotes
from relevo.sales.documents import render
from relevo.settings import settings
from tests.support import meta, selling
from tests.support.bucket import MemoryBucket
from tests.support.selling import Shop

_SALES, _LINES = 60, 10


def run() -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder, GraphStandIn(Settings(token=meta.ACCESS_TOKEN)) as graph:
        os.environ |= {"RELEVO_META_SECRET": meta.SECRET, "RELEVO_GRAPH_URL": graph.url}
        settings.cache_clear()
        url, server = postgres.start(Path(folder) / "data")
        try:
            migrate(url)
            with closing(Database(lambda: url)) as database:
                db.use(database)
                objects.use(MemoryBucket())
                yield from _measure(database)
        finally:
            server.cleanup()  # type: ignore[attr-defined]


def _measure(database: Database) -> Iterator[dict[str, Any]]:
    pipeline = Pipeline()
    messaging.use(pipeline)
    with database.unit_of_work() as uow:
        shop = selling.shop(uow)
        parts = [selling.product(uow, f"PART-{n}", f"Refacción número {n}", "123.45") for n in range(_LINES)]
    lines = [NewLine(part, Decimal(2), Decimal(5)) for part in parts]
    took: dict[str, list[int]] = {"written": [], "sent": [], "accepted": [], "paper": []}

    def timed(name: str, step: Callable[[], Any]) -> Any:
        start = time.perf_counter_ns()
        done = step()
        pipeline.drain()
        took[name].append(time.perf_counter_ns() - start)
        return done

    for _ in range(_SALES):
        _sell(database, shop, lines, timed)
    for name, nanoseconds in took.items():
        milliseconds = [value / 1e6 for value in nanoseconds[5:]]
        figures = {"p50": statistics.median(milliseconds), "p95": statistics.quantiles(milliseconds, n=20)[18]}
        for figure, value in figures.items():
            yield {"name": f"quote.{name}_{figure}", "value": round(value, 1), "unit": "ms", "lines": _LINES}


def _sell(database: Database, shop: Shop, lines: Sequence[NewLine], timed: Callable[..., Any]) -> None:
    quote: Quote = timed("written", lambda: database.run(lambda uow: selling.draft(uow, shop, *lines)))
    paper = database.run(lambda uow: papers.quote_paper(uow, quote))
    timed("paper", lambda: render(paper))
    timed("sent", lambda: database.run(lambda uow: quotes.request(uow, quote.id, actor="bench")))
    timed("accepted", lambda: database.run(lambda uow: orders.accept(uow, quote.id, actor="customer", reason="bench")))
