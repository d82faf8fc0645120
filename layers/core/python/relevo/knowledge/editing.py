"""Articles as people write them: listed, read, changed, put away, and brought back; each change told.

Nothing is forgotten: a deleted article is archived with its versions, and any version can be what it says again.
What customers find follows when the bot has learnt (`relevo.knowledge.learn`), some seconds later; what is put away
they stop finding at once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from relevo.db import Row, UnitOfWork
from relevo.errors import InvalidInput, NotFound
from relevo.events import ArticleChanged
from relevo.knowledge.articles import questions, save_article, set_status, versions


class SlugTaken(InvalidInput):
    """The article exists in this language already; `article_id` is the one that does."""

    def __init__(self, slug: str, language: str, article_id: UUID) -> None:
        super().__init__(
            f"there is an article {slug!r} in {language!r} already; change that one, or choose another slug"
        )
        self.article_id = article_id


class NewerVersion(InvalidInput):
    """Somebody saved the article after the version that was edited; `version` is theirs."""

    def __init__(self, version: int) -> None:
        super().__init__(f"version {version} was saved meanwhile; read it before you save yours")
        self.version = version


@dataclass(frozen=True, slots=True)
class Article:
    """One language of an article. `state` is learning while the bot does not know this version yet, ready when it does;
    None for what customers cannot find anyway."""

    id: UUID
    slug: str
    language: str
    category: str
    title: str
    status: str
    state: str | None
    version: int
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None
    updated_by: str | None
    body: str
    questions: list[str]


@dataclass(frozen=True, slots=True)
class Draft:
    """What an article is to say."""

    category: str
    title: str
    body: str
    questions: Sequence[str] = ()


_COLUMNS: LiteralString = (
    "article.id, slug, language, category, title, status, version, created_at, updated_at, published_at,"
    " CASE status WHEN 'published' THEN"
    "   CASE WHEN learned_version IS NOT DISTINCT FROM version THEN 'ready' ELSE 'learning' END END AS state,"
    " (SELECT actor FROM knowledge.article_version WHERE article_id = article.id AND version = article.version)"
    " AS updated_by"
)

_MATCHES: LiteralString = " || ".join(
    f"(CASE WHEN numnode(plainto_tsquery('{dictionary}', %(q)s)) > 0"
    f" THEN (plainto_tsquery('{dictionary}', %(q)s)::text || ':*')::tsquery ELSE ''::tsquery END)"
    for dictionary in ("spanish", "english", "portuguese")
)
"""What is looked for: every word in each language's form, the last one perhaps half written."""


def list_articles(
    uow: UnitOfWork,
    *,
    q: str | None = None,
    language: str | None = None,
    status: str | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Row]:
    """Articles without their bodies, the last changed first, below `after`; what is archived only when asked for."""
    place = _place(uow, after)
    return uow.all(
        f"SELECT {_COLUMNS} FROM knowledge.article"
        " WHERE CASE WHEN %(status)s::text IS NULL THEN status <> 'archived' ELSE status = %(status)s END"
        " AND (%(language)s::text IS NULL OR language = %(language)s)"
        " AND (%(at)s::timestamptz IS NULL OR (updated_at, article.id) < (%(at)s, %(id)s))"
        + (
            f" AND article.id IN (SELECT id FROM knowledge.article WHERE tsv @@ ({_MATCHES})"
            f" UNION SELECT article_id FROM knowledge.article_question WHERE tsv @@ ({_MATCHES}))"
            if q is not None
            else ""
        )
        + " ORDER BY updated_at DESC, article.id DESC LIMIT %(limit)s",
        {"q": q, "language": language, "status": status, "limit": limit, **place},
    )


def _place(uow: UnitOfWork, after: UUID | None) -> dict[str, Any]:
    if after is None:
        return {"at": None, "id": None}
    row = uow.one("SELECT updated_at AS at, id FROM knowledge.article WHERE id = %s", (after,))
    if row is None:
        raise InvalidInput(f"after: there is no article {after}")
    return row


def get_article(uow: UnitOfWork, article_id: UUID) -> Article:
    """The article as it is. Raises NotFound."""
    row = uow.one(f"SELECT {_COLUMNS}, body FROM knowledge.article WHERE id = %s", (article_id,))
    if row is None:
        raise NotFound(f"there is no article {article_id}")
    return Article(**row, questions=questions(uow, article_id))


