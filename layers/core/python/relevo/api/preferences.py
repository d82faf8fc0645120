"""What a caller's own program asks of every answer."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from relevo.settings import settings
from relevo.texts import LANGUAGES


class LanguageHeaders(BaseModel):
    """`Accept-Language`: Spanish or English."""

    accept_language: Annotated[str, StringConstraints(max_length=200)] | None = Field(None, alias="Accept-Language")

    @property
    def language(self) -> str:
        """The first language asked for, where we speak it; else the company's."""
        wanted = (self.accept_language or "").strip()[:2].lower()
        return wanted if wanted in LANGUAGES else settings().locale
