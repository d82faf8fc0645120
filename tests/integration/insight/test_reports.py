"""A report from being asked for, or due, to its files and its e-mail: made once, taken up after a crash, sent once."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pypdfium2
import pytest

from functions.api.handler import handler as api
from functions.reports.handler import handler
from relevo import clock, db, ids
from relevo import desk as tickets
from relevo.db import Database
from relevo.errors import InvalidInput, PermanentError, RetryableError
from relevo.events import ReportRequested, ScheduleFired
from relevo.insight import reports
from relevo.insight.reports import jobs
from relevo.notify.channels import email
from relevo.platform import change_setting
from relevo.settings import settings
from tests.support import inbox, openai, reporting, world
from tests.support.broker import MemoryMessaging
from tests.support.bucket import MemoryBucket
from tests.support.gateway import content, request
from tests.support.lambdas import failed, sqs
from tests.support.postgres import Postgres

ZONE = ZoneInfo("America/Mexico_City")
MONDAY = datetime(2026, 11, 9, tzinfo=ZONE)
NOW = MONDAY + timedelta(days=7, hours=9, minutes=5)
WEEK = reports.containing(date(2026, 11, 9), "week", ZONE)
LOGO = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00"
    b"\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture(scope="module")
def lived(postgres: Postgres) -> Iterator[str]:
    """A week of a desk with an admin, a supervisor of everything and one of a branch."""
    with postgres.clone() as url:
        made = Database(lambda: url)
        with made.unit_of_work(publish=False) as uow:
            desk = reporting.desk(uow, 60)
            reporting.live(uow, desk, (MONDAY - timedelta(days=3)).astimezone(UTC), 10, 8)
            inbox.user(uow, "Alma", role="admin")
            inbox.user(uow, "Lucia", role="supervisor")
            inbox.user(uow, "Nora", role="supervisor", branches=(desk.branches[1],))
        made.close()
        yield url


@pytest.fixture
def database_url(postgres: Postgres, lived: str) -> Iterator[str]:
    with postgres.clone(of=lived) as url:
        yield url


@pytest.fixture(autouse=True)
def monday(database: Database, bucket: MemoryBucket, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Five past nine on the Monday after; move it on."""
    monkeypatch.setattr(ids, "_last_tick", 0)
    monkeypatch.setenv("RELEVO_SITE_URL", "https://relevo.example")
    with clock.frozen(NOW.astimezone(UTC)) as advance:
        yield advance


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What SES was asked to send."""
    sent: list[dict[str, Any]] = []

    class Ses:
        def send_email(self, **asked: Any) -> None:
            sent.append(asked)

    monkeypatch.setattr(email, "_ses", Ses)
    return sent


def ask(database: Database, **wanted: Any) -> UUID:
    given = {"kind": "weekly", "period": WEEK, "scope": tickets.EVERYTHING} | wanted
    with database.unit_of_work() as uow:
        return reports.request(uow, reports.Wanted(**given), by="user:x")


def read(database: Database, report_id: UUID) -> reports.Report:
    with database.unit_of_work() as uow:
        return reports.get(uow, report_id)


def deliver(report_id: UUID) -> list[str]:
    return failed(handler(sqs(ReportRequested(report_id=report_id)), None))


def fire(at: datetime) -> None:
    event = ScheduleFired.model_validate({"schedule": "reports", "due_at": at.astimezone(UTC)})
    assert failed(handler(sqs(event), None)) == []


def asked_for(database: Database) -> list[tuple[str, str, date, date]]:
    with database.unit_of_work() as uow:
        rows = uow.all("SELECT kind, scale, first_day, last_day FROM insight.report ORDER BY id")
    return [tuple(row.values()) for row in rows]  # type: ignore[misc]


# ------------------------------------------------------------------------------------------------------------- making


def test_a_report_is_made_with_all_its_files(database: Database, bucket: MemoryBucket) -> None:
    # Given a report somebody asked for
    report_id = ask(database)
    # When its event is delivered
    assert deliver(report_id) == []
    # Then it is ready, and its files say the same as it does
    report = read(database, report_id)
    assert (report.state, report.progress, report.error) == ("ready", 100, None)
    with database.unit_of_work() as uow:
        document = reports.document_of(uow, report_id)
    assert document is not None
    files = {name: bucket.files[key][0] for name, key in report.files.items()}
    assert json.loads(files["json"]) == document.model_dump(mode="json")
    created = document.figure("created")
    assert created is not None and created.value
    found = list(csv.DictReader(io.StringIO(files["tickets"].decode("utf-8-sig"))))
    assert sum(row["created"] == "t" for row in found) == created.value
    for name, figures in (("html", document.first_figures), ("pdf", document.first_figures)):
        told = files[name].decode() if name == "html" else printed(files[name])
        assert all(figure.text in told and figure.label in told for figure in figures), name
        assert all(insight.text in told for insight in document.insights), name


def printed(pdf: bytes) -> str:
    """A PDF's text, its lines joined as they are read."""
    pages = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())


