"""CPU of one warm webhook through `intake`: API Gateway event in, signature, split, one message handed to the queue."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from typing import Any

from infra.local.pipeline import load_handler
from relevo import messaging
from tests.support import meta
from tests.support.broker import MemoryMessaging

_WEBHOOKS, _ROUNDS = 500, 9


def run() -> Iterator[dict[str, Any]]:
    """Process time, not wall time; the queue is in memory, so what AWS takes to accept the message is not in it."""
    os.environ["RELEVO_META_SECRET"] = meta.SECRET
    handler = load_handler("intake")
    events = [meta.post(meta.webhook(meta.text_message(f"¿Dónde está mi pedido {n}?"))) for n in range(_WEBHOOKS)]
    messaging.use(MemoryMessaging())
    rounds = []
    for _ in range(_ROUNDS):
        started = time.process_time()
        for event in events:
            assert handler(event, None)["statusCode"] == 200
        rounds.append((time.process_time() - started) * 1000 / _WEBHOOKS)
    messaging.use(None)
    yield {"name": "intake.cpu_ms", "value": round(statistics.median(rounds), 4), "unit": "ms", "webhooks": _WEBHOOKS}
