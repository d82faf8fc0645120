"""Whatever dies, and in whatever order things arrive: nothing is lost, nothing is sent twice, the end is the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from random import Random
from typing import Any

import pytest

from tests.integration.faults.harness import System
from tests.support import meta
from tests.support.postgres import Postgres

Webhooks = list[dict[str, Any]]

pytestmark = pytest.mark.timeout(600)  # every point is a whole life of the system


def write(customer: str, text: str, **more: Any) -> dict[str, Any]:
    return meta.webhook(meta.text_message(text, sender=customer, **more), name=f"Cliente {customer[-3:]}")


def picture(customer: str) -> dict[str, Any]:
    image = {"id": "media1", "mime_type": "image/jpeg", "sha256": "x"}
    message = meta.text_message("", sender=customer) | {"type": "image", "image": image}
    del message["text"]
    return meta.webhook(message)


def a_morning() -> list[Webhooks]:
    """A question with an answer and an outage without one: between them they reach every function there is."""
    return [
        [
            write("5215510000201", "¿Cómo descargo mis facturas?"),
            write("5215510000202", "URGENTE: el sistema está caído, no funciona nada"),
        ]
    ]


def a_day() -> list[Webhooks]:
    """Rounds of many customers; each writes once a round, so that what is a turn does not depend on timing."""
    texts = (
        "¿Cómo descargo mis facturas?",
        "Olvidé mi contraseña",
        "How do I cancel my account?",
        "URGENTE: sistema caído, no funciona",
        "hola",
        "¿Venden tractores usados en Marte?",
        "gracias",
        "quiero hablar con una persona",
        "I want a refund",
        "El sistema está muy lento",
    )
    return [
        [write(f"52155100{n:05}", texts[(n + round_) % len(texts)]) for n in range(12)]
        + [picture(f"52155101{round_:05}")]
        for round_ in range(3)
    ]


@pytest.fixture
def clone(postgres: Postgres, seeded: str) -> Callable[[], AbstractContextManager[str]]:
    """Copies of the database that holds the seed."""
    return lambda: postgres.clone(of=seeded)


@pytest.fixture(autouse=True)
def configured(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("RELEVO_META_SECRET", meta.SECRET)
    monkeypatch.setenv("RELEVO_BOT_DEBOUNCE_SECONDS", "0")
    yield


def live(system: System, rounds: list[Webhooks]) -> dict[str, Any]:
    with system.running():
        for webhooks in rounds:
            system.live_through(webhooks)
        return system.state()


def test_a_crash_at_any_point_changes_nothing_in_the_end(
    clone: Callable[[], AbstractContextManager[str]],
) -> None:
    # Given a morning without a crash, and every point it passes
    morning = a_morning()
    with clone() as url:
        clean = System(url)
        expected = live(clean, morning)
    assert expected["unpublished"] == expected["rejected"] == expected["dead"] == []
    points = clean.points.passed
    assert {"before commit", "after commit", "before publish", "after queueing", "before send", "after send"} <= {
        *points
    }
    # When the process dies at each of them in turn
    different = {}
    for number, name in enumerate(points):
        with clone() as url:
            state = live(System(url, crash_at=number), morning)
        if state != expected:
            different[f"{number}: {name}"] = {
                key: (state[key], expected[key]) for key in state if state[key] != expected[key]
            }
    # Then every end is the same
    assert different == {}


def test_a_lone_message_is_sent_once_or_shown_as_unknown(clone: Callable[[], AbstractContextManager[str]]) -> None:
    # Given a single customer, so that no other message's status says that statuses arrive at all
    alone = [[write("5215510000201", "¿Cómo descargo mis facturas?")]]
    with clone() as url:
        clean = System(url)
        expected = live(clean, alone)
    # When the process dies at each point
    for number, name in enumerate(clean.points.passed):
        with clone() as url:
            system = System(url, crash_at=number)
            state = live(system, alone)
        # Then the customer got it once; or, killed between claim and call, not at all, and it shows as unknown
        if state != expected:
            assert [key[-1] for key in state["messages"] if key[1] == "out"] == ["unknown"], name
            assert system.provider.sent == [], name


@pytest.mark.parametrize(("number", "crash_at"), [(0, None), (1, 97), (2, 333), (3, 611)])
def test_a_day_shuffled_duplicated_and_crashed_ends_as_the_clean_one(
    clone: Callable[[], AbstractContextManager[str]], number: int, crash_at: int | None
) -> None:
    # Given a day lived in order
    day = a_day()
    with clone() as url:
        expected = live(System(url), day)
    assert expected["unpublished"] == expected["rejected"] == expected["dead"] == []
    # When webhooks come in any order, a third of them twice, queues are served in any order, and the process dies once
    random = Random(number)
    shuffled = []
    for webhooks in day:
        webhooks = webhooks + random.sample(webhooks, k=len(webhooks) // 3)
        random.shuffle(webhooks)
        shuffled.append(webhooks)
    with clone() as url:
        system = System(url, crash_at, random)
        system.pipeline.queues["inbound.fifo"].seen = _Forgetful()
        state = live(system, shuffled)
    # Then the end is the same
    assert crash_at is None or len(system.points.passed) > crash_at
    assert state == expected


class _Forgetful(set[str]):
    """A FIFO queue whose five minutes of deduplication are always over."""

    def __contains__(self, item: object) -> bool:
        return False