def test_an_event_delivered_again_makes_nothing_anew(database: Database, bucket: MemoryBucket) -> None:
    # Given a report that is made
    report_id = ask(database)
    deliver(report_id)
    made = read(database, report_id)
    bucket.files.clear()
    # When its event comes once more
    assert deliver(report_id) == []
    # Then nothing is written
    assert bucket.files == {} and read(database, report_id) == made


@pytest.mark.parametrize("step", ["tickets.csv", "report.pdf", "report.json"])
def test_a_crash_is_resumed(
    database: Database, bucket: MemoryBucket, monday: Any, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    # Given a process that dies while it writes a file
    class Killed(BaseException):
        pass

    put = bucket.put

    def die(key: str, *arguments: Any) -> None:
        if key.endswith(step):
            raise Killed
        put(key, *arguments)

    report_id = ask(database)
    monkeypatch.setattr(bucket, "put", die)
    with pytest.raises(Killed):
        jobs.make(database, report_id)
    monkeypatch.setattr(bucket, "put", put)
    assert read(database, report_id).state == "running"
    # When others try while it may still be at it, nothing is done
    deliver(report_id)
    assert read(database, report_id).state == "running"
    # Then the clock finds it once its hold has ended, and it is made
    monday(jobs.HOLD + timedelta(minutes=1))
    with database.unit_of_work() as uow:
        assert reports.take_up(uow) == 1
    assert deliver(report_id) == []
    report = read(database, report_id)
    assert report.state == "ready" and set(report.files) == {
        "tickets",
        "ratings",
        "contacts",
        "models",
        "pdf",
        "html",
        "json",
    }


def test_a_passing_fault_is_tried_again_and_a_lasting_one_told(
    database: Database, bucket: MemoryBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a bucket that takes nothing for now
    def refuse(error: Exception) -> None:
        def put(*arguments: Any) -> None:
            raise error

        monkeypatch.setattr(bucket, "put", put)

    report_id = ask(database)
    refuse(RetryableError("the bucket is away"))
    # When the report is made, then it comes again
    assert len(deliver(report_id)) == 1
    assert read(database, report_id).state == "queued"
    # And when the bucket never will, it has failed with the reason
    refuse(PermanentError("the bucket is gone"))
    assert deliver(report_id) == []
    report = read(database, report_id)
    assert (report.state, report.error) == ("failed", "the bucket is gone")


def test_two_at_once_make_it_once(database: Database, database_url: str) -> None:
    # Given a report somebody else is just claiming
    report_id = ask(database)
    with psycopg.connect(database_url) as other:
        other.execute("SELECT 1 FROM insight.report WHERE id = %s FOR UPDATE", (report_id,))
        # When it is to be made
        jobs.make(database, report_id)
        # Then it is left to them
        other.rollback()
    assert read(database, report_id).state == "queued"


# ----------------------------------------------------------------------------------------------------------- schedule


def test_nine_on_monday_brings_the_reports_of_what_is_over_once(database: Database) -> None:
    # Given the quarters of an hour of a Monday morning, one of them delivered twice
    for minutes in (-20, -5, 10, 10, 25):
        fire(NOW + timedelta(minutes=minutes))
    # Then yesterday's and last week's reports are asked for, each once
    assert sorted(asked_for(database)) == [
        ("daily", "day", date(2026, 11, 15), date(2026, 11, 15)),
        ("executive", "week", date(2026, 11, 9), date(2026, 11, 15)),
        ("weekly", "week", date(2026, 11, 9), date(2026, 11, 15)),
    ]


@pytest.mark.parametrize(
    ("zone", "changes"),
    [
        ("Europe/Madrid", date(2027, 3, 28)),
        ("Europe/Madrid", date(2026, 10, 25)),
        ("America/Mexico_City", date(2027, 4, 4)),
    ],
)
def test_days_around_a_change_of_clocks_have_one_report_each(database: Database, zone: str, changes: date) -> None:
    # Given a company in a zone whose clocks change, or no longer do, that night
    local = ZoneInfo(zone)
    with database.unit_of_work() as uow:
        change_setting(uow, "company.timezone", zone, actor="test")
        change_setting(uow, "reports.subscriptions", [{"kind": "daily", "scale": "day"}], actor="test")
    # When three days go by, a quarter of an hour at a time
    at = datetime.combine(changes - timedelta(days=1), datetime.min.time(), local).astimezone(UTC)
    fired: list[datetime] = []
    while len(asked_for(database)) < 3 and len(fired) < 300:
        fired.append(at)
        with clock.frozen(at), database.unit_of_work() as uow:
            reports.request_due(uow, at)
        at += timedelta(minutes=15)
    # Then each day's report is asked for once, at nine by the clock on the wall
    days = [(row[2], row[3]) for row in asked_for(database)]
    first = changes - timedelta(days=2)
    assert days == [(first + timedelta(days=n), first + timedelta(days=n)) for n in range(3)]
    assert fired[-1].astimezone(local).hour == 9


def test_the_first_of_a_quarter_brings_the_quarters(database: Database) -> None:
    # Given a subscription of quarters
    wanted = [{"kind": "executive", "scale": "quarter", "recipients": ["direccion@empresa.mx"]}]
    with database.unit_of_work() as uow:
        change_setting(uow, "reports.subscriptions", wanted, actor="test")
    # When the first of December and of January come
    for day in (date(2026, 12, 1), date(2027, 1, 1)):
        with database.unit_of_work() as uow:
            at = datetime(day.year, day.month, 1, 9, 15, tzinfo=ZONE)
            reports.request_due(uow, at)
    # Then the quarter that is over is reported
    assert asked_for(database) == [("executive", "quarter", date(2026, 10, 1), date(2026, 12, 31))]


def test_a_claim_without_its_reports_is_no_claim(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a process that dies between claiming the day and committing
    def die() -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr(database, "before_commit", die)
    with pytest.raises(RuntimeError), database.unit_of_work() as uow:
        assert reports.request_due(uow, NOW) == 3
    monkeypatch.undo()
    # When the next quarter comes, then they are asked for
    with clock.frozen(NOW.astimezone(UTC)), database.unit_of_work() as uow:
        assert reports.request_due(uow, NOW + timedelta(minutes=15)) == 3


# ------------------------------------------------------------------------------------------------------------- e-mail


def test_a_due_report_reaches_who_leads_the_company(database: Database, mails: list[dict[str, Any]]) -> None:
    # Given the executive report of Monday
    wanted = [{"kind": "executive", "scale": "week"}, {"kind": "weekly", "scale": "week"}]
    with database.unit_of_work() as uow:
        change_setting(uow, "reports.subscriptions", wanted, actor="test")
        change_setting(uow, "company.name", "Refacciones Azteca", actor="test")
        reports.request_due(uow, NOW)
        ids_ = [row["id"] for row in uow.all("SELECT id FROM insight.report ORDER BY id")]
    # When they are made
    for report_id in ids_:
        assert deliver(report_id) == []
    # Then admins get both, who supervises everything the weekly one, and who sees one branch none
    sent = sorted((each["Destination"]["ToAddresses"][0], subject(each)) for each in mails)
    days = "9 al 15 de noviembre de 2026"
    assert sent == [
        ("alma@relevo.example", f"Refacciones Azteca · Reporte ejecutivo: {days}"),
        ("alma@relevo.example", f"Refacciones Azteca · Reporte semanal: {days}"),
        ("lucia@relevo.example", f"Refacciones Azteca · Reporte semanal: {days}"),
    ]


def subject(mail: dict[str, Any]) -> str:
    return str(mail["Content"]["Simple"]["Subject"]["Data"])


def test_an_email_is_sent_once_to_each_and_shows_the_companys_logo(
    database: Database, bucket: MemoryBucket, mails: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a company with a logo, and a report for two, one of whom cannot be reached for now
    bucket.files["logos/azteca.png"] = LOGO, "image/png"
    with database.unit_of_work() as uow:
        change_setting(uow, "reports.look", {"color": "#7c3aed", "logo": "logos/azteca.png"}, actor="test")
    report_id = ask(database, recipients=("uno@empresa.mx", "dos@empresa.mx"))
    away = {"dos@empresa.mx"}

    class Ses:
        def send_email(self, **asked: Any) -> None:
            if away & set(asked["Destination"]["ToAddresses"]):
                raise_away()
            mails.append(asked)

    monkeypatch.setattr(email, "_ses", Ses)
    # When the report is made, and its event comes again
    assert len(deliver(report_id)) == 1
    away.clear()
    assert deliver(report_id) == []
    assert deliver(report_id) == []
    # Then each has it once, with the logo beside the page, in the company's colour
    assert sorted(each["Destination"]["ToAddresses"][0] for each in mails) == ["dos@empresa.mx", "uno@empresa.mx"]
    simple = mails[0]["Content"]["Simple"]
    assert simple["Attachments"][0]["ContentId"] == "logo" and simple["Attachments"][0]["RawContent"] == LOGO
    page = simple["Body"]["Html"]["Data"]
    assert 'src="cid:logo"' in page and "#7c3aed" in page


def raise_away() -> None:
    from botocore.exceptions import EndpointConnectionError

    raise EndpointConnectionError(endpoint_url="https://email")


def test_an_emails_links_work_for_a_week_without_a_key(
    database: Database, mails: list[dict[str, Any]], monday: Any
) -> None:
    # Given an e-mail with its links
    report_id = ask(database, recipients=("uno@empresa.mx",), language="en")
    deliver(report_id)
    text = mails[0]["Content"]["Simple"]["Body"]["Text"]["Data"]
    links = [word for word in text.split() if word.startswith("https://relevo.example/api/reports/links/")]
    assert len(links) == 4

    def follow(link: str) -> dict[str, Any]:
        return api(request("GET", link.removeprefix("https://relevo.example"), scopes=None), None)

    # When they are followed, then each leads to its file
    answers = [follow(link) for link in links]
    assert [answer["statusCode"] for answer in answers] == [302] * 4
    report = read(database, report_id)
    assert f"https://bucket.example/{report.files['pdf']}?inline=True&seconds=300" == answers[0]["headers"]["location"]
    # And nobody guesses one, and after a week there is none
    assert follow(links[0][:-4] + "abcd")["statusCode"] == 404
    monday(timedelta(days=7, minutes=1))
    assert [follow(link)["statusCode"] for link in links] == [404] * 4


# ---------------------------------------------------------------------------------------------------------- narrative


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[openai.Model]:
    with openai.serve() as serving:
        monkeypatch.setenv("RELEVO_LLM_SECRET", json.dumps({"api_key": "k", "base_url": serving.url, "model": "m"}))
        settings.cache_clear()
        yield serving


def story(text: str, *figures: str) -> dict[str, Any]:
    return {"sentences": [{"text": text, "figures": list(figures)}]}


def test_a_models_story_stands_when_its_numbers_are_the_figures(database: Database, model: openai.Model) -> None:
    # Given a model that first invents a number, then copies one
    def copied(asked: dict[str, Any]) -> dict[str, Any]:
        line = next(x for x in asked["messages"][1]["content"].splitlines() if x.startswith("created |"))
        return story(f"Llegaron {line.split(' | ')[2]} tickets.", "created")

    model.replies = [story("Llegaron 999,999 tickets.", "created"), lambda asked: copied(asked)]
    report_id = ask(database)
    # When the report is made
    deliver(report_id)
    # Then the second stands, and the model was told what was wrong with the first
    with database.unit_of_work() as uow:
        document = reports.document_of(uow, report_id)
    assert document is not None
    created = document.figure("created")
    assert created is not None
    assert document.narrative.author == "model"
    assert document.narrative.paragraphs == [f"Llegaron {created.text} tickets."]
    assert "999,999 is no number of created" in model.requests[1]["messages"][1]["content"]


def test_a_model_that_keeps_inventing_is_not_believed(database: Database, model: openai.Model) -> None:
    # Given a model whose numbers are its own
    model.replies = [story("La satisfacción fue de 99.9 %.", "csat")]
    report_id = ask(database)
    # When the report is made
    deliver(report_id)
    # Then the rules tell it
    with database.unit_of_work() as uow:
        document = reports.document_of(uow, report_id)
    assert document is not None and document.narrative.author == "rules"
    assert "99.9 %" not in " ".join(document.narrative.paragraphs)


# ----------------------------------------------------------------------------------------------------------------- API


def call(method: str, path: str, person: inbox.Person, **asked: Any) -> dict[str, Any]:
    return api(request(method, f"/api/reports{path}", **asked, **person.calling()), None)


def test_a_report_is_asked_for_and_followed_over_the_api(database: Database, sent: MemoryMessaging) -> None:
    # Given a supervisor who asks for the satisfaction of a month
    with database.unit_of_work() as uow:
        sara = inbox.user(uow, "Sara Supervisa", role="supervisor")
    body = {"kind": "satisfaction", "scale": "month", "first": "2026-11-03", "language": "en"}
    answer = call("POST", "", sara, body=body)
    # Then it is taken on, and waits
    assert answer["statusCode"] == 202
    told = content(answer)
    assert (told["state"], told["first"], told["last"]) == ("queued", "2026-11-01", "2026-11-30")
    assert (told["requested_by_name"], told["document"]) == ("Sara Supervisa", None)
    assert [fact.name for fact in sent.facts] == ["report.requested"]
    assert call("GET", f"/{told['id']}/files/pdf", sara)["statusCode"] == 409
    # When it is made
    deliver(UUID(told["id"]))
    # Then it can be read, listed, and fetched
    ready = content(call("GET", f"/{told['id']}", sara))
    assert (ready["state"], ready["progress"]) == ("ready", 100)
    assert ready["document"]["title"] == "Customer satisfaction report"
    assert content(call("GET", "", sara))["items"][0]["id"] == told["id"]
    assert content(call("GET", f"/{told['id']}/files/pdf", sara))["filename"] == "report.pdf"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"kind": "daily", "scale": "week"}, "#"),
        ({"kind": "custom"}, "#"),
        ({"kind": "custom", "first": "2026-01-05", "last": "2026-01-01"}, "#/last"),
        ({"kind": "custom", "first": "2024-01-01", "last": "2026-01-01"}, "#/last"),
        ({"kind": "weekly", "last": "2026-01-01"}, "#"),
        ({"kind": "problem", "scale": "week"}, "#"),
        ({"kind": "weekly", "recipients": ["nobody"]}, "#/recipients/0"),
        ({"kind": "weekly", "filters": {"colour": ["red"]}}, "#/filters/colour"),
    ],
)
def test_what_cannot_be_reported_is_refused(database: Database, body: dict[str, Any], pointer: str) -> None:
    # Given a supervisor
    with database.unit_of_work() as uow:
        sara = inbox.user(uow, "Sara Supervisa", role="supervisor")
    # When they ask for what makes no sense
    answer = call("POST", "", sara, body=body)
    # Then they are told where
    assert answer["statusCode"] == 422
    assert content(answer)["errors"][0]["pointer"] == pointer
    assert asked_for(database) == []


