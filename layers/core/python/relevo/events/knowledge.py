"""Events of what the company knows."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from relevo.events.base import Event


class ArticleChanged(Event):
    """An article says something else, or may be found where it could not be before, or the other way round."""

    name: ClassVar[str] = "article.changed"

    article_id: UUID
    article_version: int
    status: str
