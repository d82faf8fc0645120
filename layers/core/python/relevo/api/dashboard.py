"""The route of the dashboard."""

from __future__ import annotations

from uuid import UUID

from relevo import insight
from relevo.access import Principal
from relevo.api.application import app
from relevo.api.dashboard_models import Dashboard
from relevo.api.endpoint import endpoint
from relevo.api.models import Period, Request
from relevo.api.preferences import LanguageHeaders
from relevo.api.tickets import figures_seen
from relevo.db import UnitOfWork


class DashboardQuery(Request):
    """Over which time, at most 31 days, and of which branch."""

    period: Period = "24h"
    branch: UUID | None = None


@endpoint(app, "GET", "/api/support/dashboard", scope="stats:read", summary="The desk at a glance", tag="Dashboard")
def read_dashboard(uow: UnitOfWork, caller: Principal, query: DashboardQuery, headers: LanguageHeaders) -> Dashboard:
    """What goes on now and how the period went, in the branches the caller sees; at most five seconds old.
    `formulas` tells of every figure how it comes about."""
    read = insight.dashboard(uow, query.period, figures_seen(caller, query.branch))
    return Dashboard.model_validate(
        {name: getattr(read, name) for name in Dashboard.model_fields if name != "formulas"}
        | {"formulas": insight.formulas(headers.language)}
    )
