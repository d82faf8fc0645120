"""The priority of a ticket: the published examples, their neighbours, and what must hold for every ticket."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.desk.priority import DEFAULT, LEVELS, TicketFacts, Weights, level_of, score
from relevo.errors import InvalidInput

TEXTS = st.sampled_from(
    [
        "",
        "gracias",
        "no es urgente",
        "¿cuál es su horario?",
        "Problema con factura",
        "URGENTE: sistema caído, no funciona",
        "I need this asap, the server is down",
        "alguien entró a mi cuenta hoy",
        "vence mañana",
    ]
) | st.text(max_size=80)
FACTS = st.builds(
    TicketFacts,
    subject=TEXTS,
    description=TEXTS,
    category=st.sampled_from(["general", "billing", "technical", "security", "sales", "Facturación", ""]),
    source=st.sampled_from(["web", "phone", "chat", "whatsapp", "email", "carrier pigeon"]),
    tier=st.sampled_from(["standard", "frequent", "enterprise", "vip"]),
    security=st.booleans(),
    open_tickets=st.integers(0, 50),
    urgent_tickets=st.integers(0, 50),
    escalated=st.booleans(),
    last_rating=st.none() | st.integers(1, 5),
)


def level(subject: str, description: str = "", **facts: Any) -> str:
    return score(TicketFacts(subject, description, **facts)).level


def test_a_vip_who_phones_that_the_system_is_down_is_critical() -> None:
    text = ("URGENTE: Sistema caído", "El sistema no funciona, necesito ayuda inmediata")
    assert level(*text, tier="vip", source="phone") == "critical"


def test_an_invoice_that_cannot_be_downloaded_is_medium() -> None:
    assert level("Problema con factura", "No puedo descargar mi factura", category="billing") == "medium"


@pytest.mark.parametrize(
    "facts",
    [
        {"subject": "Reporte", "category": "security"},
        {"subject": "Informe", "security": True},
        {"subject": "Consulta", "category": "Seguridad"},
        {"subject": "Reporte de seguridad", "description": "Encontré algo en su página"},
        {"subject": "I found a vulnerability"},
        {"subject": "Alguien entró a mi cuenta"},
    ],
)
def test_a_security_report_is_at_least_high(facts: dict[str, Any]) -> None:
    assert level(**facts) in ("high", "urgent", "critical")


@pytest.mark.parametrize(
    ("subject", "facts", "expected"),
    [
        (
            "URGENT: System down. It is not working, I need immediate help",
            {"tier": "vip", "source": "phone"},
            "critical",
        ),
        ("URGENTE: sistema caído", {"tier": "vip"}, "critical"),
        ("URGENTE: sistema caído", {}, "urgent"),
        ("urgente: SISTEMA CAIDO", {}, "urgent"),
        ("El sistema está caído", {}, "high"),
        ("Necesito ayuda urgente", {}, "high"),
        ("La aplicación no funciona", {}, "medium"),
        ("Problema con factura", {"category": "facturación", "tier": "vip"}, "high"),
        ("gracias", {}, "low"),
        ("gracias", {"tier": "vip"}, "medium"),
        ("¿cuál es su horario?", {}, "low"),
        ("No es urgente, cuando puedan", {}, "low"),
        ("It's not urgent", {}, "low"),
        ("We sell ballast", {}, "low"),
        ("vi esto en https://ejemplo.com/urgente/asap", {}, "low"),
        ("Ya no hay error, se resolvió el problema", {}, "low"),
        ("¿Tienen estacionamiento?", {"source": "whatsapp"}, "low"),
    ],
)
def test_neighbours_of_the_examples_come_out_sensibly(subject: str, facts: dict[str, Any], expected: str) -> None:
    assert level(subject, **facts) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(100, "critical"), (85, "critical"), (84, "urgent"), (70, "urgent"), (69, "high"), (55, "high"), (54, "medium"),
     (40, "medium"), (39, "low"), (0, "low")],
)  # fmt: skip
def test_levels_begin_at_the_published_scores(value: int, expected: str) -> None:
    assert level_of(value) == expected


@given(FACTS)
def test_the_factors_are_the_score_and_the_score_is_within_bounds(facts: TicketFacts) -> None:
    found = score(facts)
    assert 0 <= found.score <= 100
    assert sum(factor.points for factor in found.factors) == found.score
    assert found.level == level_of(found.score)


@given(FACTS)
def test_every_factor_says_why_in_both_languages(facts: TicketFacts) -> None:
    for factor in score(facts).factors:
        assert factor.points != 0
        assert factor.why["es"] and factor.why["en"]
        assert "{" not in factor.why["es"].replace(facts.text, "") or "{" in facts.text


@given(FACTS)
def test_a_higher_tier_never_scores_less(facts: TicketFacts) -> None:
    scores = [score(replace(facts, tier=tier)).score for tier in ("standard", "frequent", "enterprise", "vip")]
    assert scores == sorted(scores)


@given(FACTS, st.sampled_from(["Urgente.", "Emergencia.", "Error.", "Hackearon la cuenta."]))
def test_a_pressing_sentence_more_never_scores_less(facts: TicketFacts, sentence: str) -> None:
    facts = replace(facts, category="technical")
    pressed = replace(facts, description=f"{facts.description}\n. {sentence}")
    assert score(pressed).score >= score(facts).score


@given(FACTS, st.integers(1, 20))
def test_a_heavier_history_never_scores_less(facts: TicketFacts, more: int) -> None:
    for heavier in (
        replace(facts, open_tickets=facts.open_tickets + more),
        replace(facts, urgent_tickets=facts.urgent_tickets + more),
        replace(facts, escalated=True),
        replace(facts, last_rating=1),
    ):
        assert score(heavier).score >= score(facts).score


@given(FACTS)
def test_the_score_depends_on_nothing_but_the_facts(facts: TicketFacts) -> None:
    assert score(facts) == score(replace(facts))


def test_history_counts_at_most_its_limit() -> None:
    facts = TicketFacts("Pregunta", category="sales", open_tickets=50, escalated=True, last_rating=1)
    assert score(facts).score == DEFAULT.base + DEFAULT.history_limit


def test_frequent_customers_count_more_only_with_urgent_tickets() -> None:
    calm, pressed = TicketFacts("Pregunta", tier="frequent"), TicketFacts("Pregunta", tier="frequent", urgent_tickets=1)
    assert score(pressed).score - score(calm).score == 5


def test_weights_are_read_from_json_and_the_rest_stays_as_published(tmp_path: Path) -> None:
    # Given a file that changes the base alone
    file = tmp_path / "weights.json"
    file.write_text(json.dumps({"base": 10}))
    # When it is loaded
    weights = Weights.load(file)
    # Then a plain question scores ten, and everything else is as published
    assert score(TicketFacts("hola"), weights).score == 10
    assert weights.tier == DEFAULT.tier


@pytest.mark.parametrize(
    "content",
    [
        "{",
        '{"bse": 10}',
        '{"base": 101}',
        '{"tier": {"vip": -1}}',
        '{"content": {"boring": 3}}',
        '{"levels": {"critical": 10, "urgent": 70, "high": 55, "medium": 40, "low": 0}}',
        '{"levels": {"critical": 85}}',
    ],
)
def test_weights_that_make_no_sense_are_refused_with_the_reason(tmp_path: Path, content: str) -> None:
    file = tmp_path / "weights.json"
    file.write_text(content)
    with pytest.raises(InvalidInput, match=r"weights\.json holds no weights"):
        Weights.load(file)


def test_weights_that_are_not_there_are_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        Weights.load(tmp_path / "none.json")


def test_weights_cannot_change_under_a_running_score() -> None:
    with pytest.raises(ValueError, match="frozen"):
        DEFAULT.base = 0  # type: ignore[misc]
    assert list(DEFAULT.levels) == list(LEVELS)
