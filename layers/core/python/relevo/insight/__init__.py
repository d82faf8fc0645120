"""The company in numbers: what goes on now, and how it went."""

from relevo.insight.dashboard import FIGURES, Dashboard, dashboard, formulas

__all__ = ["FIGURES", "Dashboard", "dashboard", "formulas"]
