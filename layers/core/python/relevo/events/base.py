"""The envelope every event shares, and the thread of causes that runs from one event to the next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from relevo import clock, ids
from relevo.errors import PermanentError


class Cause(NamedTuple):
    """What is being handled now: the chain it belongs to and the event itself."""

    correlation_id: UUID
    event_id: UUID


_cause: ContextVar[Cause | None] = ContextVar("cause", default=None)


def current_cause() -> Cause | None:
    """The event being handled in this context, if any."""
    return _cause.get()


@contextmanager
def caused_by(correlation_id: UUID, event_id: UUID) -> Iterator[None]:
    """Events made inside carry this correlation, and this event as their cause."""
    token = _cause.set(Cause(correlation_id, event_id))
    try:
        yield
    finally:
        _cause.reset(token)


def _correlation() -> UUID:
    cause = _cause.get()
    return cause.correlation_id if cause else ids.new_id()


def _causation() -> UUID | None:
    cause = _cause.get()
    return cause.event_id if cause else None


class Event(BaseModel):
    """A fact that became true at `at`. Subclasses name it and add their fields."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    name: ClassVar[str]
    stream: ClassVar[str] = "bus"
    """`bus`, or the ordered queue this event travels on."""

    id: UUID = Field(default_factory=ids.new_id)
    at: datetime = Field(default_factory=clock.now)
    version: int = 1
    correlation_id: UUID = Field(default_factory=_correlation)
    causation_id: UUID | None = Field(default_factory=_causation)

    @property
    def ordering_key(self) -> str | None:
        """The message group on an ordered queue; nothing on the bus."""
        return None


_registry: dict[str, type[Event]] = {}


def by_name() -> dict[str, type[Event]]:
    """Every event class by the name it has on the bus."""
    if not _registry:
        _registry.update({event.name: event for event in Event.__subclasses__()})
    return _registry


def parse(body: dict[str, Any]) -> Event:
    """The event inside an EventBridge envelope `{"detail-type": name, "detail": {…}}`.

    Raises PermanentError for a name nobody knows or fields that break the contract.
    """
    name = body.get("detail-type")
    model = by_name().get(str(name))
    if model is None:
        raise PermanentError(f"no event is called {name!r}")
    try:
        return model.model_validate(body.get("detail"))
    except ValidationError as error:
        reasons = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False))
        raise PermanentError(f"{name} breaks its contract: {reasons}") from error
