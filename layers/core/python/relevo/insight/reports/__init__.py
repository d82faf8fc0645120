"""Reports: what happened in a span of days, beside the span before, written for people and with the rows behind it."""

from typing import Any

from relevo.insight.reports.costs import COSTS
from relevo.insight.reports.document import Document
from relevo.insight.reports.jobs import Report, document_of, get, list_reports, make, request, take_up
from relevo.insight.reports.look import LOOK
from relevo.insight.reports.periods import Period, Scale, containing, over
from relevo.insight.reports.posting import address, follow, forget_links
from relevo.insight.reports.subscriptions import SUBSCRIPTIONS, request_due
from relevo.insight.reports.wanted import KINDS, SCALES, Filters, Kind, Wanted
from relevo.platform import Definition

SETTINGS: tuple[Definition[Any], ...] = (SUBSCRIPTIONS, COSTS, LOOK)

__all__ = [
    "KINDS",
    "SCALES",
    "SETTINGS",
    "Document",
    "Filters",
    "Kind",
    "Period",
    "Report",
    "Scale",
    "Wanted",
    "address",
    "containing",
    "document_of",
    "follow",
    "forget_links",
    "get",
    "list_reports",
    "make",
    "over",
    "request",
    "request_due",
    "take_up",
]
