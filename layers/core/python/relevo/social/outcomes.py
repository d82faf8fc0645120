"""How publications end, and what their post is then. Every ending stands in the post's history."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from relevo import clock
from relevo.db import Row, UnitOfWork, transition
from relevo.events import PostFailed, PostPublished

ACTOR = "publish_social"


def note_published(uow: UnitOfWork, publication_id: UUID, external_id: str | None, permalink: str | None) -> None:
    """It is public."""
    now = clock.now()
    row = _end(uow, publication_id, "published", {"external_id": external_id, "permalink": permalink})
    uow.execute("UPDATE social.publication SET published_at = %s WHERE id = %s", (now, publication_id))
    uow.record(
        PostPublished(
            post_id=row["post_id"],
            publication_id=publication_id,
            account_id=row["account_id"],
            network=row["network"],
            external_id=external_id,
        )
    )
    settle_post(uow, row["post_id"])


def note_failed(uow: UnitOfWork, publication_id: UUID, remedy: str, code: str, detail: str) -> None:
    """It was refused for good, or given up; it is not public."""
    _note_trouble(uow, publication_id, "failed", remedy, code, detail)
    uow.execute("UPDATE social.publication SET crossed_at = NULL WHERE id = %s", (publication_id,))


def note_unknown(uow: UnitOfWork, publication_id: UUID, code: str, detail: str) -> None:
    """Nobody can say whether it is public; it is left alone until a person says so."""
    _note_trouble(uow, publication_id, "unknown", None, code, detail)


def note_held(uow: UnitOfWork, publication_id: UUID, code: str, detail: str, *, step: str, clear: bool) -> None:
    """It waits for its account to be connected again."""
    told = {"remedy": "reconnect", "error_code": code, "error_detail": detail[:1000]}
    _end(uow, publication_id, "held", told)
    uow.execute(
        "UPDATE social.publication SET step = %s, crossed_at = CASE WHEN %s THEN NULL ELSE crossed_at END"
        " WHERE id = %s",
        (step, clear, publication_id),
    )


def _note_trouble(
    uow: UnitOfWork, publication_id: UUID, state: str, remedy: str | None, code: str, detail: str
) -> None:
    told = {"remedy": remedy, "error_code": code, "error_detail": detail[:1000]}
    row = _end(uow, publication_id, state, told)
    uow.record(
        PostFailed(
            post_id=row["post_id"],
            publication_id=publication_id,
            account_id=row["account_id"],
            network=row["network"],
            state=state,
            remedy=remedy,
            error_code=code,
        )
    )
    settle_post(uow, row["post_id"])


def _end(uow: UnitOfWork, publication_id: UUID, state: str, told: dict[str, Any]) -> Row:
    """Let go of a publication in a state, with what is known of it now."""
    row = uow.one(
        "SELECT p.id, p.post_id, p.account_id, p.state, a.network, a.name FROM social.publication p"
        " JOIN social.account a ON a.id = p.account_id WHERE p.id = %s FOR UPDATE OF p",
        (publication_id,),
    )
    assert row is not None  # whoever calls has locked it
    values = {"remedy": None, "error_code": None, "error_detail": None, "external_id": None, "permalink": None} | told
    uow.execute(
        "UPDATE social.publication SET state = %(state)s, lease = NULL, leased_until = NULL, remedy = %(remedy)s,"
        " error_code = %(error_code)s, error_detail = %(error_detail)s,"
        " external_id = CASE WHEN EXISTS (SELECT FROM social.publication AS other WHERE other.account_id = %(account)s"
        "   AND other.external_id = %(external_id)s) THEN external_id ELSE coalesce(%(external_id)s, external_id) END,"
        " permalink = coalesce(%(permalink)s, permalink) WHERE id = %(id)s",
        {**values, "state": state, "id": publication_id, "account": row["account_id"]},
    )
    reason = told.get("error_detail")
    change = {f"{row['network']}:{row['name']}": (row["state"], state)}
    transition(uow, "social.post_change", row["post_id"], change, actor=ACTOR, reason=reason)
    return row


def settle_post(uow: UnitOfWork, post_id: UUID) -> None:
    """A post is published when it is everywhere it was meant to be, failed when it has ended somewhere else."""
    row = uow.one(
        "SELECT post.status, count(*) FILTER (WHERE p.state IN ('planned', 'due', 'held')) AS open,"
        " count(*) FILTER (WHERE p.state IN ('failed', 'unknown')) AS failed,"
        " count(*) FILTER (WHERE p.state = 'published') AS published"
        " FROM social.post JOIN social.publication p ON p.post_id = post.id WHERE post.id = %s GROUP BY post.status",
        (post_id,),
    )
    if row is None or row["open"]:
        return
    status = "failed" if row["failed"] else "published" if row["published"] else "cancelled"
    if status != row["status"]:
        uow.execute("UPDATE social.post SET status = %s, changed_at = %s WHERE id = %s", (status, clock.now(), post_id))
        transition(uow, "social.post_change", post_id, {"status": (row["status"], status)}, actor=ACTOR)
