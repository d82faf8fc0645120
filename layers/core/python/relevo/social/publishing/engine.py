"""A publication taken from step to step, each outcome committed before the next call.

    planned -> due -> published
                |---> held      its account has to be connected again; then it is due once more
                |---> failed    refused for good, or given up
                '---> unknown   nobody can say whether it is public; a person looks

Whoever works on a publication leases it. A crash leaves the lease to run out and the step to be taken again, which is
harmless for every step but the one that makes the post public: that one is recorded (`crossed_at`) and committed before
its call, and who finds the record asks the network what became of it before doing anything.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from relevo import clock, ids, objects
from relevo.db import Database, Row, UnitOfWork
from relevo.errors import PermanentError, RetryableError
from relevo.observability import logger
from relevo.social import accounts, outcomes
from relevo.social.networks import File, Network
from relevo.social.publishing import facebook, instagram, tiktok, tokens
from relevo.social.publishing.calls import Graph, TikTok
from relevo.social.publishing.errors import Refused, Remedy, Unanswered
from relevo.social.publishing.work import Again, Done, Go, Lost, Machine, Outcome, Step, Wait, Work

LEASE = timedelta(minutes=5)
"""Longer than the function may run: who holds a lease that ran out is gone."""
GIVE_UP = timedelta(hours=24)
"""A post that only met passing faults, or whose network never came to an end, is given up so long after it was due."""
_SLOW = "the network has not come to an end in a day"
LINK_SECONDS = 6 * 3600
"""How long the addresses of files hold that networks fetch: longer than any of them takes."""
SETTLE_SECONDS = 30.0
WORKING_SECONDS = 100.0
"""How long one run begins steps. A step takes half a minute at most, and the function has three."""

_NO_GRAPH, _NO_TIKTOK = Graph("", "", ""), TikTok("", "")


def _crossings(machine: Machine) -> frozenset[str]:
    return frozenset(name for name, step in machine.items() if step.settle is not None)


CROSSINGS: dict[Network, frozenset[str]] = {
    "instagram": _crossings(instagram.machine(_NO_GRAPH)),
    "facebook": _crossings(facebook.machine(_NO_GRAPH)),
    "tiktok": _crossings(tiktok.machine(_NO_TIKTOK)),
}
"""The points of no return of each network."""


def publish_due(
    database: Database, *, patience: float = 40.0, pause: Callable[[float], None] = time.sleep
) -> list[UUID]:
    """Take everything that is due as far as it goes; what was worked on. While something has only seconds to wait, it
    is waited for, `patience` seconds in all."""
    started, touched = time.monotonic(), list[UUID]()
    until = started + WORKING_SECONDS
    while True:
        worked = [found for found in database.run(_due) if publish(database, found, until=until)]
        touched += worked
        if worked and time.monotonic() < until:
            continue
        wait = database.run(_soonest)
        if wait is None or time.monotonic() - started + wait > patience:
            return touched
        pause(max(wait, 0.05))


def publish(database: Database, publication_id: UUID, *, until: float | None = None) -> bool:
    """Take one publication as far as it goes now, beginning no step after `until` (of the monotonic clock); False when
    somebody else has it, or it is not due."""
    lease, worked = ids.new_id(), False
    while until is None or time.monotonic() < until:
        work = database.run(lambda uow: _claim(uow, publication_id, lease))
        if work is None:
            return worked
        worked = True
        if not _keep(database, work, _perform(database, work)):
            return worked
    database.run(lambda uow: _let_go(uow, publication_id, lease))
    return worked


def _let_go(uow: UnitOfWork, publication_id: UUID, lease: UUID) -> None:
    """The next run may go on at once: nothing is under way."""
    uow.execute(
        "UPDATE social.publication SET leased_until = NULL WHERE id = %s AND lease = %s", (publication_id, lease)
    )


def _keep(database: Database, work: Work, result: Outcome | Refused | Unanswered) -> bool:
    return database.run(lambda uow: _record(uow, work, result))


# ----------------------------------------------------------------------------------------------------------- claiming


def _due(uow: UnitOfWork) -> list[UUID]:
    rows = uow.all(
        "SELECT publication.id FROM social.publication JOIN social.account ON account.id = account_id"
        " WHERE publication.state = 'due' AND next_at <= %(now)s AND account.state = 'active'"
        " AND (leased_until IS NULL OR leased_until < %(now)s) ORDER BY next_at, publication.id LIMIT 20",
        {"now": clock.now()},
    )
    return [row["id"] for row in rows]


def _soonest(uow: UnitOfWork) -> float | None:
    """Seconds until the next publication has something to do, if that is soon."""
    row = uow.one(
        "SELECT min(next_at) AS at FROM social.publication JOIN social.account ON account.id = account_id"
        " WHERE publication.state = 'due' AND next_at < %(soon)s AND account.state = 'active'"
        " AND (leased_until IS NULL OR leased_until < next_at)",
        {"soon": clock.now() + timedelta(seconds=15)},
    )
    return None if row is None or row["at"] is None else (row["at"] - clock.now()).total_seconds()


_FIND = """
    SELECT p.id, p.post_id, p.account_id, p.step, p.progress, p.crossed_at, p.due_at, p.attempts,
        coalesce(p.text, post.text) AS text, post.kind, a.network, a.external_id AS account
    FROM social.publication p JOIN social.post ON post.id = p.post_id JOIN social.account a ON a.id = p.account_id
    WHERE p.id = %(id)s AND p.state = 'due' AND p.next_at <= %(now)s AND a.state = 'active'
        AND (p.leased_until IS NULL OR p.leased_until < %(now)s OR p.lease = %(lease)s)
    FOR UPDATE OF p SKIP LOCKED"""


def _claim(uow: UnitOfWork, publication_id: UUID, lease: UUID) -> Work | None:
    """The publication, leased; before a point of no return with that point on record."""
    now = clock.now()
    row = uow.one(_FIND, {"id": publication_id, "now": now, "lease": lease})
    if row is None:
        return None
    crossing = row["step"] in CROSSINGS[row["network"]]
    uow.execute(
        "UPDATE social.publication SET lease = %s, leased_until = %s, crossed_at = coalesce(crossed_at, %s)"
        " WHERE id = %s",
        (lease, now + LEASE, now if crossing else None, publication_id),
    )
    return _work(uow, row, lease, settling=crossing and row["crossed_at"] is not None)


def _work(uow: UnitOfWork, row: Row, lease: UUID, *, settling: bool) -> Work:
    known = uow.all(
        "SELECT external_id FROM social.publication WHERE account_id = %s AND external_id IS NOT NULL"
        " AND published_at > %s",
        (row["account_id"], row["due_at"] - timedelta(days=2)),
    )
    return Work(
        **row,
        files=tuple(files_of(uow, row["post_id"])),
        lease=lease,
        settling=settling,
        known=frozenset(each["external_id"] for each in known),
        link=lambda file: objects.bucket().link(file.storage_key, seconds=LINK_SECONDS),
        part=lambda file, start, length: objects.bucket().part(file.storage_key, start, length),
    )


def files_of(uow: UnitOfWork, post_id: UUID) -> list[File]:
    """The files of a post, in their order."""
    rows = uow.all(
        "SELECT media.id, storage_key, kind, mime_type, size, width, height, seconds"
        " FROM social.post_media JOIN social.media ON media.id = media_id"
        " WHERE post_id = %s AND state = 'ready' ORDER BY position",
        (post_id,),
    )
    return [File(**row) for row in rows]


# --------------------------------------------------------------------------------------------------------- performing


def _perform(database: Database, work: Work) -> Outcome | Refused | Unanswered:
    """Take the step, or find out what became of it. Nothing but this speaks to a network."""
    try:
        step = _step(database, work)
        if work.settling and step.settle is not None:
            return step.settle(work)
        return step.act(work)
    except Unanswered as error:
        return error
    except Refused as error:
        if work.step in CROSSINGS[work.network] and not work.settling and not error.certain:
            return Unanswered(str(error))
        return _with_a_newer_token(work, error)
    except RetryableError as error:  # the bucket or the secrets: nothing has gone to the network
        return Refused(Remedy.RETRY, "not_available", str(error))
    except PermanentError as error:
        return Refused(Remedy.FIX, "file_gone", str(error))


def _step(database: Database, work: Work) -> Step:
    machine: Machine
    match work.network:
        case "instagram":
            machine = instagram.machine(tokens.graph(work.network, work.account))
        case "facebook":
            machine = facebook.machine(tokens.graph(work.network, work.account))
        case "tiktok":
            machine = tiktok.machine(tokens.tiktok(database, work.account))
    return machine[work.step]


def _with_a_newer_token(work: Work, refused: Refused) -> Refused:
    """This process may hold a token that was replaced since: then the same is tried again with the new one."""
    if refused.remedy is not Remedy.RECONNECT:
        return refused
    held = tokens.current(work.network, work.account)
    tokens.forget()
    if tokens.current(work.network, work.account) == held:
        return refused
    return Refused(Remedy.RETRY, refused.code, refused.detail, pause=0)


# ---------------------------------------------------------------------------------------------------------- recording


def _record(uow: UnitOfWork, work: Work, result: Outcome | Refused | Unanswered) -> bool:
    """Keep what came of the step; whether the next one follows at once."""
    if not uow.one("SELECT 1 FROM social.publication WHERE id = %s AND lease = %s FOR UPDATE", (work.id, work.lease)):
        logger.warning("a publication was taken over while it was worked on", publication_id=str(work.id))
        return False
    match result:
        case Go(step, kept):
            _move(uow, work, step, kept, wait=0, clear=False)
        case Again(step, kept):
            _move(uow, work, step, kept, wait=0, clear=True)
        case Wait() if clock.now() - work.due_at >= GIVE_UP:
            _try_later(uow, work, "too_slow", _SLOW, pause=0, step=work.step, clear=False)
            return False
        case Wait(seconds, kept):
            _move(uow, work, work.step, kept, wait=seconds, clear=False)
            return False
        case Done(external_id, permalink):
            outcomes.note_published(uow, work.id, external_id, permalink)
            return False
        case Lost(detail):
            outcomes.note_unknown(uow, work.id, "lost", detail)
            return False
        case Unanswered():
            _try_later(uow, work, "unanswered", str(result), pause=SETTLE_SECONDS, step=work.step, clear=False)
            return False
        case Refused():
            _refuse(uow, work, result)
            return False
    return True


def _move(uow: UnitOfWork, work: Work, step: str, kept: Any, *, wait: float, clear: bool) -> None:
    """On to a step. What a step waits for is no fault, so the attempts start anew."""
    next_at = clock.now() + timedelta(seconds=wait)
    uow.execute(
        "UPDATE social.publication SET step = %(step)s, progress = progress || %(kept)s, next_at = %(next)s,"
        " attempts = 0, remedy = NULL, error_code = NULL, error_detail = NULL,"
        " crossed_at = CASE WHEN %(clear)s THEN NULL ELSE crossed_at END,"
        " leased_until = CASE WHEN %(wait)s THEN NULL ELSE leased_until END WHERE id = %(id)s",
        {
            "step": step,
            "kept": Jsonb(dict(kept)),
            "next": next_at,
            "clear": clear,
            "wait": wait > 0,
            "id": work.id,
        },
    )


def _refuse(uow: UnitOfWork, work: Work, refused: Refused) -> None:
    """A refusal takes back the record of the crossing only where it says that nothing happened: when it answers the
    crossing itself, or tells us to begin anew. A refused question says nothing."""
    crossing = work.step in CROSSINGS[work.network] and not work.settling
    clear = crossing or refused.anew is not None
    step = refused.anew or work.step
    still_crossed = work.crossed_at is not None and not clear
    match refused.remedy:
        case Remedy.RETRY:
            pause = refused.pause if refused.pause is not None else _backoff(work.attempts)
            _try_later(uow, work, refused.code, refused.detail, pause=pause, step=step, clear=clear)
        case Remedy.RECONNECT:
            outcomes.note_held(uow, work.id, refused.code, refused.detail, step=step, clear=clear)
            accounts.note_refused(uow, work.account_id, f"{refused.code}: {refused.detail}")
        case Remedy.FIX if still_crossed:
            outcomes.note_unknown(uow, work.id, refused.code, refused.detail)
        case Remedy.FIX:
            outcomes.note_failed(uow, work.id, Remedy.FIX, refused.code, refused.detail)


def _try_later(uow: UnitOfWork, work: Work, code: str, detail: str, *, pause: float, step: str, clear: bool) -> None:
    if clock.now() - work.due_at >= GIVE_UP:
        crossed = not clear and (work.crossed_at is not None or work.step in CROSSINGS[work.network])
        if crossed:
            outcomes.note_unknown(uow, work.id, code, detail)
        else:
            outcomes.note_failed(uow, work.id, Remedy.RETRY, code, detail)
        return
    uow.execute(
        "UPDATE social.publication SET step = %s, attempts = attempts + 1, next_at = %s, remedy = 'retry',"
        " error_code = %s, error_detail = %s, leased_until = NULL,"
        " crossed_at = CASE WHEN %s THEN NULL ELSE crossed_at END WHERE id = %s",
        (step, clock.now() + timedelta(seconds=pause), code, detail[:1000], clear, work.id),
    )


def _backoff(attempts: int) -> float:
    """Seconds: half a minute, doubled each time, at most an hour."""
    return float(min(30 * 2 ** min(attempts, 10), 3600))