def test_who_sees_one_branch_sees_its_reports_only(database: Database) -> None:
    # Given a report of everything, and one a supervisor of a branch asked for
    with database.unit_of_work() as uow:
        branch = uow.all("SELECT id FROM inbox.branch WHERE code = 'norte'")[0]["id"]
        other = uow.all("SELECT id FROM inbox.branch WHERE code = 'centro'")[0]["id"]
        nico = inbox.user(uow, "Nico", role="supervisor", branches=(branch,))
        viewer = inbox.user(uow, "Vera", role="viewer", branches=(branch,))
    everything = ask(database)
    own = content(call("POST", "", nico, body={"kind": "weekly"}))
    # Then whoever sees that branch sees the second, and not the first
    assert [item["id"] for item in content(call("GET", "", viewer))["items"]] == [own["id"]]
    assert own["branches"] == [str(branch)]
    assert call("GET", f"/{everything}", viewer)["statusCode"] == 403
    assert call("GET", f"/{everything}/files/pdf", viewer)["statusCode"] == 403
    # And nobody asks for another's branch, nor without the right to
    assert call("POST", "", nico, body={"kind": "weekly", "branch": str(other)})["statusCode"] == 403
    assert call("POST", "", viewer, body={"kind": "weekly"})["statusCode"] == 403


