"""Handlers behind a queue: events of the bus, ordered streams, and schedules."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, TypeVar
from uuid import UUID

from relevo import clock, events, ids
from relevo.db import Database, UnitOfWork, database
from relevo.errors import NotYet, PermanentError, RetryableError, Throttled
from relevo.events import Event, ScheduleFired
from relevo.messaging import messaging
from relevo.observability import logger, metrics

E = TypeVar("E", bound=Event)
LambdaHandler = Callable[[dict[str, Any], Any], dict[str, Any]]

_FIRST_PAUSE, _PAUSE_FACTOR, _LONGEST_PAUSE = 5, 3, 900
"""Seconds before a failed record comes again: 5, 15, 45 … at most 15 minutes."""


Early = Mapping[UUID, NotYet]
"""Of a batch the events it was too early for, by their ids."""
Ahead = Callable[[UnitOfWork, Sequence[E]], None]
Concern = Callable[[UnitOfWork, Sequence[E]], Collection[UUID]]
"""Of a batch the ids of those events that concern a function."""


def consumer(
    *models: type[E],
    together: bool | Callable[[], bool] = False,
    ahead: Ahead[E] = lambda uow, batch: None,
    only: Concern[E] | None = None,
) -> Callable[[Callable[[E, UnitOfWork], None]], LambdaHandler]:
    """Handle each of these events once, in a unit of work of its own.

    RetryableError, and any error nobody foresaw, leaves the record (and, on an ordered queue, those behind it in its
    group) to be delivered again; PermanentError records it in `platform.rejected` with its reason and acknowledges it.

    `together` handles a batch in one unit of work: one commit instead of ten when a burst comes in. When anything in it
    fails, each record gets its own after all; but one it is too early for (NotYet) comes again by itself. Only for
    functions without effects outside the database. Facts are handled in the order in which they happened, so that two
    functions that hear the same ones do not wait for each other; who waits all the same begins again. `ahead` is given
    the whole batch first, for what is done faster for many at once.

    `only` spares a function that hears much and does little: what it does not name is acknowledged and leaves no trace,
    so the function must not mind if it is delivered again and named then.
    """

    def decorate(function: Callable[[E, UnitOfWork], None]) -> LambdaHandler:
        name = _name_of(function)

        def handle(*events: E) -> Early:
            return database().run(lambda uow: _once(uow, name, events, function, ahead), publish=False)

        may_join = together if callable(together) else lambda: bool(together)
        return _handler(name, models, handle, function, may_join, only)

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
    handle: Callable[..., Early | None],
    function: Callable[..., object],
    may_join: Callable[[], bool] = lambda: False,
    only: Concern[E] | None = None,
) -> LambdaHandler:
    expected = {model.name for model in models}

    @functools.wraps(function)
    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        failures = _Batch(name, expected, handle, only).run(event["Records"], may_join, _time_left(context))
        metrics.add_metric(name="RecordsHandled", unit="Count", value=len(event["Records"]) - len(failures))
        metrics.flush_metrics()
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failures]}

    return handler


def _name_of(function: Callable[..., Any]) -> str:
    """The consumer's name: what the deployment calls it, else the folder the handler stands in."""
    return os.environ.get("POWERTOOLS_SERVICE_NAME") or Path(function.__code__.co_filename).parent.name


def _once(
    uow: UnitOfWork, name: str, batch: Sequence[E], function: Callable[[E, UnitOfWork], None], ahead: Ahead[E]
) -> Early:
    """Do the work of those events of the batch that nobody has done; those it is too early for."""
    new, early = _unseen(uow, name, batch), dict[UUID, NotYet]()
    if len(new) > 1:
        ahead(uow, new)
    for event in new:
        with _about(event):
            try:
                function(event, uow)
            except NotYet as error:
                early[event.id] = error
    if early:
        uow.execute("DELETE FROM platform.processed WHERE consumer = %s AND event_id = ANY(%s)", (name, list(early)))
    return early


def _unseen(uow: UnitOfWork, name: str, batch: Sequence[E]) -> list[E]:
    """Those that this consumer has not handled before, marked as handled, each once."""
    events = {event.id: event for event in batch}
    rows = uow.all(
        "INSERT INTO platform.processed (event_id, consumer, at)"
        " SELECT event_id, %s, %s FROM unnest(%s::uuid[]) AS event_id ON CONFLICT DO NOTHING RETURNING event_id",
        (name, clock.now(), sorted(events)),
    )
    new = {row["event_id"] for row in rows}
    for id in events.keys() - new:
        logger.info("already processed", event_id=str(id))
    return [event for id, event in events.items() if id in new]


@contextmanager
def _about(event: Event) -> Iterator[None]:
    """Log lines name this event from here on, and events made inside have it as their cause."""
    logger.append_keys(correlation_id=str(event.correlation_id), event=event.name, event_id=str(event.id))
    with events.caused_by(event.correlation_id, event.id):
        yield


