"""Events of reports."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from relevo.events.base import Event


class ReportRequested(Event):
    """A report is to be made; its row says which, and how far it is."""

    name: ClassVar[str] = "report.requested"

    report_id: UUID
