"""A summary without a model: whose words it takes, and how it judges how far a matter has come."""

from __future__ import annotations

import pytest

from relevo import ids
from relevo.console.summary.extractive import summarize
from relevo.console.summary.reading import Line, Matter


def matter(*lines: tuple[str, str], answered: bool = False, **facts: object) -> Matter:
    """A conversation of these (author, text) lines; the customer's are open unless `answered`."""
    made = [Line(ids.new_id(), author, text, author == "customer" and not answered) for author, text in lines]
    given: dict[str, object] = {"closed": False, "owner": "bot", "ticket_status": None} | facts
    return Matter(made, upto=made[-1].id if made else None, **given)  # type: ignore[arg-type]


def test_the_last_open_question_is_what_the_customer_wants() -> None:
    # Given a customer who asked, was answered, asked anew and added a word
    conversation = matter(
        ("customer", "¿Cuál es el horario?"),
        ("bot", "De 9 a 18."),
        ("customer", "¿Tienen pastillas de freno para Hilux 2018?"),
        ("customer", "es para hoy"),
    )
    # Then the summary asks that, names what was named, and shows that a purchase is near
    found = summarize(conversation)
    assert found["wants"] == "¿Tienen pastillas de freno para Hilux 2018?"
    assert (found["products"], found["vehicles"]) == (["pastillas de freno"], ["Toyota Hilux 2018"])
    assert found["confidence"] == 75


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("¿cuánto cuesta la batería para un Aveo 2015?", "high"),
        ("¿qué precio tiene?", "medium"),
        ("tengo un Aveo 2015", "medium"),
        ("gracias, muy amable", "low"),
    ],
)
def test_intention_grows_with_price_and_things_named(text: str, expected: str) -> None:
    assert summarize(matter(("customer", text)))["intention"] == expected


@pytest.mark.parametrize(
    ("conversation", "state", "progress"),
    [
        (matter(), "new", 0),
        (matter(("customer", "¿?")), "open question", 20),
        (matter(("customer", "¿?"), owner="agent"), "open question", 20),
        (matter(("customer", "a"), ("agent", "b"), ("customer", "c"), owner="agent"), "being solved", 50),
        (matter(("customer", "a"), ("agent", "b"), owner="agent"), "waiting for customer", 75),
        (matter(("customer", "a"), ticket_status="resolved"), "solved", 100),
        (matter(("customer", "a"), closed=True), "solved", 100),
    ],
)
def test_state_follows_who_spoke_last_who_holds_it_and_the_ticket(
    conversation: Matter, state: str, progress: int
) -> None:
    assert (conversation.state(), conversation.progress()) == (state, progress)


def test_what_was_not_said_stays_empty() -> None:
    # Given a customer who said nothing that asks or names anything
    found = summarize(matter(("customer", "hola")))
    # Then nothing is made up, and the summary is not sure of itself
    assert (found["products"], found["vehicles"], found["intention"]) == ([], [], "low")
    assert found["wants"] == "hola" and found["confidence"] <= 20
