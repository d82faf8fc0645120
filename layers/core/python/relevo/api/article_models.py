"""Articles over the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from relevo.api.models import Answer, PageQuery, Request
from relevo.api.text import Line, Prose, Word

ArticleLanguage = Literal["es", "en", "pt"]
ArticleStatus = Literal["draft", "published", "archived"]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]


class ArticleQuery(PageQuery):
    """Which articles, the last changed first; archived ones only when asked for."""

    q: Line | None = Field(None, description="Words of the title, the text or the questions; the last may be half one")
    language: ArticleLanguage | None = None
    status: ArticleStatus | None = None


class ArticleText(Request):
    """What an article says, and the questions it answers. `reason` goes into its history."""

    title: Line
    body: Prose
    category: Word = "general"
    questions: list[Line] = Field(default_factory=list, max_length=200)
    reason: Line | None = None


class ArticleIn(ArticleText):
    """A new article, or another language of one with its `slug`; without one it is made of the title."""

    language: ArticleLanguage
    slug: Slug | None = None
    publish: bool = False


class ArticleChange(ArticleText):
    """What it says from now on. `publish` shows it to customers or hides it; `version` is the one that was edited."""

    publish: bool | None = None
    version: int | None = None


class Restoration(Request):
    """Which version it is to say again."""

    version: int
    reason: Line | None = None


class ArticleItem(Answer):
    """An article in a list. `state` is learning while the bot does not know this version yet, ready when it does, null
    for what customers cannot find."""

    id: UUID
    slug: str
    language: str
    category: str
    title: str
    status: ArticleStatus
    state: Literal["learning", "ready"] | None
    version: int
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None
    updated_by: str | None


class Article(ArticleItem):
    """One language of an article."""

    body: str
    questions: list[str]


class ArticlePage(Answer):
    """Articles, the last changed first."""

    items: list[ArticleItem]
    next: str | None


class ArticleVersion(Answer):
    """What an article said at one time, who wrote that and why."""

    version: int
    title: str
    body: str
    questions: list[str]
    actor: str
    actor_name: str | None
    reason: str | None
    at: datetime


class ArticleVersions(Answer):
    """Every version, the newest first."""

    items: list[ArticleVersion]


class TrialIn(Request):
    """A question as a customer might ask it."""

    question: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
    language: ArticleLanguage = "es"


class Match(Answer):
    """An article that was found, how likely it is the right one (0 to 1), and why it was found."""

    article_id: UUID
    slug: str
    title: str
    language: str
    confidence: float
    evidence: dict[str, Any]


class Trial(Answer):
    """What the bot would do, and why; nothing was sent."""

    found: list[Match]
    would: Literal["answer", "hand over"]
    reason: str
