"""What a step is given, and what may come of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from relevo.social.networks import File, Kind, Network


@dataclass(frozen=True)
class Work:
    """A publication somebody has leased: what is to be published where, and how far it has come."""

    id: UUID
    post_id: UUID
    account_id: UUID
    network: Network
    account: str
    """The account as its network names it."""
    kind: Kind
    text: str
    files: tuple[File, ...]
    step: str
    progress: Mapping[str, Any]
    crossed_at: datetime | None
    """When the point of no return was recorded, if a former attempt got that far."""
    due_at: datetime
    attempts: int
    lease: UUID
    settling: bool
    """Whether a former attempt may have crossed the point of no return in this step: ask first."""
    known: frozenset[str]
    """What the network calls the account's posts we already know of."""
    link: Callable[[File], str] = field(repr=False, compare=False)
    """An address the network can fetch a file from."""
    part: Callable[[File, int, int], bytes] = field(repr=False, compare=False)
    """So many bytes of a file from an offset on."""


@dataclass(frozen=True)
class Go:
    """The step is done; its results are kept, and this one follows."""

    step: str
    kept: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Wait:
    """Nothing more to do for so many seconds; then the same step again."""

    seconds: float
    kept: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Again:
    """What a former attempt began is known not to have happened: this step may be taken as if for the first time."""

    step: str
    kept: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """It is public. The network's name for it, and where people see it, as far as the network tells."""

    external_id: str | None
    permalink: str | None = None


@dataclass(frozen=True)
class Lost:
    """Nobody can say whether it is public: a person has to look."""

    detail: str


Outcome = Go | Wait | Again | Done | Lost


@dataclass(frozen=True)
class Step:
    """One call to a network. A step with `settle` is a point of no return: it is recorded before `act` is called, and
    should the outcome be lost, `settle` finds out what became of it before anything is tried again."""

    act: Callable[[Work], Outcome]
    settle: Callable[[Work], Outcome] | None = None


Machine = Mapping[str, Step]
"""The steps of one network by their names; the first is `start`."""
