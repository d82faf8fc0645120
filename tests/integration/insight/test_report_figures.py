"""A report's figures equal an independent count in Python over everything there is, whatever it is narrowed to."""

from __future__ import annotations

import csv
import io
import statistics
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from relevo import clock
from relevo import desk as tickets
from relevo.db import Database, UnitOfWork
from relevo.insight.reports import Filters, Wanted, figures, rows
from relevo.insight.reports.costs import Costs
from relevo.insight.reports.periods import Period
from tests.support import reporting
from tests.support.postgres import Postgres

ZONE = ZoneInfo("America/Mexico_City")
MONDAY = datetime(2026, 11, 2, tzinfo=ZONE)
NOW = MONDAY + timedelta(days=14, hours=9)
WEEK = Period(date(2026, 11, 9), date(2026, 11, 15), ZONE, "week")
TARGETS = {
    "first": {"critical": 15, "urgent": 30},
    "resolution": {"critical": 1440, "urgent": 1440},
}
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def lived(postgres: Postgres) -> Iterator[tuple[str, reporting.Desk]]:
    """Two weeks of a desk, made once for all tests here."""
    with postgres.clone() as url:
        made = Database(lambda: url)
        with made.unit_of_work(publish=False) as uow:
            desk = reporting.desk(uow, 90)
            reporting.live(uow, desk, MONDAY.astimezone(UTC), 14, 16)
        made.close()
        yield url, desk


@pytest.fixture
def reading(lived: tuple[str, reporting.Desk]) -> Iterator[UnitOfWork]:
    """A unit of work over it, on the Monday after."""
    database = Database(lambda: lived[0])
    with clock.frozen(NOW.astimezone(UTC)), database.unit_of_work(publish=False) as uow:
        yield uow
    database.close()


def wanted(scope: tickets.Scope = tickets.EVERYTHING, **filters: Any) -> Wanted:
    return Wanted("weekly", WEEK, scope, "es", Filters(**filters))


def within(at: datetime | None) -> bool:
    return at is not None and MONDAY + timedelta(days=7) <= at < MONDAY + timedelta(days=14)


def seconds(since: datetime, until: datetime) -> float:
    return (until - since).total_seconds()


def kept_in_time(ticket: dict[str, Any]) -> tuple[bool | None, bool | None]:
    """Whether the promises of a first response and of a resolution were kept; None where nothing can be said."""
    end = ticket["resolved_at"] or ticket["closed_at"]
    response = ticket["first_response_at"] or end
    first, last = TARGETS["first"].get(ticket["priority"]), TARGETS["resolution"].get(ticket["priority"], 2880)
    began = max(ticket["created_at"], ticket["reopened_at"] or ticket["created_at"])
    return (
        promise(ticket, ticket["created_at"], first, response),
        promise(ticket, began, last, end),
    )


def promise(ticket: dict[str, Any], since: datetime, minutes: int | None, at: datetime | None) -> bool | None:
    if minutes is None:
        return None
    due = since + timedelta(minutes=minutes)
    if at is not None:
        return at <= due
    return False if due < NOW and ticket["status"] != "waiting" else None


def counted(everything: Rows, escalations: Rows) -> dict[str, Any]:
    """The figures of these tickets."""
    created = [t for t in everything if within(t["created_at"])]
    resolved = [t for t in everything if within(t["resolved_at"])]
    first = sorted(
        seconds(t["created_at"], t["first_response_at"]) for t in everything if within(t["first_response_at"])
    )
    last = sorted(seconds(t["created_at"], t["resolved_at"]) for t in resolved)
    kept = [pair for t in created if (pair := kept_in_time(t)) != (None, None)]
    ours, end = {t["id"] for t in everything}, MONDAY + timedelta(days=14)
    unfinished = [
        t
        for t in everything
        if t["created_at"] < end and not ((t["resolved_at"] or t["closed_at"] or NOW + timedelta(1)) < end)
    ]

    def share(which: list[bool | None]) -> Any:
        known = [each for each in which if each is not None]
        return pytest.approx(sum(known) / len(known))

    return {
        "created": len(created),
        "resolved": len(resolved),
        "backlog": len(unfinished),
        "reopened": sum(within(t["reopened_at"]) for t in everything),
        "escalated": sum(row["ticket_id"] in ours and within(row["at"]) for row in escalations),
        "first_response_mean": pytest.approx(statistics.fmean(first)),
        "first_response_p50": pytest.approx(statistics.median(first)),
        "first_response_p90": pytest.approx(ninth(first)),
        "resolution_mean": pytest.approx(statistics.fmean(last)),
        "resolution_p50": pytest.approx(statistics.median(last)),
        "resolution_p90": pytest.approx(ninth(last)),
        "sla": share([False not in pair for pair in kept]),
        "sla_missed": sum(False in pair for pair in kept),
        "sla_first_response": share([pair[0] for pair in kept]),
        "sla_resolution": share([pair[1] for pair in kept]),
    }


