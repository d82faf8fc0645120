"""Routes of reports: asked for, followed while they are made, read, fetched as files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from aws_lambda_powertools.event_handler import Response

from relevo import clock, desk, objects
from relevo.access import Principal, audit
from relevo.api import cursor
from relevo.api.actors import with_names
from relevo.api.application import app
from relevo.api.endpoint import Reply, endpoint
from relevo.api.report_models import FileName, Report, ReportFile, ReportIn, ReportItem, ReportPage, ReportQuery
from relevo.api.requests import Refused, invalid
from relevo.api.tickets import figures_seen
from relevo.db import UnitOfWork, database
from relevo.errors import InvalidInput, NotFound
from relevo.insight import reports
from relevo.platform import calendar
from relevo.runtime.problems import Problem

_REPORTS = "/api/reports"
_REPORT = f"{_REPORTS}/<report_id>"
_READ, _WRITE, _TAG = "reports:read", "reports:write", "Reports"


@endpoint(app, "GET", _REPORTS, scope=_READ, summary="List reports", tag=_TAG)
def list_reports(uow: UnitOfWork, caller: Principal, query: ReportQuery) -> ReportPage:
    """Reports the caller may see, the newest first, a page at a time. Who sees some branches only sees reports of
    nothing else."""
    found = reports.list_reports(
        uow, branches=caller.branches, kind=query.kind, after=cursor.decode(query.cursor), limit=query.limit + 1
    )
    shown = found[: query.limit]
    last = shown[-1].id if len(found) > query.limit else None
    return ReportPage(items=[ReportItem(**item) for item in _items(uow, shown)], next=cursor.encode(last))


@endpoint(app, "POST", _REPORTS, scope=_WRITE, summary="Have a report made", tag=_TAG, status=202)
def request_report(uow: UnitOfWork, caller: Principal, body: ReportIn) -> Reply[Report]:
    """Asks for a report, of the branches the caller sees or of one of them. It is made within seconds or, of very many
    tickets, within a minute; read it to see how far it is."""
    try:
        wanted = reports.Wanted(
            body.kind,
            _period(uow, body),
            figures_seen(caller, body.branch),
            body.language,
            body.filters,
            tuple(dict.fromkeys(body.recipients)),
        )
        report_id = reports.request(uow, wanted, by=caller.name)
    except InvalidInput as error:
        raise invalid([{"pointer": "#/last", "detail": str(error)}]) from error
    audit.record(
        uow, caller.name, "report.request", "allowed", subject=f"report:{report_id}", recipients=body.recipients
    )
    return Reply(_full(uow, reports.get(uow, report_id)), 202, {"location": f"{_REPORTS}/{report_id}"})


@endpoint(app, "GET", _REPORT, scope=_READ, summary="One report", tag=_TAG)
def read_report(uow: UnitOfWork, caller: Principal, report_id: UUID) -> Report:
    """How far a report is, and what it says once it is ready."""
    return _full(uow, _seen(uow, caller, report_id))


@endpoint(app, "GET", f"{_REPORT}/files/<name>", scope=_READ, summary="A report's file", tag=_TAG, refusals=(409,))
def read_report_file(uow: UnitOfWork, caller: Principal, report_id: UUID, name: FileName) -> ReportFile:
    """Where a file of a report can be fetched without a key, for five minutes: the PDF, the e-mail's page, the document
    as JSON, or the rows behind the figures as CSV. 409 until it is made."""
    key = _seen(uow, caller, report_id).files.get(name)
    if key is None:
        raise Problem(409, "This report has no such file, or not yet.", kind="not-ready")
    until = clock.now() + timedelta(seconds=objects.LINK_SECONDS)
    return ReportFile(url=reports.address(key), filename=key.rpartition("/")[2], expires_at=until)


@endpoint(app, "GET", f"{_REPORTS}/links/<token>", scope=None, summary="A link of an e-mail", tag=_TAG, status=302)
def follow_link(token: str) -> Response[str]:
    """Leads to the file a report's e-mail speaks of, without a key, until the link expires; then it is not found."""
    try:
        address = database().run(lambda uow: reports.follow(uow, token[:200]), publish=False)
    except NotFound as error:
        raise Problem(404, "This link has expired. The report is still in the console.", kind="link-expired") from error
    return Response(302, body="", headers={"location": address, "cache-control": "no-store"})


def _period(uow: UnitOfWork, body: ReportIn) -> reports.Period:
    """The days asked for, by the company's clock. Raises InvalidInput for too many of them."""
    zone = calendar.zone(uow)
    scale = reports.SCALES.get(body.kind) or body.scale
    if scale is not None and body.first is None:
        return reports.over(clock.now().astimezone(zone).date(), scale, zone)
    assert body.first is not None  # the model asks for one or the other
    if scale is not None:
        return reports.containing(body.first, scale, zone)
    assert body.last is not None
    return reports.Period(body.first, body.last, zone)


def _seen(uow: UnitOfWork, caller: Principal, report_id: UUID) -> reports.Report:
    report = reports.get(uow, report_id)
    branches = report.wanted.scope.branches
    if caller.branches is not None and (branches is None or not branches <= caller.branches):
        raise Refused(caller, f"report:{report_id}")
    return report


def _full(uow: UnitOfWork, report: reports.Report) -> Report:
    (item,) = _items(uow, [report])
    return Report(**item, document=reports.document_of(uow, report.id))


def _items(uow: UnitOfWork, found: Sequence[reports.Report]) -> list[dict[str, Any]]:
    """Reports as they are listed, with the names of who asked for them."""
    named = with_names(uow, [{"actor": report.requested_by} for report in found])
    return [_item(report, who["actor_name"]) for report, who in zip(found, named, strict=True)]


def _item(report: reports.Report, name: str | None) -> dict[str, Any]:
    wanted = report.wanted
    kept = ("id", "state", "stage", "progress", "error", "requested_by", "created_at", "finished_at")
    return {
        **{field: getattr(report, field) for field in kept},
        "kind": wanted.kind,
        "scale": wanted.period.scale,
        "first": wanted.period.first,
        "last": wanted.period.last,
        "timezone": str(wanted.period.zone),
        "language": wanted.language,
        "filters": wanted.filters,
        "branches": _branches(wanted.scope),
        "recipients": list(wanted.recipients),
        "files": list(report.files),
        "requested_by_name": name,
    }


def _branches(scope: desk.Scope) -> list[UUID] | None:
    return None if scope.branches is None else sorted(scope.branches)
