"""Reports as work: asked for, made by one at a time, taken up again after a crash, sent once.

    queued -> running -> ready
                     '-> failed     the reason is kept; asked for again it is another report

Whoever makes a report holds it for a while; what nobody holds any more is taken up again. Its files have names of
their own, so that making them twice leaves one of each.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg.types.json import Jsonb

from relevo import clock, ids, objects
from relevo.db import Database, Row, UnitOfWork
from relevo.desk import Scope
from relevo.errors import InvalidInput, NotFound, PermanentError
from relevo.events import ReportRequested
from relevo.insight.reports import composing, figures, html, look, narrative, pdf, posting, rows
from relevo.insight.reports.document import Document
from relevo.insight.reports.periods import Period
from relevo.insight.reports.wanted import SCALES, Filters, Kind, Wanted
from relevo.objects import Pieces

State = Literal["queued", "running", "ready", "failed"]
HOLD = timedelta(minutes=6)
"""Longer than the function may run."""
ATTEMPTS = 3
_FORGOTTEN = timedelta(minutes=10)
"""After which a report nobody has begun is asked for again."""
_PDF, _HTML, _JSON, _CSV = "application/pdf", "text/html; charset=utf-8", "application/json", "text/csv; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Report:
    """A report wanted, being made, or made. `progress` is in percent; `files` are keys in the bucket by name."""

    id: UUID
    wanted: Wanted
    state: State
    stage: str | None
    progress: int
    files: dict[str, str]
    error: str | None
    requested_by: str
    created_at: datetime
    finished_at: datetime | None


def request(uow: UnitOfWork, wanted: Wanted, *, by: str) -> UUID:
    """Have a report made; its id. Raises InvalidInput for days that do not fit its kind."""
    period = wanted.period
    if wanted.kind in SCALES and period.scale != SCALES[wanted.kind]:
        raise InvalidInput(f"a {wanted.kind} report is of a {SCALES[wanted.kind]}")
    if period.begins > clock.now():
        raise InvalidInput("a report's days have begun")
    report_id = ids.new_id()
    uow.execute(
        "INSERT INTO insight.report (id, kind, first_day, last_day, scale, timezone, language, filters, branches,"
        "   unbranched, recipients, requested_by, created_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            report_id, wanted.kind, period.first, period.last, period.scale, str(period.zone), wanted.language,
            Jsonb(wanted.filters.model_dump(mode="json")), _listed(wanted.scope), wanted.scope.none,
            list(wanted.recipients), by, clock.now(),
        ),
    )  # fmt: skip
    uow.record(ReportRequested(report_id=report_id))
    return report_id


def _listed(scope: Scope) -> list[UUID] | None:
    return None if scope.branches is None else sorted(scope.branches)


def get(uow: UnitOfWork, report_id: UUID) -> Report:
    """A report. Raises NotFound."""
    row = uow.one(f"SELECT {_COLUMNS} FROM insight.report WHERE id = %s", (report_id,))
    if row is None:
        raise NotFound(f"there is no report {report_id}")
    return _report(row)


def document_of(uow: UnitOfWork, report_id: UUID) -> Document | None:
    """What a report says; None until it is ready."""
    row = uow.one("SELECT document FROM insight.report WHERE id = %s", (report_id,))
    return Document.model_validate(row["document"]) if row and row["document"] else None


def list_reports(
    uow: UnitOfWork,
    *,
    branches: frozenset[UUID] | None = None,
    kind: Kind | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Report]:
    """Reports, the newest first, below `after`. Who sees some branches only sees reports of nothing else."""
    found = uow.all(
        f"SELECT {_COLUMNS} FROM insight.report WHERE (%(kind)s::text IS NULL OR kind = %(kind)s)"
        " AND (%(branches)s::uuid[] IS NULL OR branches <@ %(branches)s)"
        " AND (%(after)s::uuid IS NULL OR id < %(after)s) ORDER BY id DESC LIMIT %(limit)s",
        {
            "kind": kind,
            "branches": None if branches is None else list(branches),
            "after": after,
            "limit": limit,
        },
    )
    return [_report(row) for row in found]


_COLUMNS = """id, kind, first_day, last_day, scale, timezone, language, filters, branches, unbranched, recipients,
    state, stage, progress, files, error, requested_by, created_at, finished_at"""


def _report(row: Row) -> Report:
    period = Period(row["first_day"], row["last_day"], ZoneInfo(row["timezone"]), row["scale"])
    scope = Scope(None if row["branches"] is None else frozenset(row["branches"]), none=row["unbranched"])
    filters, recipients = Filters.model_validate(row["filters"]), tuple(row["recipients"])
    wanted = Wanted(row["kind"], period, scope, row["language"], filters, recipients)
    kept = ("id", "state", "stage", "progress", "files", "error", "requested_by", "created_at", "finished_at")
    return Report(wanted=wanted, **{name: row[name] for name in kept})


# -------------------------------------------------------------------------------------------------------------- making


def make(database: Database, report_id: UUID) -> None:
    """Make a report unless it is made or somebody is at it, and send it to whom it is for, once.

    Raises RetryableError for what may pass; the report is then free to be taken up at once. Anything else fails it,
    with the reason.
    """
    report = database.run(lambda uow: _claim(uow, report_id))
    if report is not None:
        try:
            _make(database, report)
        except PermanentError as error:
            _fail(database, report_id, str(error))
            return
        except Exception:
            database.run(lambda uow: _let_go(uow, report_id))
            raise
    posting.post(database, report_id)


def _claim(uow: UnitOfWork, report_id: UUID) -> Report | None:
    """The report, now ours; None when it is made, or somebody holds it. One tried too often has failed."""
    now = clock.now()
    row = uow.one(
        "SELECT attempts FROM insight.report WHERE id = %s AND (state = 'queued' OR state = 'running'"
        " AND lease_until <= %s) FOR UPDATE SKIP LOCKED",
        (report_id, now),
    )
    if row is None:
        return None
    if row["attempts"] >= ATTEMPTS:
        _settle(uow, report_id, "failed", error=f"given up after {ATTEMPTS} attempts")
        return None
    uow.execute(
        "UPDATE insight.report SET state = 'running', stage = 'counting', progress = 5, attempts = attempts + 1,"
        " lease_until = %s, started_at = coalesce(started_at, %s) WHERE id = %s",
        (now + HOLD, now, report_id),
    )
    return get(uow, report_id)


def _make(database: Database, report: Report) -> None:
    with database.unit_of_work() as uow:
        document, files = _counted(uow, report)
    _note(database, report.id, "writing", 70)
    told = database.run(lambda uow: narrative.by_model(uow, document))
    if told is not None:
        document = document.model_copy(update={"narrative": told})
    style = database.run(look.style)
    _note(database, report.id, "printing", 85)
    files |= _keep(report.id, "report.pdf", _PDF, pdf.render(document, style))
    files |= _keep(report.id, "report.html", _HTML, html.render(document, style, {}).encode())
    files |= _keep(report.id, "report.json", _JSON, document.model_dump_json(indent=1).encode())
    database.run(lambda uow: _settle(uow, report.id, "ready", document=document, files=files))


def _counted(uow: UnitOfWork, report: Report) -> tuple[Document, dict[str, str]]:
    """The document and its CSV files, all of one instant: what others write meanwhile is in none of them."""
    uow.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    uow.execute("SET LOCAL work_mem = '64MB'")
    document = composing.compose(uow, report.id, report.wanted, figures.compare(uow, report.wanted))
    files: dict[str, str] = {}
    for name, query in rows.files(report.wanted).items():
        key = _key(report.id, f"{name}.csv")
        source = io.BufferedReader(Pieces(rows.stream(uow, query, report.wanted)), 1024 * 1024)
        objects.bucket().put(key, source, _CSV)
        files[name] = key
    return document, files


def _key(report_id: UUID, name: str) -> str:
    return f"reports/{report_id}/{name}"


def _keep(report_id: UUID, name: str, mime_type: str, content: bytes) -> dict[str, str]:
    key = _key(report_id, name)
    objects.bucket().put(key, io.BytesIO(content), mime_type)
    return {name.rpartition(".")[2]: key}


def _note(database: Database, report_id: UUID, stage: str, progress: int) -> None:
    """Tell how far it is, and hold it on."""
    database.run(
        lambda uow: uow.execute(
            "UPDATE insight.report SET stage = %s, progress = %s, lease_until = %s WHERE id = %s",
            (stage, progress, clock.now() + HOLD, report_id),
        )
    )


def _settle(
    uow: UnitOfWork,
    report_id: UUID,
    state: State,
    *,
    error: str | None = None,
    document: Document | None = None,
    files: dict[str, str] | None = None,
) -> None:
    uow.execute(
        "UPDATE insight.report SET state = %(state)s, stage = NULL, lease_until = NULL, error = %(error)s,"
        " progress = CASE %(state)s WHEN 'ready' THEN 100 ELSE progress END, document = %(document)s,"
        " files = %(files)s, finished_at = %(now)s WHERE id = %(id)s",
        {
            "state": state,
            "error": error,
            "document": Jsonb(document.model_dump(mode="json")) if document else None,
            "files": Jsonb(files or {}),
            "now": clock.now(),
            "id": report_id,
        },
    )


def _let_go(uow: UnitOfWork, report_id: UUID) -> None:
    uow.execute(
        "UPDATE insight.report SET state = 'queued', stage = NULL, lease_until = NULL WHERE id = %s", (report_id,)
    )


def _fail(database: Database, report_id: UUID, error: str) -> None:
    database.run(lambda uow: _settle(uow, report_id, "failed", error=error))


def take_up(uow: UnitOfWork) -> int:
    """Ask again for what nobody makes: a crash left it, or its event was lost; how many."""
    now = clock.now()
    left = uow.all(
        "SELECT id FROM insight.report WHERE state = 'running' AND lease_until <= %s"
        " OR state = 'queued' AND created_at <= %s ORDER BY created_at LIMIT 20",
        (now, now - _FORGOTTEN),
    )
    for row in left:
        uow.record(ReportRequested(report_id=row["id"]))
    return len(left)
