"""What notices say, in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from relevo.notify.notice import TEMPLATES, render

FACTS: dict[str, Any] = {
    "event": "ticket.assigned",
    "ticket_id": "t",
    "number": 7,
    "subject": "Factura\nduplicada",
    "description": "Me <cobraron> dos veces",
    "priority": "urgent",
    "customer": "Camila",
    "tier": "vip",
    "branch": "Centro",
    "department": "Facturación",
    "agent": "Ana",
    "reason": "regla «facturas»",
    "rule": "answer within 15 minutes",
    "steps": 1,
}


def test_both_languages_have_the_same_templates() -> None:
    # Given the templates, when their names are compared, then no language lacks one
    names = {language: {file.name for file in (TEMPLATES / language).iterdir()} for language in ("es", "en")}
    assert names["es"] == names["en"] and len(names["es"]) == 12


@pytest.mark.parametrize("template", ["assigned", "escalated"])
@pytest.mark.parametrize("language", ["es", "en"])
def test_a_notice_names_the_ticket_the_customer_and_the_priority(template: str, language: str) -> None:
    # Given a ticket, when its notice is rendered
    notice = render(template, language, FACTS, notice_id="n")
    # Then it says what one needs to act, its subject on one line and its HTML escaped
    level = {"es": "urgente", "en": "urgent"}[language]
    assert f"7 ({level}): Factura duplicada" in notice.subject
    assert all(word in notice.text for word in ("Camila", "VIP", "Centro", level, "Me <cobraron> dos veces"))
    assert "Me &lt;cobraron&gt; dos veces" in notice.html


def test_what_is_unknown_is_left_out_or_said() -> None:
    # Given a ticket of an unnamed customer, without branch, department, agent or priority
    facts = FACTS | dict.fromkeys(("customer", "branch", "department", "agent", "priority"))
    # When its notices are rendered in a language the product does not speak
    texts = [render(template, "pt", facts, notice_id="n").text for template in ("assigned", "escalated")]
    # Then they are in Spanish and say so
    assert all("sin nombre" in text and "sin definir" in text and "None" not in text for text in texts)
    assert "nadie todavía" in texts[1]
