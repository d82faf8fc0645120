"""Articles: written, versioned, published. What changes here is found by customers after `refresh`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from relevo import clock, ids
from relevo.db import Row, UnitOfWork, transition
from relevo.errors import InvalidInput, NotFound
from relevo.text.words import words

LANGUAGES = ("es", "en", "pt")
_LONGEST_PASSAGE = 400
"""Characters; an embedding reads about 64 word pieces."""


class Text(NamedTuple):
    """What one version of an article says, and what customers ask that it answers."""

    title: str
    body: str
    questions: Sequence[str]


def save_article(
    uow: UnitOfWork,
    *,
    slug: str,
    language: str,
    title: str,
    body: str,
    questions: Sequence[str] = (),
    category: str = "general",
    publish: bool = False,
    actor: str = "system",
    reason: str | None = None,
) -> UUID:
    """Write one language of an article: a new one, or the next version of the one with this slug and language.

    `questions` are what customers ask that it answers. Saving what is already there changes nothing.
    Raises InvalidInput on an empty slug or title.
    """
    if not slug.strip() or not title.strip():
        raise InvalidInput("an article needs a slug and a title")
    asked = list(dict.fromkeys(question.strip() for question in questions if question.strip()))
    old = uow.one("SELECT * FROM knowledge.article WHERE slug = %s AND language = %s FOR UPDATE", (slug, language))
    if old is None:
        article_id = _insert(uow, slug, language, category, title, body)
        _keep_version(uow, article_id, 1, Text(title, body, asked), actor, reason)
    else:
        article_id = old["id"]
        _revise(uow, old, category, Text(title, body, asked), actor, reason)
    if publish:
        set_status(uow, article_id, "published", actor=actor, reason=reason)
    return article_id


def publish(uow: UnitOfWork, article_id: UUID, *, actor: str, reason: str | None = None) -> None:
    """Let customers find the article, from the next `refresh` on."""
    set_status(uow, article_id, "published", actor=actor, reason=reason)


def set_status(uow: UnitOfWork, article_id: UUID, status: str, *, actor: str, reason: str | None = None) -> None:
    """Draft, published or archived; what is not published is at once no longer found. Raises NotFound."""
    row = uow.one("SELECT status FROM knowledge.article WHERE id = %s FOR UPDATE", (article_id,))
    if row is None:
        raise NotFound(f"there is no article {article_id}")
    if row["status"] == status:
        return
    uow.execute(
        "UPDATE knowledge.article SET status = %(status)s, updated_at = %(at)s,"
        "   published_at = CASE %(status)s WHEN 'published' THEN %(at)s ELSE published_at END,"
        "   head = CASE %(status)s WHEN 'published' THEN head END,"
        "   learned_version = CASE %(status)s WHEN 'published' THEN NULL ELSE learned_version END WHERE id = %(id)s",
        {"status": status, "at": clock.now(), "id": article_id},
    )
    changes = {"status": (row["status"], status)}
    transition(uow, "knowledge.article_change", article_id, changes, actor=actor, reason=reason)


def versions(uow: UnitOfWork, article_id: UUID) -> list[Row]:
    """Every version of an article, the newest first."""
    return uow.all(
        "SELECT version, title, body, questions, actor, reason, at FROM knowledge.article_version"
        " WHERE article_id = %s ORDER BY version DESC",
        (article_id,),
    )


def passages(body: str) -> Iterator[str]:
    """A body in pieces an embedding can hold: sentences, put together up to _LONGEST_PASSAGE characters."""
    piece = ""
    for sentence in re.split(r"(?<=[.!?…])\s+|\n+", body.strip()):
        if piece and len(piece) + len(sentence) >= _LONGEST_PASSAGE:
            yield piece
            piece = ""
        piece = f"{piece} {sentence}".strip()
    if piece:
        yield piece


def _insert(uow: UnitOfWork, slug: str, language: str, category: str, title: str, body: str) -> UUID:
    article_id, at = ids.new_id(), clock.now()
    uow.execute(
        "INSERT INTO knowledge.article (id, slug, language, category, title, body, created_at, updated_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (article_id, slug, language, category, title, body, at, at),
    )
    return article_id


def _revise(uow: UnitOfWork, old: Row, category: str, text: Text, actor: str, reason: str | None) -> None:
    new = {"category": category, "title": text.title, "body": text.body, "questions": list(text.questions)}
    now = {**old, "questions": questions(uow, old["id"])}
    changes = {field: (now[field], value) for field, value in new.items() if now[field] != value}
    if not changes:
        return
    version = old["version"] + 1
    uow.execute(
        "UPDATE knowledge.article SET category = %s, title = %s, body = %s, version = %s, updated_at = %s"
        " WHERE id = %s",
        (category, text.title, text.body, version, clock.now(), old["id"]),
    )
    transition(uow, "knowledge.article_change", old["id"], changes, actor=actor, reason=reason)
    _keep_version(uow, old["id"], version, text, actor, reason)


def questions(uow: UnitOfWork, article_id: UUID) -> list[str]:
    """What customers ask that the article answers, as it was written."""
    rows = uow.all(
        "SELECT text FROM knowledge.article_question WHERE article_id = %s AND kind = 'question' ORDER BY id",
        (article_id,),
    )
    return [row["text"] for row in rows]


def _keep_version(uow: UnitOfWork, article_id: UUID, version: int, text: Text, actor: str, reason: str | None) -> None:
    """Write the version and what leads to it. A text that stays keeps its embedding."""
    uow.execute(
        "INSERT INTO knowledge.article_version (article_id, version, title, body, questions, actor, reason, at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (article_id, version, text.title, text.body, Jsonb(list(text.questions)), actor, reason, clock.now()),
    )
    told = [("title", text.title), *(("passage", passage) for passage in passages(text.body))]
    leads = [(kind, lead) for kind, lead in [*(("question", q) for q in text.questions), *told] if words(lead)]
    kept = uow.all(
        "DELETE FROM knowledge.article_question WHERE article_id = %s RETURNING text, embedding::text, embedding_model",
        (article_id,),
    )
    embedded = {row["text"]: (row["embedding"], row["embedding_model"]) for row in kept}
    with uow.connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO knowledge.article_question (id, article_id, kind, language, text, embedding, embedding_model)"
            " SELECT %s, id, %s, language, %s, %s::halfvec, %s FROM knowledge.article WHERE id = %s",
            [(ids.new_id(), kind, lead, *embedded.get(lead, (None, None)), article_id) for kind, lead in leads],
        )
