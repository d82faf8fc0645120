"""Handlers behind a queue: events of the bus, ordered streams, and schedules."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, TypeVar
from uuid import UUID

from relevo import clock, events, ids
from relevo.db import Database, UnitOfWork, database
from relevo.errors import PermanentError, RetryableError, Throttled
from relevo.events import Event, ScheduleFired
from relevo.messaging import messaging
from relevo.observability import logger, metrics

E = TypeVar("E", bound=Event)
LambdaHandler = Callable[[dict[str, Any], Any], dict[str, Any]]

_FIRST_PAUSE, _PAUSE_FACTOR, _LONGEST_PAUSE = 5, 3, 900
"""Seconds before a failed record comes again: 5, 15, 45 … at most 15 minutes."""


Concern = Callable[[UnitOfWork, Sequence[E]], Collection[UUID]]
"""Of a batch the ids of those events that concern a function."""


def consumer(
    *models: type[E], together: bool = False, only: Concern[E] | None = None
) -> Callable[[Callable[[E, UnitOfWork], None]], LambdaHandler]:
    """Handle each of these events once, in a unit of work of its own.

    RetryableError, and any error nobody foresaw, leaves the record (and, on an ordered queue, those behind it in its
    group) to be delivered again; PermanentError records it in `platform.rejected` with its reason and acknowledges it.

    `together` handles a batch in one unit of work: one commit instead of ten when a burst comes in. When anything in it
    fails, each record gets its own after all. Only for functions without effects outside the database, whose records
    lock different rows: two batches that lock the same ones in another order would wait for each other.

    `only` spares a function that hears much and does little: what it does not name is acknowledged and leaves no trace,
    so the function must not mind if it is delivered again and named then.
    """

    def decorate(function: Callable[[E, UnitOfWork], None]) -> LambdaHandler:
        name = _name_of(function)

        def handle(*events: E) -> None:
            database().run(lambda uow: _once(uow, name, events, function), publish=False)

        return _handler(name, models, handle, function, together, only)

    return decorate


def step_consumer(*models: type[E]) -> Callable[[Callable[[E, Database], None]], LambdaHandler]:
    """Like `consumer`, for work that must commit before and after it calls a third party.

    The function opens its own units of work, and makes its effect once-only itself (by claiming what it works on).
    """

    def decorate(function: Callable[[E, Database], None]) -> LambdaHandler:
        def handle(event: E) -> None:
            with _about(event):
                function(event, database())

        return _handler(_name_of(function), models, handle, function)

    return decorate


def scheduled(function: Callable[[ScheduleFired, UnitOfWork], None]) -> LambdaHandler:
    """Handle each firing of a schedule once; firings arrive over a queue like everything else."""
    return consumer(ScheduleFired)(function)


def _handler(
    name: str,
    models: tuple[type[E], ...],
    handle: Callable[..., None],
    function: Callable[..., object],
    together: bool = False,
    only: Concern[E] | None = None,
) -> LambdaHandler:
    expected = {model.name for model in models}

    @functools.wraps(function)
    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        failures = _Batch(name, expected, handle, only).run(event["Records"], together)
        metrics.add_metric(name="RecordsHandled", unit="Count", value=len(event["Records"]) - len(failures))
        metrics.flush_metrics()
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failures]}

    return handler


def _name_of(function: Callable[..., Any]) -> str:
    """The consumer's name: what the deployment calls it, else the folder the handler stands in."""
    return os.environ.get("POWERTOOLS_SERVICE_NAME") or Path(function.__code__.co_filename).parent.name


def _once(uow: UnitOfWork, name: str, batch: Sequence[E], function: Callable[[E, UnitOfWork], None]) -> None:
    """Do the work of those events of the batch that nobody has done."""
    rows = uow.all(
        "INSERT INTO platform.processed (event_id, consumer, at)"
        " SELECT event_id, %s, %s FROM unnest(%s::uuid[]) AS event_id ON CONFLICT DO NOTHING RETURNING event_id",
        (name, clock.now(), sorted(event.id for event in batch)),
    )
    new = {row["event_id"] for row in rows}
    for event in batch:
        if event.id not in new:
            logger.info("already processed", event_id=str(event.id))
            continue
        new.remove(event.id)
        with _about(event):
            function(event, uow)


@contextmanager
def _about(event: Event) -> Iterator[None]:
    """Log lines name this event from here on, and events made inside have it as their cause."""
    logger.append_keys(correlation_id=str(event.correlation_id), event=event.name, event_id=str(event.id))
    with events.caused_by(event.correlation_id, event.id):
        yield


