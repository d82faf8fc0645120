"""Keeping customers: the daily look at who is about to leave, and what to do about it."""

from relevo.retention.actions import ACTIONS, Action, Recommended, recommended
from relevo.retention.daily import Day, begin, last_day, work
from relevo.retention.plans import Plan, plans_of, start_plan

__all__ = [
    "ACTIONS",
    "Action",
    "Day",
    "Plan",
    "Recommended",
    "begin",
    "last_day",
    "plans_of",
    "recommended",
    "start_plan",
    "work",
]
