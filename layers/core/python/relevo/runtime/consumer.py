"""Handlers behind a queue: events of the bus, ordered streams, and schedules."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

from relevo import clock, events, ids
from relevo.db import UnitOfWork, database
from relevo.errors import PermanentError
from relevo.events import Event, ScheduleFired
from relevo.runtime.observability import logger, metrics

E = TypeVar("E", bound=Event)
LambdaHandler = Callable[[dict[str, Any], Any], dict[str, Any]]


def consumer(*models: type[E]) -> Callable[[Callable[[E, UnitOfWork], None]], LambdaHandler]:
    """Handle each of these events once, in a unit of work of its own.

    RetryableError, and any error nobody foresaw, leaves the record (and, on an ordered queue, those behind it in its
    group) to be delivered again; PermanentError records it in `platform.rejected` with its reason and acknowledges it.
    """
    expected = {model.name: model for model in models}

    def decorate(function: Callable[[E, UnitOfWork], None]) -> LambdaHandler:
        name = _name_of(function)

        @functools.wraps(function)
        def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
            failures = _Batch(name, lambda body: _expected(body, expected), function).run(event["Records"])
            metrics.add_metric(name="RecordsHandled", unit="Count", value=len(event["Records"]) - len(failures))
            metrics.flush_metrics()
            return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failures]}

        return handler

    return decorate


def scheduled(function: Callable[[ScheduleFired, UnitOfWork], None]) -> LambdaHandler:
    """Handle each firing of a schedule once; firings arrive over a queue like everything else."""
    return consumer(ScheduleFired)(function)


def _expected(body: dict[str, Any], models: dict[str, type[E]]) -> E | None:
    if body.get("detail-type") not in models:
        return None
    return events.parse(body)  # type: ignore[return-value]


def _name_of(function: Callable[..., Any]) -> str:
    """The consumer's name: what the deployment calls it, else the folder the handler stands in."""
    return os.environ.get("POWERTOOLS_SERVICE_NAME") or Path(function.__code__.co_filename).parent.name


class _Batch(Generic[E]):
    """One invocation: the records of an SQS batch, in order."""

    def __init__(
        self, name: str, parse: Callable[[dict[str, Any]], E | None], function: Callable[[E, UnitOfWork], None]
    ) -> None:
        self._name, self._parse, self._function = name, parse, function
        self._failed_groups: set[str] = set()

    def run(self, records: list[dict[str, Any]]) -> list[str]:
        """The ids of the messages to be delivered again."""
        failures = [record["messageId"] for record in records if not self._handled(record)]
        database().publish_pending()
        return failures

    def _handled(self, record: dict[str, Any]) -> bool:
        group = record.get("attributes", {}).get("MessageGroupId")
        if group is not None and group in self._failed_groups:
            return False
        try:
            self._handle(record)
        except Exception:
            logger.exception("record not handled; the queue will deliver it again", message_id=record["messageId"])
            metrics.add_metric(name="RecordFailed", unit="Count", value=1)
            if group is not None:
                self._failed_groups.add(group)
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
        logger.append_keys(correlation_id=str(event.correlation_id), event=event.name, event_id=str(event.id))
        try:
            with events.caused_by(event.correlation_id, event.id):
                database().run(lambda uow: self._once(uow, event), publish=False)
        except PermanentError as error:
            self._reject(record, event, error)

    def _once(self, uow: UnitOfWork, event: E) -> None:
        first = uow.one(
            "INSERT INTO platform.processed (event_id, consumer, at) VALUES (%s, %s, %s)"
            " ON CONFLICT DO NOTHING RETURNING 1",
            (event.id, self._name, clock.now()),
        )
        if first is None:
            logger.info("already processed")
            return
        self._function(event, uow)

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
