"""A model's sentence stands only with the figures' own numbers, said the right way round."""

from __future__ import annotations

import pytest

from relevo.insight.reports.document import Figure
from relevo.insight.reports.narrative import Sentence, Story, faults

DATES = ["9 al 15 de noviembre de 2026", "2 al 8 de noviembre de 2026"]


def figure(name: str, text: str, before: str, change: str, moved: float) -> Figure:
    return Figure(
        name=name,
        label=name,
        unit="count",
        value=1,
        previous=1,
        change=moved,
        text=text,
        previous_text=before,
        change_text=change,
        verdict=None,
        formula="",
        rows="",
    )


FIGURES = {
    each.name: each
    for each in (
        figure("created", "1,234", "1,100", "+12.2 %", 0.122),
        figure("csat", "87.5 %", "90.1 %", "-2.6 puntos", -0.026),
        figure("first_response_p50", "2 h 05 min", "1 h 40 min", "+25 %", 0.25),
        figure("savings", "12,345 MXN", "9,876 MXN", "+25 %", 0.25),
    )
}


def fault(text: str, *figures: str) -> str | None:
    found = faults(Story(sentences=[Sentence(text=text, figures=list(figures))]), FIGURES, DATES)
    return found[0] if found else None


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("Llegaron 1,234 tickets, antes 1,100, un aumento de 12.2 %.", ["created"]),
        ("Llegaron 1.234 tickets.", ["created"]),
        ("La satisfacción bajó 2.6 puntos, a 87,5 %.", ["csat"]),
        ("La primera respuesta tardó 2 h 05 min.", ["first_response_p50"]),
        ("Entre el 9 y el 15 de noviembre de 2026 el servicio fue estable.", []),
        ("El bot ahorró 12,345 MXN (+25 %).", ["savings"]),
        ("La semana fue tranquila.", []),
    ],
)
def test_a_sentence_with_the_figures_numbers_stands(text: str, figures: list[str]) -> None:
    # Given a sentence that copies its numbers
    # Then nothing is wrong with it
    assert fault(text, *figures) is None


@pytest.mark.parametrize(
    ("text", "figures", "why"),
    [
        ("Llegaron 1,300 tickets.", ["created"], "1300 is no number of created"),
        ("Llegaron 1,234 tickets.", [], "1234 is no number of no figure"),
        ("Llegaron 1,234 tickets.", ["csat"], "1234 is no number of csat"),
        ("La satisfacción fue de 88 %.", ["csat"], "88 % is no number of csat"),
        ("La satisfacción fue de 87.5 sobre 100.", ["csat"], "is no number of csat"),
        ("Los tickets crecieron 1,234 %.", ["created"], "1234 % is no number of created"),
        ("Los tickets se duplicaron.", ["created"], "'duplicaron' is a number in words"),
        ("Casi la mitad volvió.", ["created"], "'mitad' is a number in words"),
        ("Twenty customers left.", ["created"], "is a number in words"),
        ("Los tickets bajaron un 12.2 %.", ["created"], "not the other way"),
        ("Satisfaction rose by 2.6 points.", ["csat"], "not the other way"),
        ("Hubo 1,234 tickets.", ["tickets"], "there is no figure tickets"),
    ],
)
def test_a_sentence_with_anything_else_does_not(text: str, figures: list[str], why: str) -> None:
    # Given a sentence that invents, borrows, rounds, spells out or turns around
    # Then it is told why it does not stand
    found = fault(text, *figures)
    assert found is not None and why in found


def test_one_sentence_rejects_them_all() -> None:
    # Given a good sentence and a bad one
    story = Story(
        sentences=[
            Sentence(text="Llegaron 1,234 tickets.", figures=["created"]),
            Sentence(text="El 42 % volvió.", figures=["created"]),
        ]
    )
    # Then the story is rejected for the second
    assert len(faults(story, FIGURES, DATES)) == 1


def test_a_story_of_nothing_or_without_end_is_none() -> None:
    # Given no sentence, and nine
    for count in (0, 9):
        story = Story(sentences=[Sentence(text="Bien.", figures=[])] * count)
        # Then neither is a story
        assert faults(story, FIGURES, DATES) != []
