"""The route of the dashboard."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from relevo import insight
from relevo.access import Principal
from relevo.api.application import app
from relevo.api.dashboard_models import Dashboard
from relevo.api.endpoint import endpoint
from relevo.api.models import Period, Request
from relevo.api.tickets import figures_seen
from relevo.db import UnitOfWork
from relevo.settings import settings
from relevo.texts import LANGUAGES


class DashboardQuery(Request):
    """Over which time, at most 31 days, and of which branch."""

    period: Period = "24h"
    branch: UUID | None = None


class LanguageHeaders(BaseModel):
    """`Accept-Language`: Spanish or English."""

    accept_language: Annotated[str, StringConstraints(max_length=200)] | None = Field(None, alias="Accept-Language")

    @property
    def language(self) -> str:
        """The first language asked for, where we speak it; else the company's."""
        wanted = (self.accept_language or "").strip()[:2].lower()
        return wanted if wanted in LANGUAGES else settings().locale


@endpoint(app, "GET", "/api/support/dashboard", scope="stats:read", summary="The desk at a glance", tag="Dashboard")
def read_dashboard(uow: UnitOfWork, caller: Principal, query: DashboardQuery, headers: LanguageHeaders) -> Dashboard:
    """What goes on now and how the period went, in the branches the caller sees; at most five seconds old.
    `formulas` tells of every figure how it comes about."""
    read = insight.dashboard(uow, query.period, figures_seen(caller, query.branch))
    return Dashboard.model_validate(
        {name: getattr(read, name) for name in Dashboard.model_fields if name != "formulas"}
        | {"formulas": insight.formulas(headers.language)}
    )
