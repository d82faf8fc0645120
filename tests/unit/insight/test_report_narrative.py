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
        figure("nps", "-15", "+25", "-40", -40),
        figure("roi", "-18.8 %", "-69.5 %", "+50.7 puntos", 0.507),
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
        ("El NPS cayó 40, de 25 a -15.", ["nps"]),
        ("The return was -18.8% (+50.7 puntos) in November 9-15, 2026.", ["roi"]),
        ("Del 2 al 8 de noviembre entraron 1100 tickets, y luego más.", ["created"]),
    ],
)
def test_a_sentence_with_the_figures_numbers_stands(text: str, figures: list[str]) -> None:
    # Given a sentence that copies its numbers
    # Then nothing is wrong with it
    assert fault(text, *figures) is None


@pytest.mark.parametrize(
    ("text", "figures", "why"),
    [
        ("Llegaron 1,300 tickets.", ["created"], "1,300 is no number of created"),
        ("Llegaron 1,234 tickets.", [], "1,234 is no number of no figure"),
        ("Llegaron 1,234 tickets.", ["csat"], "1,234 is no number of csat"),
        ("La satisfacción fue de 88 %.", ["csat"], "88 is no number of csat"),
        ("La satisfacción fue de 87.5 sobre 100.", ["csat"], "is no number of csat"),
        ("Los tickets crecieron 1,234 %.", ["created"], "1,234 is no number of created"),
        ("Los tickets se duplicaron.", ["created"], "'duplicaron' is a number in words"),
        ("Casi la mitad volvió.", ["created"], "'mitad' is a number in words"),
        ("Twenty customers left.", ["created"], "is a number in words"),
        ("Los tickets bajaron un 12.2 %.", ["created"], "not the other way"),
        ("La satisfacción subió 2.6 puntos.", ["csat"], "not the other way"),
        ("El NPS fue de 15.", ["nps"], "15 is no number of nps"),
        ("El retorno fue de 18.8 %.", ["roi"], "18.8 is no number of roi"),
        ("La primera respuesta tardó 5 h.", ["first_response_p50"], "5 is no number of first_response_p50"),
        ("Se ahorraron MXN42,000.", ["savings"], "MXN42,000 is no number"),
        ("Se escalaron 15 tickets.", [], "15 is no number of no figure"),
        ("El 12 de noviembre hubo una caída.", [], "12 is no number of no figure"),
        ("La respuesta tardó 1,234 minutos.", ["created"], "1,234 is no number of created"),
        ("½ de los clientes volvió.", [], "½ is no number"),
        ("Dieciocho clientes se fueron.", [], "is a number in words"),
        ("Uno de cada cuatro volvió.", [], "is a number in words"),
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