def create_article(
    uow: UnitOfWork,
    draft: Draft,
    *,
    language: str,
    slug: str | None = None,
    publish: bool = False,
    actor: str,
    reason: str | None = None,
) -> Article:
    """A new article, or another language of one with its `slug`; without one it is made of the title.

    Raises SlugTaken where that language is written already.
    """
    slug = slug or slug_of(draft.title)
    taken = uow.one("SELECT id FROM knowledge.article WHERE slug = %s AND language = %s", (slug, language))
    if taken is not None:
        raise SlugTaken(slug, language, taken["id"])
    article_id = _save(uow, slug, language, draft, actor, reason)
    if publish:
        set_status(uow, article_id, "published", actor=actor, reason=reason)
    return _told(uow, article_id)


def change_article(
    uow: UnitOfWork,
    article_id: UUID,
    draft: Draft,
    *,
    publish: bool | None = None,
    version: int | None = None,
    actor: str,
    reason: str | None = None,
) -> Article:
    """What the article says from now on, as its next version; the same again changes nothing. `publish` shows it to
    customers or hides it from them. Raises NotFound, and NewerVersion when `version` is not what is there."""
    before = _locked(uow, article_id)
    if version is not None and version != before["version"]:
        raise NewerVersion(before["version"])
    _save(uow, before["slug"], before["language"], draft, actor, reason)
    if publish is not None:
        set_status(uow, article_id, "published" if publish else "draft", actor=actor, reason=reason)
    return _told(uow, article_id, before)


def archive_article(uow: UnitOfWork, article_id: UUID, *, actor: str, reason: str | None = None) -> None:
    """Put the article away: no customer finds it from now on, `restore_article` brings it back. Raises NotFound."""
    before = _locked(uow, article_id)
    set_status(uow, article_id, "archived", actor=actor, reason=reason)
    _told(uow, article_id, before)


def restore_article(
    uow: UnitOfWork, article_id: UUID, version: int, *, actor: str, reason: str | None = None
) -> Article:
    """Let the article say what it said in that version, as its next one; an archived one is a draft again.

    Raises NotFound.
    """
    before = _locked(uow, article_id)
    wanted = next((row for row in versions(uow, article_id) if row["version"] == version), None)
    if wanted is None:
        raise NotFound(f"the article has no version {version}")
    draft = Draft(before["category"], wanted["title"], wanted["body"], wanted["questions"])
    _save(uow, before["slug"], before["language"], draft, actor, reason or f"version {version} restored")
    if before["status"] == "archived":
        set_status(uow, article_id, "draft", actor=actor, reason=reason)
    return _told(uow, article_id, before)


def slug_of(title: str) -> str:
    """A title as part of an address: `¿Cómo pago?` becomes `como-pago`. Raises InvalidInput where nothing is left."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", title.casefold()) if not unicodedata.combining(c))
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))[:100].strip("-")
    if not slug:
        raise InvalidInput("the title has no letter a slug could be made of; give one")
    return slug


def _locked(uow: UnitOfWork, article_id: UUID) -> Row:
    row = uow.one(
        "SELECT slug, language, category, version, status FROM knowledge.article WHERE id = %s FOR UPDATE",
        (article_id,),
    )
    if row is None:
        raise NotFound(f"there is no article {article_id}")
    return row


def _save(uow: UnitOfWork, slug: str, language: str, draft: Draft, actor: str, reason: str | None) -> UUID:
    return save_article(
        uow,
        slug=slug,
        language=language,
        category=draft.category,
        title=draft.title,
        body=draft.body,
        questions=draft.questions,
        actor=actor,
        reason=reason,
    )


def _told(uow: UnitOfWork, article_id: UUID, before: Row | None = None) -> Article:
    """The article now; told if it is another than before and that matters to what customers find."""
    article = get_article(uow, article_id)
    same = before is not None and (before["version"], before["status"]) == (article.version, article.status)
    if not same and "published" in (article.status, before["status"] if before else None):
        uow.record(ArticleChanged(article_id=article_id, article_version=article.version, status=article.status))
    return article