@contextmanager
def _about_many() -> Iterator[None]:
    """Log lines name no event: neither one of these nor the last one handled alone."""
    logger.remove_keys(["correlation_id", "event", "event_id"])
    yield


class _Batch(Generic[E]):
    """One invocation: the records of an SQS batch, in order."""

    def __init__(
        self, name: str, expected: set[str], handle: Callable[..., Early | None], only: Concern[E] | None = None
    ) -> None:
        self._name, self._expected, self._do, self._only = name, expected, handle, only
        self._held_back: dict[str, int] = {}
        """Groups that failed, and for how many seconds."""

    def run(
        self, records: list[dict[str, Any]], may_join: Callable[[], bool], time_left: Callable[[], bool]
    ) -> list[str]:
        """The ids of the messages to be delivered again: what failed, and what there was no time to begin."""
        if self._only is not None and not (records := self._concerning(self._only, records)):
            return []
        failures = self._handle_together(records, may_join) if len(records) > 1 else None
        if failures is None:
            failures = [record for record in records if not (self._begun(record, time_left) and self._handled(record))]
        database().publish_pending()
        return [record["messageId"] for record in failures]

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

    def _handle_together(
        self, records: list[dict[str, Any]], may_join: Callable[[], bool]
    ) -> list[dict[str, Any]] | None:
        """Those it is too early for; None, with nothing done, when they may not be joined, or any fails: which one,
        each alone will tell."""
        try:
            if not may_join():
                return None
            parsed = [(event, record) for record in records if (event := self._parse(json.loads(record["body"])))]
            if not any(_group(record) for record in records):
                parsed.sort(key=lambda pair: pair[0].id)
            early = self._do(*(event for event, _ in parsed)) or {}
        except Exception as error:
            logger.info("the records of this batch are handled one by one: %s", error)
            return None
        put_off = [(event, record) for event, record in parsed if event.id in early]
        for event, record in put_off:
            with _about(event):
                self._leave(record, early[event.id])
        return [record for _, record in put_off]

    def _begun(self, record: dict[str, Any], time_left: Callable[[], bool]) -> bool:
        """False where there is no time: somebody else may begin with it at once, and with what follows in its group.

        Only at its first receive: given back again and again among others, it would be a dead letter nobody ever tried.
        """
        if time_left() or _receives(record) > 1:
            return True
        if (group := _group(record)) is not None:
            self._held_back[group] = 0
        _hide(record, 0)
        return False

    def _handled(self, record: dict[str, Any]) -> bool:
        group = _group(record)
        if group in self._held_back:
            _hide(record, self._held_back[group])
            return False
        try:
            self._handle(record)
        except Exception as error:
            pause = self._leave(record, error)
            if group is not None:
                self._held_back[group] = pause
            return False
        return True

    def _leave(self, record: dict[str, Any], error: Exception) -> int:
        """Let the queue bring the record again; after so many seconds."""
        if isinstance(error, RetryableError):
            logger.warning("record will be delivered again: %s", error, message_id=record["messageId"])
        else:
            logger.exception("record not handled; it will be delivered again", message_id=record["messageId"])
        metrics.add_metric(name="RecordFailed", unit="Count", value=1)
        pause = _pause_after(record, error)
        _hide(record, pause)
        return pause

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
            early = self._do(event) or {}
        except PermanentError as error:
            self._reject(record, event, error)
        else:
            for reason in early.values():
                raise reason

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


def _group(record: dict[str, Any]) -> str | None:
    """The group of a record of an ordered queue; None of any other."""
    group: str | None = record.get("attributes", {}).get("MessageGroupId")
    return group


def _receives(record: dict[str, Any]) -> int:
    """How often the queue has brought it, this time included; it brings it only so often before it is a dead letter."""
    return int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))


def _pause_after(record: dict[str, Any], error: Exception) -> int:
    """Seconds a failed record waits: longer each time, and at least as long as the provider asked."""
    seconds = int(min(_FIRST_PAUSE * _PAUSE_FACTOR ** (_receives(record) - 1), _LONGEST_PAUSE))
    if isinstance(error, Throttled):
        seconds = min(max(seconds, round(error.retry_after)), _LONGEST_PAUSE)
    return seconds


def _time_left(context: Any) -> Callable[[], bool]:
    """Whether another record may be begun: not in the second half of a Lambda's time, for what is cut short in the
    middle waits until the queue shows it again."""
    if context is None:
        return lambda: True
    whole: int = context.get_remaining_time_in_millis()
    return lambda: context.get_remaining_time_in_millis() * 2 > whole


def _hide(record: dict[str, Any], seconds: int) -> None:
    try:
        messaging().hide(record, seconds)
    except RetryableError as refusal:
        logger.warning("the queue's own visibility time-out applies: %s", refusal)
