"""One owner at a time, by version; holds that end by themselves; people always win over the bot."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.release.handler import handler as release
from infra.local.pipeline import Pipeline
from relevo import clock, ids, inbox
from relevo.db import Database, UnitOfWork
from relevo.errors import PermanentError
from relevo.events import ScheduleFired
from relevo.inbox import Actor
from tests.support import inbox as people
from tests.support import meta, world
from tests.support.broker import MemoryMessaging, detail
from tests.support.lambdas import failed, sqs

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ANA, BETO = Actor("user:ana", ids.new_id()), Actor("user:beto", ids.new_id())
SOL = Actor("user:sol", ids.new_id(), leads=True)


def conversation(uow: UnitOfWork, *, says: str | None = None) -> UUID:
    known = uow.one("SELECT id FROM inbox.channel_account")
    number: UUID = known["id"] if known is not None else world.account(uow, world.branch(uow))
    return people.conversation(uow, number, says=says)


def minute_passes(at: datetime) -> None:
    """The schedule fires, delivered twice as a queue may."""
    event = sqs(ScheduleFired(schedule="release", due_at=at))
    for _ in range(2):
        assert failed(release(event, None)) == []


def owners(uow: UnitOfWork, conversation_id: UUID) -> list[tuple[str, str, str]]:
    rows = uow.all(
        "SELECT old, new, actor FROM inbox.conversation_change WHERE conversation_id = %s AND field = 'owner'"
        " ORDER BY at, id",
        (conversation_id,),
    )
    return [(row["old"], row["new"], row["actor"]) for row in rows]


def test_taking_is_a_new_version_with_its_history_and_its_event(database: Database, sent: MemoryMessaging) -> None:
    # Given a conversation the bot holds
    with database.unit_of_work() as uow:
        held = conversation(uow)
        # When an agent takes it
        taken = inbox.take(uow, held, ANA, 1)
        # Then they hold it under the next version
        assert (taken.owner, taken.owner_agent_id, taken.owner_version) == ("agent", ANA.agent_id, 2)
        assert owners(uow, held) == [("bot", f"agent:{ANA.agent_id}", "user:ana")]
    # And it is told, with whose load changed
    told = {message.name: detail(message) for message in sent.facts}
    assert told["conversation.owner_changed"]["owner_version"] == 2
    assert told["agent.changed"]["agent_id"] == str(ANA.agent_id)


def test_a_lost_race_changes_nothing_and_carries_what_is(database: Database) -> None:
    # Given a conversation one agent has just taken
    with database.unit_of_work() as uow:
        held = conversation(uow)
        inbox.take(uow, held, ANA, 1)
    # When another, who saw it before, takes it, and a supervisor closes in on the same version
    for late in (BETO, SOL):
        with pytest.raises(inbox.LostRace) as lost, database.unit_of_work() as uow:
            inbox.take(uow, held, late, 1)
        # Then they learn who has it
        assert lost.value.conversation.owner_agent_id == ANA.agent_id
    with database.unit_of_work() as uow:
        assert len(owners(uow, held)) == 1


def test_an_idle_hold_ends_after_five_minutes_for_the_bot(database: Database) -> None:
    # Given an agent who answered and went for coffee
    with clock.frozen(NOON) as advance, database.unit_of_work() as uow:
        held = conversation(uow, says="¿abren hoy?")
        mine = inbox.take(uow, held, ANA)
        inbox.queue_reply(
            uow, mine, "Sí, hasta las seis", author="agent", owner_version=mine.owner_version, agent_id=ANA.agent_id
        )
    with clock.frozen(NOON) as advance:
        # When four minutes pass, then it is still theirs
        advance(5 * MINUTE - timedelta(seconds=1))
        minute_passes(NOON)
        with database.unit_of_work() as uow:
            assert inbox.get(uow, held).owner_agent_id == ANA.agent_id
        # When five have passed, then the bot has it
        advance(timedelta(seconds=1))
        minute_passes(NOON + MINUTE)
    with database.unit_of_work() as uow:
        assert inbox.get(uow, held).owner == "bot"
        assert owners(uow, held)[-1] == (f"agent:{ANA.agent_id}", "bot", "release")


def test_an_idle_hold_ends_in_the_queue_while_the_customer_waits(database: Database) -> None:
    # Given an agent who took a conversation and never answered
    with clock.frozen(NOON) as advance:
        with database.unit_of_work() as uow:
            held = conversation(uow, says="¿abren hoy?")
            inbox.take(uow, held, ANA)
        # When the hold ends
        advance(5 * MINUTE)
        minute_passes(NOON)
    # Then it waits for people, and the customer's clock goes on
    with database.unit_of_work() as uow:
        after = inbox.get(uow, held)
        assert (after.owner, after.waiting_since) == ("queue", NOON)


def test_every_act_of_the_holder_prolongs_the_hold_and_nobody_elses(database: Database) -> None:
    # Given a conversation an agent took at noon
    with clock.frozen(NOON) as advance:
        with database.unit_of_work() as uow:
            held = conversation(uow, says="hola")
            mine = inbox.take(uow, held, ANA)
        # When they type, and write, each four minutes later
        advance(4 * MINUTE)
        with database.unit_of_work() as uow:
            assert inbox.prolong_hold(uow, held, ANA.agent_id or ids.new_id())
        advance(4 * MINUTE)
        with database.unit_of_work() as uow:
            inbox.queue_reply(
                uow, mine, "un momento", author="agent", owner_version=mine.owner_version, agent_id=ANA.agent_id
            )
        # And somebody else types
        advance(4 * MINUTE)
        with database.unit_of_work() as uow:
            assert not inbox.prolong_hold(uow, held, BETO.agent_id or ids.new_id())
        minute_passes(NOON + 12 * MINUTE)
        with database.unit_of_work() as uow:
            assert inbox.get(uow, held).owner_agent_id == ANA.agent_id
        # Then it ends five minutes after the holder's last act
        advance(MINUTE)
        minute_passes(NOON + 13 * MINUTE)
    with database.unit_of_work() as uow:
        assert inbox.get(uow, held).owner == "bot"


def test_holds_are_ended_once_by_many_at_once(database: Database, database_url: str, sent: MemoryMessaging) -> None:
    # Given two hundred and fifty holds that ended
    with database.unit_of_work() as uow:
        held = [conversation(uow) for _ in range(250)]
        with clock.frozen(clock.now() - 6 * MINUTE):
            for each in held:
                inbox.take(uow, each, ANA)
    # When four runs meet
    ended: list[int] = []

    def run() -> None:
        own = Database(lambda: database_url)
        ended.append(inbox.end_holds(own))
        own.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Then each was ended by one of them
    assert sum(ended) == 250
    with database.unit_of_work() as uow:
        rows = uow.all("SELECT owner, owner_version, count(*) AS n FROM inbox.conversation GROUP BY 1, 2")
    assert rows == [{"owner": "bot", "owner_version": 3, "n": 250}]


def test_eight_who_take_the_same_conversations_win_one_each(database: Database, database_url: str) -> None:
    # Given fifty conversations and eight agents
    with database.unit_of_work() as uow:
        wanted = [conversation(uow) for _ in range(50)]
    outcomes: list[tuple[UUID, UUID | None, str]] = []
    start = threading.Barrier(8)

    def want(by: Actor, share: list[UUID]) -> None:
        own = Database(lambda: database_url)
        start.wait()
        for each in share:
            try:
                with own.unit_of_work(publish=False) as uow:
                    inbox.take(uow, each, by, 1)
                outcomes.append((each, by.agent_id, "won"))
            except inbox.LostRace as lost:
                outcomes.append((each, lost.conversation.owner_agent_id, "lost"))
        own.close()

    # When each conversation is wanted by four of them
    agents = [Actor(f"user:{n}", ids.new_id()) for n in range(8)]
    threads = [threading.Thread(target=want, args=(by, wanted[n % 2 :: 2])) for n, by in enumerate(agents)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Then one of the four has it, and the others were told who
    assert Counter(outcome for _, _, outcome in outcomes) == {"won": 50, "lost": 150}
    winners = {each: agent for each, agent, outcome in outcomes if outcome == "won"}
    assert all(winners[each] == agent for each, agent, _ in outcomes)


def test_a_reply_on_the_phone_silences_the_bot_for_five_minutes(pipeline: Pipeline, database: Database) -> None:
    # Given a customer, an answer of the bot that waits to be sent, and a person who answers in the phone app
    with clock.frozen(clock.now()) as advance:
        write(pipeline, meta.webhook(meta.text_message("hola", wamid="wamid.1")))
        with database.unit_of_work() as uow:
            (row,) = uow.all("SELECT id FROM inbox.conversation")
            seen = inbox.get(uow, row["id"])
            queued = inbox.queue_reply(uow, seen, "Buenas", author="bot", owner_version=seen.owner_version)
        write(pipeline, meta.echo("Ya le llamo"))
        # Then the conversation is people's, nobody waits, and the bot's answer is never sent
        inbox.deliver(database, queued)
        with database.unit_of_work() as uow:
            after = inbox.get(uow, seen.id)
            message = uow.one("SELECT status, error_code FROM inbox.message WHERE id = %s", (queued,))
        assert (after.owner, after.waiting_since, after.outside_until) == ("queue", None, clock.now() + inbox.HOLD)
        assert message == {"status": "cancelled", "error_code": "taken_over"}
        # And an agent who holds it goes on holding it when somebody answers on the phone
        with database.unit_of_work() as uow:
            inbox.take(uow, seen.id, ANA)
        advance(4 * MINUTE)
        write(pipeline, meta.echo("¿Sigue ahí?"))
        with database.unit_of_work() as uow:
            kept = inbox.get(uow, seen.id)
        assert (kept.owner_agent_id, kept.owner_since) == (ANA.agent_id, clock.now())


def write(pipeline: Pipeline, payload: dict[str, Any]) -> None:
    """Deliver a webhook and let `ingest` take it in; nothing further runs."""
    assert pipeline.handler("intake")(meta.post(payload), None)["statusCode"] == 200
    while pipeline._run(pipeline.queues["inbound.fifo"]):
        pass


def test_a_customer_waits_from_the_first_message_nobody_answered(pipeline: Pipeline, database: Database) -> None:
    # Given a customer who writes three times and reacts once
    first = clock.now().replace(microsecond=0) - MINUTE

    def waiting() -> Any:
        with database.unit_of_work() as uow:
            (row,) = uow.all("SELECT waiting_since FROM inbox.conversation")
        return row["waiting_since"]

    reaction = meta.text_message("", at=first - MINUTE) | {
        "type": "reaction",
        "reaction": {"message_id": "x", "emoji": "👍"},
    }
    write(pipeline, meta.webhook(reaction))
    # Then a reaction asks for no answer, and they wait from the first text on
    assert waiting() is None
    for n in range(3):
        write(pipeline, meta.webhook(meta.text_message("hola", at=first + n * timedelta(seconds=10))))
    assert waiting() == first
    # And an answer ends it
    write(pipeline, meta.echo("Dígame"))
    assert waiting() is None


def test_a_closed_conversation_is_taken_up_again_only_if_its_customer_has_no_other(database: Database) -> None:
    # Given a conversation that was closed
    with database.unit_of_work() as uow:
        first = conversation(uow)
        inbox.take(uow, first, ANA)
        inbox.close(uow, first, actor="user:ana", reason="done")
        # When it is taken up again, then people are to go on with it
        assert inbox.reopen(uow, first, actor="user:ana", reason="again")
        assert not inbox.reopen(uow, first, actor="user:ana", reason="again")
        after = inbox.get(uow, first)
        assert (after.state, after.owner, after.owner_version) == ("open", "queue", 3)
        # And closed once more, when its customer has opened another, it stays closed
        inbox.close(uow, first, actor="user:ana", reason="done")
        uow.execute(
            "INSERT INTO inbox.conversation (id, channel_account_id, identity_id, customer_id, branch_id, owner_since,"
            "   last_message_at, opened_at)"
            " SELECT %s, channel_account_id, identity_id, customer_id, branch_id, owner_since, last_message_at,"
            " opened_at FROM inbox.conversation",
            (ids.new_id(),),
        )
        assert not inbox.reopen(uow, first, actor="user:ana", reason="again")
        assert inbox.get(uow, first).state == "closed"


ACTIONS = ("take", "release", "bot", "assign", "transfer", "phone", "hold ends", "close", "reopen", "bot hands over")
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTIONS), st.sampled_from((ANA, BETO, SOL)), st.sampled_from((0, 0, 0, -1))),
    min_size=1,
    max_size=12,
)


@pytest.fixture(scope="module")
def playground(postgres: Any) -> Any:
    with postgres.clone() as url:
        opened = Database(lambda: url)
        yield opened
        opened.close()


@given(steps=STEPS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_done_there_is_one_owner_and_the_history_agrees(
    playground: Database, sent: MemoryMessaging, steps: list[tuple[str, Actor, int]]
) -> None:
    # Given a conversation, and anybody doing anything, now and then with a version that is no more
    with playground.unit_of_work() as uow, clock.frozen(NOON) as advance:
        held = conversation(uow, says="hola")
        before = inbox.get(uow, held)
        for action, by, stale in steps:
            advance(MINUTE)
            try:
                do(uow, held, action, by, before.owner_version + stale)
            except inbox.Denied as denied:
                # Then a refusal changes nothing and tells what is
                assert denied.conversation == inbox.get(uow, held)
            after = inbox.get(uow, held)
            # And a version is never used twice, nor changed without a change of hands
            moved = (before.owner, before.owner_agent_id) != (after.owner, after.owner_agent_id)
            assert after.owner_version >= before.owner_version
            assert after.owner_version == before.owner_version or moved or action == "reopen"
            assert not moved or after.owner_version == before.owner_version + 1
            assert (after.owner == "agent") == (after.owner_agent_id is not None)
            before = after
        # And the history tells the same story, from the bot to who holds it now
        story = owners(uow, held)
        assert [new for _, new, _ in story][:-1] == [old for old, _, _ in story][1:]
        assert not story or story[0][0] == "bot"
        holder = f"agent:{before.owner_agent_id}" if before.owner_agent_id else before.owner
        assert (story[-1][1] if story else "bot") == holder
        assert len(story) == before.owner_version - 1


def do(uow: UnitOfWork, held: UUID, action: str, by: Actor, version: int) -> None:
    seen = inbox.get(uow, held)
    acts: dict[str, Callable[[], object]] = {
        "take": lambda: inbox.take(uow, held, by, version),
        "release": lambda: inbox.release(uow, held, by, version),
        "bot": lambda: inbox.give_to_bot(uow, held, by, version),
        "assign": lambda: inbox.assign(uow, held, BETO.agent_id or ids.new_id(), by, version),
        "transfer": lambda: inbox.transfer_to_queue(uow, held, by, version),
        "phone": lambda: inbox.answer_outside(uow, held, actor="phone", reason="answered"),
        "close": lambda: inbox.close(uow, held, actor=by.name, reason="done"),
        "reopen": lambda: inbox.reopen(uow, held, actor=by.name, reason="again"),
        "hold ends": lambda: (
            seen.owner == "agent" and inbox.change_owner(uow, seen, "bot", actor="release", reason="idle")
        ),
        "bot hands over": lambda: (
            seen.owner == "bot" and inbox.change_owner(uow, seen, "queue", actor="bot", reason="asked")
        ),
    }
    acts[action]()


def test_from_one_branchs_queue_to_anothers_is_a_change_of_hands(database: Database, sent: MemoryMessaging) -> None:
    # Given a conversation that waits in a branch
    with database.unit_of_work() as uow:
        held = conversation(uow)
        inbox.release(uow, held, ANA, 1)
        norte = world.branch(uow, "norte")
        # When it is passed on to another branch
        moved = inbox.transfer_to_queue(uow, held, ANA, 2, branch_id=norte)
        # Then it waits there under a new version: who wanted to take it here is told
        assert (moved.branch_id, moved.owner, moved.owner_version) == (norte, "queue", 3)
        with pytest.raises(inbox.LostRace):
            inbox.take(uow, held, BETO, 2)
        changes = uow.all("SELECT field FROM inbox.conversation_change ORDER BY at, id")
    assert [row["field"] for row in changes] == ["owner", "owner", "branch_id"]
    assert sent.names().count("conversation.owner_changed") == 2


def test_who_is_no_agent_holds_nothing(database: Database) -> None:
    # When somebody who is no agent takes a conversation, then it is refused
    with database.unit_of_work() as uow:
        held = conversation(uow)
        with pytest.raises(PermanentError, match="only an agent"):
            inbox.take(uow, held, Actor("key:abc"))