def ninth(ordered: list[float]) -> float:
    """What nine of ten do not exceed, between neighbours where it falls between them."""
    place = 0.9 * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def all_tickets(uow: UnitOfWork) -> Rows:
    return uow.all("SELECT * FROM desk.ticket WHERE deleted_at IS NULL")


@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"categories": ["billing", "returns"]},
        {"sources": ["email"], "tags": ["factura"]},
        {"priorities": ["urgent"]},
    ],
    ids=["everything", "category", "source and tag", "priority"],
)
def test_the_tickets_figures_equal_a_count_over_all_tickets(reading: UnitOfWork, filters: dict[str, Any]) -> None:
    # Given two weeks of a desk
    def chosen(ticket: dict[str, Any]) -> bool:
        return (
            ticket["category"] in filters.get("categories", [ticket["category"]])
            and ticket["source"] in filters.get("sources", [ticket["source"]])
            and ticket["priority"] in filters.get("priorities", [ticket["priority"]])
            and bool(set(ticket["tags"]) & set(filters.get("tags", ticket["tags"] or [""])) or not filters.get("tags"))
        )

    escalations = reading.all("SELECT ticket_id, at FROM desk.escalation")
    expected = counted([ticket for ticket in all_tickets(reading) if chosen(ticket)], escalations)
    # When the second week is measured
    found = figures.compare(reading, wanted(**filters)).now
    # Then every figure of tickets is that
    assert {name: found.values[name] for name in expected} == expected
    assert sum(row["created"] for row in found.trend) == expected["created"] == sum(map(sum, found.heat))
    assert sum(row["resolved"] for row in found.trend) == expected["resolved"]


def test_a_branchs_figures_are_of_its_tickets(reading: UnitOfWork, lived: tuple[str, reporting.Desk]) -> None:
    # Given tickets of two branches and of none
    branch = lived[1].branches[0]
    escalations = reading.all("SELECT ticket_id, at FROM desk.escalation")
    for nobodys in (False, True):
        scope = tickets.Scope(frozenset({branch}), none=nobodys)
        theirs = {branch, None} if nobodys else {branch}
        expected = counted([t for t in all_tickets(reading) if t["branch_id"] in theirs], escalations)
        # When one of them is measured, with what is nobody's or without
        found = figures.compare(reading, wanted(scope)).now.values
        # Then only those count
        assert {name: found[name] for name in expected} == expected
        # And nothing is said of what the whole company earns by it
        assert "roi" not in found


def test_tickets_are_divided_as_a_count_divides_them(reading: UnitOfWork) -> None:
    # Given the tickets opened in the week
    created = [t for t in all_tickets(reading) if within(t["created_at"])]
    # When it is measured
    found = figures.compare(reading, wanted()).now
    # Then the parts are those, and so are the days
    for dimension in ("category", "source", "priority"):
        expected = Counter(t[dimension] or "" for t in created)
        assert {row["key"]: row["created"] for row in found.by[dimension] if row["created"]} == expected
    by_tag = Counter(tag for t in created for tag in t["tags"])
    assert {row["key"]: row["created"] for row in found.by["tag"]} == by_tag
    by_day = Counter(t["created_at"].astimezone(ZONE).date() for t in created)
    assert [row["created"] for row in found.trend] == [by_day[WEEK.first + timedelta(days=n)] for n in range(7)]
    resolved = Counter(t["agent_id"] for t in all_tickets(reading) if within(t["resolved_at"]))
    assert {row["agent_id"]: row["resolved"] for row in found.agents} == resolved


def test_satisfaction_equals_a_count_over_all_ratings(reading: UnitOfWork) -> None:
    # Given everything customers said
    ours = {ticket["id"] for ticket in all_tickets(reading)}
    said = [r for r in reading.all("SELECT * FROM desk.feedback") if r["ticket_id"] in ours and within(r["created_at"])]
    ratings, nps = [r["rating"] for r in said], [r["nps"] for r in said if r["nps"] is not None]
    # When the week is measured
    found = figures.compare(reading, wanted()).now
    # Then CSAT is the share of fours and fives, NPS promoters less detractors
    assert found.values["csat"] == pytest.approx(sum(r >= 4 for r in ratings) / len(ratings))
    assert found.values["rating"] == pytest.approx(statistics.fmean(ratings))
    score = 100 * (sum(n >= 9 for n in nps) - sum(n <= 6 for n in nps)) / len(nps)
    assert (found.values["nps"], found.values["nps_answers"]) == (pytest.approx(score), len(nps))
    assert found.ratings == {n: ratings.count(n) for n in range(1, 6)}


class Contact:
    """A run of the bot's turns, counted by hand."""

    def __init__(self, customer: UUID, conversation: UUID, turns: Rows) -> None:
        self.customer, self.conversation, self.turns = customer, conversation, turns
        self.begins, self.ends = turns[0]["created_at"], turns[-1]["created_at"]

    def counts(self) -> bool:
        return any(turn["decision"] != "greeting" for turn in self.turns)


