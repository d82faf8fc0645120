"""Every figure of the dashboard equals an independent count over what happened, in the branches the caller sees."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from relevo import clock, desk, ids, inbox
from relevo.db import Database, UnitOfWork, transition
from relevo.insight import FIGURES
from relevo.texts import LANGUAGES
from tests.integration.api.conftest import Api
from tests.support import world
from tests.support.gateway import content

DASHBOARD = "/api/support/dashboard"
START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The clock, held; move it on. Ids are made by it, whatever ids this process made before."""
    monkeypatch.setattr(ids, "_last_tick", 0)
    with clock.frozen(START) as advance:
        yield advance


def limited_to(*branches: UUID) -> dict[str, Any]:
    user = {"user": str(ids.new_id()), "role": "supervisor", "branches": " ".join(map(str, branches))}
    return {"principal": "user:x", "user": user}


def write(uow: UnitOfWork, conversation_id: UUID, direction: str) -> None:
    """A message of a conversation, now."""
    author = {"in": "customer", "out": "bot", "note": "agent"}[direction]
    uow.execute(
        "INSERT INTO inbox.message (id, conversation_id, channel_account_id, direction, author, kind, status,"
        " stored_at) SELECT %s, id, channel_account_id, %s, %s, 'text', %s, %s FROM inbox.conversation WHERE id = %s",
        (ids.new_id(), direction, author, "noted" if direction == "note" else "sent", clock.now(), conversation_id),
    )


def turn(uow: UnitOfWork, conversation_id: UUID, decision: str) -> None:
    """What the bot did in a conversation, now."""
    uow.execute(
        "INSERT INTO knowledge.chatbot_turn (id, conversation_id, question, answer, confidence, decision, reason,"
        " created_at) VALUES (%s, %s, '¿…?', '…', 0.9, %s, '', %s)",
        (ids.new_id(), conversation_id, decision, clock.now()),
    )


def hand_over(uow: UnitOfWork, conversation_id: UUID) -> None:
    """The conversation leaves the bot, whoever made it so."""
    conversation = inbox.get(uow, conversation_id)
    transition(uow, "inbox.conversation_change", conversation_id, {"owner": ("bot", "queue")}, actor="bot")
    uow.execute(
        "UPDATE inbox.conversation SET owner = 'queue', owner_version = owner_version + 1 WHERE id = %s",
        (conversation.id,),
    )


def conversations(uow: UnitOfWork, branch_id: UUID, count: int) -> list[UUID]:
    account_id = world.account(uow, branch_id, external_id=str(branch_id))
    return [
        world.conversation(
            uow, account_id, world.customer(uow, f"Customer {n}"), phone=f"57300{branch_id.int % 10**6}{n}"
        )
        for n in range(count)
    ]


def read(api: Api, **asked: Any) -> dict[str, Any]:
    answer = api("GET", DASHBOARD, **asked)
    assert answer["statusCode"] == 200, answer["body"]
    told: dict[str, Any] = content(answer)
    return told


def test_the_hours_equal_a_count_over_all_messages(api: Api, database: Database, later: Any) -> None:
    # Given a day of messages of two branches, and looks at the dashboard in between
    luck = random.Random(7)
    with database.unit_of_work() as uow:
        open_now = [id_ for code in ("norte", "sur") for id_ in conversations(uow, world.branch(uow, code), 3)]
    for _ in range(60):
        later(timedelta(minutes=luck.randrange(1, 45)))
        with database.unit_of_work() as uow:
            for _ in range(luck.randrange(4)):
                write(uow, luck.choice(open_now), luck.choice(["in", "out", "out", "note"]))
            if luck.random() < 0.3:
                world.ticket(uow)
        if luck.random() < 0.2:
            read(api)
    # When the dashboard is read
    hourly = read(api)["hourly"]
    # Then its 24 hours hold what the messages and tickets say
    with database.unit_of_work() as uow:
        rows = uow.all(
            "SELECT date_trunc('hour', stored_at, 'UTC') AS hour,"
            " count(*) FILTER (WHERE direction = 'in') AS messages_in,"
            " count(*) FILTER (WHERE direction = 'out') AS messages_out FROM inbox.message GROUP BY 1"
        )
        tickets = uow.all("SELECT date_trunc('hour', created_at, 'UTC') AS hour, count(*) FROM desk.ticket GROUP BY 1")
    expected = {row["hour"]: (row["messages_in"], row["messages_out"]) for row in rows}
    opened = {row["hour"]: row["count"] for row in tickets}
    last = clock.now().replace(minute=0)
    for n, told in enumerate(hourly):
        hour = last - (23 - n) * HOUR
        assert datetime.fromisoformat(told["hour"]) == hour
        assert (told["messages_in"], told["messages_out"]) == expected.get(hour, (0, 0))
        assert told["tickets"] == opened.get(hour, 0)
    assert sum(told["messages_in"] for told in hourly) > 0


