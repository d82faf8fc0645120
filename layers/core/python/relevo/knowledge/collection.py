"""A company's articles as one JSON document: how they come in from elsewhere, and what the seed is written in.

[{"slug": "refunds", "category": "billing",
  "es": {"title": "…", "body": "…", "questions": ["¿…?"]}, "en": {…}}]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from relevo.db import UnitOfWork
from relevo.errors import InvalidInput
from relevo.knowledge.articles import LANGUAGES, save_article


class Translation(BaseModel):
    """One language of an article."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1, max_length=200)
    body: str = Field(min_length=1, max_length=20_000)
    questions: list[str] = []


class Entry(BaseModel):
    """An article in the languages it is written in."""

    model_config = ConfigDict(extra="forbid")

    slug: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)
    category: str = "general"
    es: Translation | None = None
    en: Translation | None = None
    pt: Translation | None = None


def parse_collection(document: Any) -> list[Entry]:
    """The articles of a decoded JSON document. Raises InvalidInput that names every place that is wrong, and how."""
    try:
        return TypeAdapter(list[Entry]).validate_python(document)
    except ValidationError as error:
        problems = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False)]
        raise InvalidInput("; ".join(problems)) from error


def save_collection(uow: UnitOfWork, entries: Sequence[Entry], *, actor: str) -> int:
    """Write and publish every translation, new or changed; how many there are. Call `refresh` afterwards."""
    saved = 0
    for entry in entries:
        for language in LANGUAGES:
            translation: Translation | None = getattr(entry, language)
            if translation is not None:
                save_article(
                    uow,
                    slug=entry.slug,
                    language=language,
                    category=entry.category,
                    **translation.model_dump(),
                    publish=True,
                    actor=actor,
                )
                saved += 1
    return saved
