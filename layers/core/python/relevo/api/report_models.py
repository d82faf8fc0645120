"""Reports over the wire. What a report says is `relevo.insight`'s own document."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field, model_validator

from relevo.api.models import Answer, PageQuery, Request
from relevo.api.text import Email
from relevo.insight import reports

FileName = Literal["pdf", "html", "json", "tickets", "ratings", "contacts", "models"]


class ReportIn(Request):
    """A report to be made.

    Daily, weekly and monthly ones are of the day, week or month that `first` belongs to; so is any kind with a
    `scale`. Without `first` it is the last one that is over. The others are of the days from `first` to `last`. One by
    problem names its categories or tags.
    """

    kind: reports.Kind
    scale: reports.Scale | None = None
    first: date | None = Field(None, examples=["2026-11-16"])
    last: date | None = None
    branch: UUID | None = None
    filters: reports.Filters = Field(default_factory=reports.Filters)
    language: Literal["es", "en"] = "es"
    recipients: list[Email] = Field(default_factory=list, max_length=20, description="who gets it by e-mail")

    @model_validator(mode="after")
    def _has_days(self) -> ReportIn:
        own = reports.SCALES.get(self.kind)
        if own is not None and self.scale not in (None, own):
            raise ValueError(f"a {self.kind} report is of a {own}")
        if own is None and self.scale is None and (self.first is None or self.last is None):
            raise ValueError("needs a scale, or its first and last day")
        if self.kind == "problem" and not (self.filters.categories or self.filters.tags):
            raise ValueError("needs the categories or tags it is about")
        if (own or self.scale) is not None and self.last is not None:
            raise ValueError("has a scale, which says its last day")
        return self


class ReportQuery(PageQuery):
    """Which reports, the newest first."""

    kind: reports.Kind | None = None


class ReportItem(Answer):
    """A report asked for: how far it is (in percent, and which step), or why it failed. `files` can be fetched once it
    is ready."""

    id: UUID
    kind: reports.Kind
    scale: reports.Scale | None
    first: date
    last: date
    timezone: str
    language: str
    filters: reports.Filters
    branches: list[UUID] | None
    recipients: list[str]
    state: Literal["queued", "running", "ready", "failed"]
    stage: Literal["counting", "writing", "printing"] | None
    progress: int
    error: str | None
    files: list[FileName]
    requested_by: str
    requested_by_name: str | None
    created_at: datetime
    finished_at: datetime | None


class Report(ReportItem):
    """A report in full; `document` once it is ready."""

    document: reports.Document | None


class ReportPage(Answer):
    """Reports, the newest first."""

    items: list[ReportItem]
    next: str | None


class ReportFile(Answer):
    """Where a file can be fetched without a key until then."""

    url: str
    filename: str
    expires_at: datetime