@pytest.mark.parametrize("seed", range(3))
def test_the_bots_rate_counts_each_conversation_once(
    api: Api,
    database: Database,
    later: Any,
    seed: int,
) -> None:
    # Given conversations that the bot answers again and again, and hands over hours later, or never
    luck = random.Random(seed)
    begun: dict[UUID, datetime] = {}
    left: dict[UUID, datetime] = {}
    with database.unit_of_work() as uow:
        open_now = conversations(uow, world.branch(uow), 25)
    for _ in range(120):
        later(timedelta(minutes=luck.randrange(1, 30)))
        with database.unit_of_work() as uow:
            chosen = luck.choice(open_now)
            if chosen not in left:
                turn(uow, chosen, luck.choice(["greeting", "answered", "answered"]))
                if uow.one(
                    "SELECT 1 FROM knowledge.chatbot_turn WHERE decision = 'answered' AND conversation_id = %s",
                    (chosen,),
                ):
                    begun.setdefault(chosen, clock.now())
                if luck.random() < 0.2:
                    hand_over(uow, chosen)
                    left[chosen] = clock.now()
        if luck.random() < 0.2:
            read(api)
    for period in ("6h", "24h", "7d"):
        # When a period is read
        told = read(api, query={"period": period})["bot"]
        # Then of the conversations begun in it, those that ever left the bot after that are not the bot's
        since = clock.now().replace(minute=0) - timedelta(hours={"6h": 6, "24h": 24, "7d": 168}[period])
        cohort = [conversation for conversation, at in begun.items() if at >= since]
        to_people = [conversation for conversation in cohort if conversation in left]
        assert (told["answered"], told["handed_over"]) == (len(cohort) - len(to_people), len(to_people))
        expected = (len(cohort) - len(to_people)) / len(cohort) if cohort else None
        assert told["resolution_rate"] == pytest.approx(expected)


def test_who_waits_longest_comes_first(api: Api, database: Database, later: Any) -> None:
    # Given twelve customers of two branches nobody has answered, and one who was
    with database.unit_of_work() as uow:
        open_now = [id_ for code in ("norte", "sur") for id_ in conversations(uow, world.branch(uow, code), 7)]
        random.Random(1).shuffle(open_now)
        for n, conversation_id in enumerate(open_now[:12]):
            since = START - n * MINUTE
            uow.execute("UPDATE inbox.conversation SET waiting_since = %s WHERE id = %s", (since, conversation_id))
    # When the dashboard is read
    waiting = read(api)["waiting"]
    # Then the ten who wait longest are named, the longest first
    assert [each["conversation_id"] for each in waiting] == [str(id_) for id_ in open_now[11:1:-1]]
    assert waiting[0]["customer"].startswith("Customer ")


def test_what_goes_on_now(api: Api, database: Database, later: Any) -> None:
    # Given conversations of the bot, one of them long silent, in the queue and with an agent
    with database.unit_of_work() as uow:
        branch_id = world.branch(uow)
        silent, _, queue, held = conversations(uow, branch_id, 4)
        agent_id = world.agent(uow, world.department(uow), "Lucía", max_conversations=3)
        uow.execute("UPDATE inbox.conversation SET last_message_at = %s WHERE id = %s", (START - 25 * HOUR, silent))
        hand_over(uow, queue)
        uow.execute(
            "UPDATE inbox.conversation SET owner = 'agent', owner_agent_id = %s WHERE id = %s", (agent_id, held)
        )
        uow.execute("UPDATE desk.agent SET seen_at = %s WHERE id = %s", (START, agent_id))
    # When the dashboard is read
    told = read(api)
    # Then each is counted with whoever holds it, and the agent's load is told
    assert told["active"] == {"total": 3, "bot": 1, "queue": 1, "agents": 1}
    assert told["agents"] == [
        {
            "agent": {"id": str(agent_id), "name": "Lucía"},
            "available": True,
            "online": True,
            "conversations": 1,
            "tickets": 0,
            "max_conversations": 3,
        }
    ]