class _Batch(Generic[E]):
    """One invocation: the records of an SQS batch, in order."""

    def __init__(
        self, name: str, expected: set[str], handle: Callable[..., None], only: Concern[E] | None = None
    ) -> None:
        self._name, self._expected, self._do, self._only = name, expected, handle, only
        self._held_back: dict[str, int] = {}
        """Groups that failed, and for how many seconds."""

    def run(self, records: list[dict[str, Any]], together: bool) -> list[str]:
        """The ids of the messages to be delivered again."""
        if self._only is not None and not (records := self._concerning(self._only, records)):
            return []
        done = together and len(records) > 1 and self._handled_together(records)
        failures = [] if done else [record["messageId"] for record in records if not self._handled(record)]
        database().publish_pending()
        return failures

    def _concerning(self, only: Concern[E], records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The records that are not passed over; all, where that cannot be told: each will then say what is wrong."""
        try:
            events = [self._parse(json.loads(record["body"])) for record in records]
            named = database().run(
                lambda uow: only(uow, [event for event in events if event is not None]), publish=False
            )
        except Exception as error:
            logger.info("every record of this batch is looked into: %s", error)
            return records
        return [
            record for record, event in zip(records, events, strict=True) if event is not None and event.id in named
        ]

    def _handled_together(self, records: list[dict[str, Any]]) -> bool:
        """False, with nothing done, when any record fails: which one, each of them alone will tell."""
        try:
            batch = [self._parse(json.loads(record["body"])) for record in records]
            self._do(*(event for event in batch if event is not None))
        except Exception as error:
            logger.info("the records of this batch are handled one by one: %s", error)
            return False
        return True

    def _handled(self, record: dict[str, Any]) -> bool:
        group = record.get("attributes", {}).get("MessageGroupId")
        if group in self._held_back:
            _hide(record, self._held_back[group])
            return False
        try:
            self._handle(record)
        except Exception as error:
            if isinstance(error, RetryableError):
                logger.warning("record will be delivered again: %s", error, message_id=record["messageId"])
            else:
                logger.exception("record not handled; it will be delivered again", message_id=record["messageId"])
            metrics.add_metric(name="RecordFailed", unit="Count", value=1)
            pause = _pause_after(record, error)
            if group is not None:
                self._held_back[group] = pause
            _hide(record, pause)
            return False
        return True

    def _handle(self, record: dict[str, Any]) -> None:
        try:
            event = self._parse(json.loads(record["body"]))
        except (PermanentError, ValueError) as error:
            self._reject(record, None, error)
            return
        if event is None:
            logger.info("not an event of this consumer; acknowledged", message_id=record["messageId"])
            return
        try:
            self._do(event)
        except PermanentError as error:
            self._reject(record, event, error)

    def _parse(self, body: dict[str, Any]) -> E | None:
        if body.get("detail-type") not in self._expected:
            return None
        return events.parse(body)  # type: ignore[return-value]

    def _reject(self, record: dict[str, Any], event: E | None, error: Exception) -> None:
        """Keep what no retry can help, with its reason, where `relevo replay` finds it."""
        logger.error("record rejected: %s", error, message_id=record["messageId"])
        metrics.add_metric(name="RecordRejected", unit="Count", value=1)

        def keep(uow: UnitOfWork) -> None:
            uow.execute(
                "INSERT INTO platform.rejected (id, consumer, event_id, reason, body, at)"
                " VALUES (%s, %s, %s, %s, %s, %s)",
                (ids.new_id(), self._name, event.id if event else None, str(error), record["body"], clock.now()),
            )

        database().run(keep, publish=False)


def _pause_after(record: dict[str, Any], error: Exception) -> int:
    """Seconds a failed record waits: longer each time, and at least as long as the provider asked."""
    receives = int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))
    seconds = int(min(_FIRST_PAUSE * _PAUSE_FACTOR ** (receives - 1), _LONGEST_PAUSE))
    if isinstance(error, Throttled):
        seconds = min(max(seconds, round(error.retry_after)), _LONGEST_PAUSE)
    return seconds


def _hide(record: dict[str, Any], seconds: int) -> None:
    try:
        messaging().hide(record, seconds)
    except RetryableError as refusal:
        logger.warning("the queue's own visibility time-out applies: %s", refusal)
