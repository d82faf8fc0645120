"""The company in numbers: what goes on now, how it went, what was watched, and reports of all of it."""

from relevo.insight import alerts, reports
from relevo.insight.dashboard import FIGURES, Dashboard, dashboard, formulas
from relevo.insight.reports import SETTINGS

__all__ = ["FIGURES", "SETTINGS", "Dashboard", "alerts", "dashboard", "formulas", "reports"]