def test_tickets_count_by_what_people_did(api: Api, database: Database, later: Any) -> None:
    # Given ten tickets, answered after 1 to 10 minutes and resolved after 10 to 100, with tags and ratings
    with database.unit_of_work() as uow:
        made = [world.ticket(uow, category="billing", tags=("router",)).id for _ in range(10)]
        world.ticket(uow, category="general", tags=("billing",))
    for n, ticket_id in enumerate(made, start=1):
        with clock.frozen(START + n * MINUTE), database.unit_of_work() as uow:
            desk.answered(uow, ticket_id)
        with clock.frozen(START + n * 10 * MINUTE), database.unit_of_work() as uow:
            desk.update_ticket(uow, ticket_id, {"status": "resolved"}, actor="ana")
            desk.give_feedback(uow, ticket_id, 1 + n % 5)
    with database.unit_of_work() as uow:
        uow.execute(
            "INSERT INTO desk.escalation (ticket_id, rule_id, since, at)"
            " SELECT %s, id, %s, %s FROM desk.escalation_rule LIMIT 2",
            (made[0], START, START + 99 * MINUTE),
        )
        desk.delete_ticket(uow, made[-1], actor="ana")
    # When the dashboard is read an hour and three quarters later
    later(105 * MINUTE)
    told = read(api)
    # Then nine are counted, one being deleted
    assert told["first_response"] == {"mean_seconds": 300.0, "p90_seconds": pytest.approx(492.0), "count": 9}
    assert told["resolution"] == {"mean_seconds": 3000.0, "p90_seconds": pytest.approx(4920.0), "count": 9}
    assert (told["resolved_last_hour"], told["escalated_last_hour"]) == (5, 2)
    assert told["problems"] == [{"label": "billing", "count": 9}, {"label": "router", "count": 9}]
    assert told["ratings"] == {
        "mean": pytest.approx(29 / 9),
        "count": 9,
        "by_rating": {"1": 1, "2": 2, "3": 2, "4": 2, "5": 2},
    }


def test_each_caller_sees_their_branches(api: Api, database: Database, later: Any) -> None:
    # Given the same happening in two branches, and a ticket of none
    with database.unit_of_work() as uow:
        north, south = world.branch(uow, "norte"), world.branch(uow, "sur")
        for branch_id in (north, south):
            for conversation_id in conversations(uow, branch_id, 2):
                write(uow, conversation_id, "in")
                turn(uow, conversation_id, "answered")
                uow.execute("UPDATE inbox.conversation SET waiting_since = %s", (START,))
            desk.answered(uow, world.ticket(uow, branch_id=branch_id).id)
        desk.answered(uow, world.ticket(uow).id)
    # When everybody's, the north's alone, and those of somebody of the north are read
    everything = read(api)
    ours, north_alone = read(api, **limited_to(north)), read(api, query={"branch": str(north)}, **limited_to(north))

    def of(told: dict[str, Any]) -> tuple[int, ...]:
        messages = sum(hour["messages_in"] for hour in told["hourly"])
        tickets = sum(hour["tickets"] for hour in told["hourly"])
        return (
            *(messages, tickets, told["active"]["total"], told["bot"]["answered"]),
            *(len(told["waiting"]), told["first_response"]["count"]),
        )

    # Then each has what they may see
    assert of(everything) == (4, 3, 4, 4, 4, 3)
    assert of(ours) == (2, 2, 2, 2, 2, 2)
    assert of(north_alone) == (2, 1, 2, 2, 2, 1)
    # And another's branch is refused
    assert api("GET", DASHBOARD, query={"branch": str(south)}, **limited_to(north))["statusCode"] == 403


def test_without_anything_there_is_a_dashboard(api: Api, database: Database) -> None:
    # Given a company on its first day
    # When it looks
    told = read(api)
    # Then there are zeros, and nothing where a mean or a rate would need something
    assert told["active"]["total"] == 0 and told["waiting"] == [] and len(told["hourly"]) == 24
    assert told["bot"]["resolution_rate"] is None and told["first_response"]["mean_seconds"] is None
    assert told["ratings"] == {"mean": None, "count": 0, "by_rating": dict.fromkeys("12345", 0)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_has_its_sentence(api: Api, database: Database, language: str) -> None:
    # When the dashboard is read in a language
    told = read(api, headers={"Accept-Language": f"{language}-MX,{language};q=0.9"})
    # Then each of its figures is explained in it
    assert set(told["formulas"]) == set(FIGURES) == set(told) - {"at", "formulas"}
    assert ("the" in told["formulas"]["bot"].split()) is (language == "en")


@pytest.mark.parametrize("period", ["32d", "1000h", "week"])
def test_a_period_too_long_is_refused(api: Api, database: Database, period: str) -> None:
    # When more than a month is asked for, then the refusal says so
    assert api("GET", DASHBOARD, query={"period": period})["statusCode"] == 422


def test_many_who_look_at_once_cost_one_reading(api: Api, database: Database, later: Any) -> None:
    # Given a dashboard somebody has just read
    before = read(api)
    with database.unit_of_work() as uow:
        conversations(uow, world.branch(uow), 1)
    # When others look within five seconds, and after
    later(timedelta(seconds=4))
    soon = read(api)
    later(timedelta(seconds=2))
    # Then they are given the same, and then the new one
    assert soon == before and read(api)["active"]["bot"] == 1
