"""The day's work: from nine in the morning on, by the company's clock, every active customer is looked at once.

The claim of the day is a row that says how far the work has come: it is done in steps, each a unit of work of its own,
so that a crash between two loses nothing and repeats nothing. The next call goes on where the last one was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from relevo import clock, crm, ids
from relevo.db import Database, Row, UnitOfWork
from relevo.observability import logger
from relevo.platform import calendar, value
from relevo.retention.plans import open_tasks

NINE = time(9)
SLICE = 2_000
"""Customers looked at in one unit of work."""
_WEEKLY = 0
"""The weekday, from Monday, whose predictions all go into the history."""
_ACTOR = "churn"


@dataclass(frozen=True, slots=True)
class Day:
    """A day's work, done or not. `drift` is None until it is done, and with the scorecard."""

    day: date
    as_of: datetime
    state: str
    model_id: UUID | None
    scored: int
    levels: dict[str, int]
    drift: dict[str, Any] | None
    learning: str | None
    finished_at: datetime | None


def begin(uow: UnitOfWork, fired_at: datetime, *, at: time = NINE) -> bool:
    """Claim the day's work once its hour has come, by the company's clock; whether this call did."""
    day = calendar.claim_due(uow, "churn", fired_at, at=at)
    if day is None:
        return False
    uow.execute(
        "INSERT INTO crm.churn_run (id, day, as_of, state, started_at) VALUES (%s, %s, %s, 'learning', %s)",
        (ids.new_id(), day, fired_at, clock.now()),
    )
    return True


def work(database: Database, until: datetime) -> int:
    """Do the steps that are left, as long as there is time; how many were done. Their events wait to be published."""
    steps = 0
    while clock.now() < until and (done := database.run(_step, publish=False)) is not None:
        if done == "train":
            database.run(_train, publish=False)
        steps += 1
    return steps


def last_day(uow: UnitOfWork) -> Day | None:
    """The newest day whose customers have all been looked at, else the one that is being worked on."""
    row = uow.one(
        "SELECT day, as_of, state, model_id, scored, tally, drift, learning, finished_at FROM crm.churn_run"
        " ORDER BY state = 'done' DESC, day DESC LIMIT 1"
    )
    if row is None:
        return None
    levels = row.pop("tally").get("levels", {})
    return Day(**row, levels=levels)


_OLDEST = """
    SELECT id, day, as_of, state, model_id, cursor, scored, tally, learning FROM crm.churn_run
    WHERE id = (SELECT id FROM crm.churn_run WHERE state <> 'done' ORDER BY day LIMIT 1) AND state <> 'done'
    FOR UPDATE SKIP LOCKED
"""


def _step(uow: UnitOfWork) -> str | None:
    """The next step of the oldest day that is not done, and what it was; None when there is none left, or somebody else
    is at it."""
    run = uow.one(_OLDEST)
    if run is None:
        return None
    match run["state"]:
        case "learning":
            return _learn(uow, run)
        case "scoring":
            _score(uow, run)
            return "score"
        case _:
            _tell(uow, run)
            return "tell"


def _learn(uow: UnitOfWork, run: Row) -> str:
    """Judge what was foreseen; then train where it is time to, which is announced before it is begun: should it take
    the process with it, the day goes on with the model there is."""
    if crm.churn.judge(uow):
        return "judge"
    if run["learning"] is None and crm.churn.training_due(uow, run["as_of"]):
        _advance(uow, run, learning="interrupted")
        return "train"
    model_id, _ = crm.churn.serving(uow)
    _advance(uow, run, state="scoring", learning=run["learning"] or "not_due", model_id=model_id)
    return "choose"


def _train(uow: UnitOfWork) -> None:
    run = uow.one(_OLDEST)
    if run is not None and run["learning"] == "interrupted" and run["state"] == "learning":
        _advance(uow, run, learning=crm.churn.train(uow, run["as_of"]))


def _advance(uow: UnitOfWork, run: Row, **columns: Any) -> None:
    run |= columns
    uow.execute(
        "UPDATE crm.churn_run SET state = %(state)s, model_id = %(model_id)s, cursor = %(cursor)s,"
        " scored = %(scored)s, tally = %(tally)s, learning = %(learning)s WHERE id = %(id)s",
        run | {"tally": Jsonb(run["tally"])},
    )


def _score(uow: UnitOfWork, run: Row) -> None:
    model_id, scorer = crm.churn.serving(uow, run["model_id"])
    customers = crm.churn.read(uow, run["as_of"], after=run["cursor"], limit=SLICE)
    horizon = value(uow, crm.churn.HORIZON_DAYS)
    said = crm.churn.scored(scorer, customers, horizon)
    crm.churn.keep(
        uow,
        run["id"],
        model_id,
        run["as_of"],
        said,
        run["as_of"] + timedelta(days=horizon),
        all_into_history=run["day"].weekday() == _WEEKLY,
    )
    tally = crm.churn.tallied(run["tally"], scorer, customers, said)
    state = "scoring" if customers.last is not None else "telling"
    _advance(uow, run, state=state, cursor=customers.last, scored=run["scored"] + len(said), tally=tally)


def _tell(uow: UnitOfWork, run: Row) -> None:
    gone = crm.churn.forget_others(uow, run["id"])
    tasks = open_tasks(uow, actor=_ACTOR)
    drift = crm.churn.drifted(uow, run["model_id"], run["tally"])
    uow.execute(
        "UPDATE crm.churn_run SET state = 'done', drift = %s, finished_at = %s WHERE id = %s",
        (None if drift is None else Jsonb(drift), clock.now(), run["id"]),
    )
    logger.info("churn foreseen", day=str(run["day"]), scored=run["scored"], gone=gone, tasks=tasks, drift=drift)