def contacts(uow: UnitOfWork) -> list[Contact]:
    turns = uow.all(
        "SELECT t.*, c.customer_id FROM knowledge.chatbot_turn AS t"
        " JOIN inbox.conversation AS c ON c.id = t.conversation_id ORDER BY t.conversation_id, t.id"
    )
    runs: list[Rows] = []
    for turn in turns:
        goes_on = (
            runs
            and runs[-1][-1]["conversation_id"] == turn["conversation_id"]
            and turn["created_at"] - runs[-1][-1]["created_at"] <= timedelta(hours=1)
        )
        runs[-1].append(turn) if goes_on else runs.append([turn])
    found = [Contact(run[0]["customer_id"], run[0]["conversation_id"], run) for run in runs]
    return [contact for contact in found if contact.counts()]


def test_the_bots_resolution_is_assumed_and_verified_as_a_count_says(reading: UnitOfWork) -> None:
    # Given all contacts with the bot, what people took from it, and everybody's tickets
    everything = contacts(reading)
    taken = reading.all("SELECT conversation_id, at FROM inbox.conversation_change WHERE field = 'owner'")
    opened = [(t["customer_id"], t["created_at"]) for t in all_tickets(reading)]
    after = timedelta(hours=72)

    def alone(one: Contact) -> bool:
        handed_over = any(turn["decision"] == "handed_over" for turn in one.turns)
        until = one.ends + timedelta(hours=1)
        return not handed_over and not any(
            row["conversation_id"] == one.conversation and one.begins <= row["at"] <= until for row in taken
        )

    def returned(one: Contact) -> bool:
        again = any(o.customer == one.customer and one.ends < o.begins <= one.ends + after for o in everything)
        return again or any(who == one.customer and one.ends < at <= one.ends + after for who, at in opened)

    ours = [contact for contact in everything if within(contact.begins)]
    due = [contact for contact in ours if contact.ends + after <= NOW]
    verified = [contact for contact in due if alone(contact) and not returned(contact)]
    # When the week is measured
    values = figures.compare(reading, wanted()).now.values
    # Then both rates are those, and what cannot be judged yet is told apart
    assert values["contacts"] == len(ours)
    assert values["bot_assumed"] == pytest.approx(sum(map(alone, ours)) / len(ours))
    assert values["bot_verified"] == pytest.approx(len(verified) / len(due))
    assert values["contacts_pending"] == len(ours) - len(due) > 0
    assert 0 < values["bot_verified"] < values["bot_assumed"]  # type: ignore[operator]
    # And what it is worth follows from them
    costs, rate = Costs(), len(verified) / len(due)
    model = sum(
        float(row["cost"]) for row in reading.all("SELECT cost, at FROM platform.model_call") if within(row["at"])
    )
    hours = len(ours) * rate * costs.minutes_per_ticket / 60
    spent = model * costs.usd_rate + costs.platform_month * 7 / (365.25 / 12)
    assert values["hours_saved"] == pytest.approx(hours)
    assert values["savings"] == pytest.approx(hours * costs.agent_hour)
    assert values["automation_cost"] == pytest.approx(spent)
    assert values["roi"] == pytest.approx((hours * costs.agent_hour - spent) / spent)


def test_the_week_before_is_measured_like_the_week(reading: UnitOfWork) -> None:
    # Given the figures of both weeks, asked for as reports of their own
    compared = figures.compare(reading, wanted())
    earlier = figures.compare(reading, Wanted("weekly", WEEK.before(), tickets.EVERYTHING, "es")).now
    # Then what a week is compared with is the other's own
    assert compared.before == earlier.values


def test_the_rows_behind_the_figures_add_up_to_them(reading: UnitOfWork) -> None:
    # Given a measured week
    asked = wanted()
    values = figures.compare(reading, asked).now.values
    # When its files are read as a spreadsheet reads them
    found = {
        name: list(csv.DictReader(io.StringIO(b"".join(rows.stream(reading, query, asked)).decode("utf-8-sig"))))
        for name, query in rows.files(asked).items()
    }
    # Then counting their rows gives the figures
    by_ticket, by_contact = found["tickets"], found["contacts"]
    assert sum(row["created"] == "t" for row in by_ticket) == values["created"]
    assert sum(row["pending"] == "t" for row in by_ticket) == values["backlog"]
    assert sum(int(row["escalations"]) for row in by_ticket) == values["escalated"]
    mean = statistics.fmean(float(row["resolution_seconds"]) for row in by_ticket if row["resolved"] == "t")
    assert mean == pytest.approx(values["resolution_mean"], abs=1)
    assert len(found["ratings"]) == values["ratings"]
    assert len(by_contact) == values["contacts"]
    good = [row for row in by_contact if row["due"] == row["alone"] == "t" and row["returned"] == "f"]
    assert len(good) / sum(row["due"] == "t" for row in by_contact) == pytest.approx(values["bot_verified"])
    dollars = sum(float(row["cost"]) for row in found["models"])
    spent = dollars * Costs().usd_rate + Costs().platform_month * 7 / (365.25 / 12)
    assert dollars > 0 and spent == pytest.approx(values["automation_cost"])
    # And nothing a customer wrote is taken for a formula
    assert {row["subject"][0] for row in by_ticket if "1+1" in row["subject"]} == {"'"}