def test_days_that_are_not_over_say_so_and_cost_what_they_did_so_far(database: Database) -> None:
    # Given a report of the year, of which 319 days and nine hours are over
    year = reports.containing(NOW.date(), "year", ZONE)
    report_id = ask(database, kind="executive", period=year)
    # When it is made
    assert deliver(report_id) == []
    with database.unit_of_work() as uow:
        document = reports.document_of(uow, report_id)
    # Then it says that it is not over, and the platform costs what it did until now, beside the whole year before
    assert document is not None and document.period.text == "1 de enero al 31 de diciembre de 2026 (aún no termina)"
    assert "aún" not in document.previous.text
    cost = document.figure("automation_cost")
    assert cost is not None and cost.previous == pytest.approx(2500 * 12, rel=0.001)
    assert cost.value == pytest.approx(cost.previous * 319.38 / 365, rel=0.001)
    # And days that have not begun are no report
    with pytest.raises(InvalidInput, match="have begun"):
        ask(database, period=reports.containing(NOW.date() + timedelta(days=7), "week", ZONE))


def test_a_day_without_anything_is_a_report_too(database: Database) -> None:
    # Given a Sunday long ago
    period = reports.containing(date(2025, 3, 2), "day", ZONE)
    report_id = ask(database, kind="daily", period=period)
    # When its report is made
    assert deliver(report_id) == []
    # Then it says that nothing happened
    with database.unit_of_work() as uow:
        document = reports.document_of(uow, report_id)
    assert document is not None
    assert [insight.name for insight in document.insights] == ["quiet"]
    assert [figure.text for figure in document.first_figures][:3] == ["0", "0", "—"]
    assert document.charts == []


def test_every_kind_can_be_made(database: Database) -> None:
    # Given every kind of report, in Spanish and English by turns
    for n, kind in enumerate(reports.KINDS):
        scale = reports.SCALES.get(kind, "week")
        period = reports.containing(date(2026, 11, 10), scale, ZONE)
        filters = reports.Filters(categories=["billing"]) if kind == "problem" else reports.Filters()
        report_id = ask(database, kind=kind, period=period, language=("es", "en")[n % 2], filters=filters)
        # When it is made, then it is ready
        assert deliver(report_id) == []
        assert read(database, report_id).state == "ready", kind


def test_a_company_without_a_past_gets_its_first_report(postgres: Postgres, bucket: MemoryBucket) -> None:
    # Given a company nobody has written to
    with postgres.clone() as url:
        empty = Database(lambda: url)
        db.use(empty)
        with empty.unit_of_work() as uow:
            world.branch(uow)
        report_id = ask(empty, kind="executive")
        # When its first report is made, then it is ready
        jobs.make(empty, report_id)
        assert read(empty, report_id).state == "ready"
        empty.close()
