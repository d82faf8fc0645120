"""The main job, whole: a WhatsApp message comes in, the bot answers or a person gets the ticket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import psycopg

from infra.local.environment import Environment
from tests.e2e.phone import Phone, eventually

Phones = Callable[[str, str], Phone]


def test_a_question_of_the_faq_is_answered_on_the_phone(phone_of: Phones) -> None:
    # Given a customer
    phone = phone_of("5215510000901", "Carla Núñez")
    # When she asks what the FAQ knows
    assert phone.write("Hola, ¿cómo descargo mis facturas?") == 200
    # Then the answer arrives, in her language
    answers = eventually(phone.received, "an answer on the phone")
    assert "factura" in answers[0]["text"].lower()


def test_a_message_delivered_five_times_is_answered_once(phone_of: Phones) -> None:
    # Given a customer whose webhook Meta delivers five times
    phone = phone_of("5215510000902", "Darío Peña")
    assert phone.write("¿Cómo restablezco mi contraseña?", repeat=5) == 200
    eventually(phone.received, "an answer on the phone")
    # When she writes again, and is answered, everything before is through
    phone.write("¿Cómo puedo cambiar de plan?")
    eventually(lambda: len(phone.received()) >= 2, "a second answer")
    # Then each question was answered once
    assert len(phone.received()) == 2


def test_a_forged_message_is_refused(phone_of: Phones) -> None:
    # Given somebody without the app's secret
    phone = phone_of("5215510000903", "Nadie")
    # When he posts a webhook, then it is refused
    assert phone.write("Hola", forged=True) == 401


def test_an_urgent_vip_text_becomes_a_critical_ticket_with_the_right_person(
    phone_of: Phones, api: httpx.Client, environment: Environment
) -> None:
    # Given a VIP of the seed with her phone
    phone = phone_of("5215510000101", "Ana Torres")
    # When she writes that everything is down
    assert phone.write("URGENTE: Sistema caído. El sistema no funciona, necesito ayuda inmediata") == 200
    # Then she is told her case's number, and no article
    answers = eventually(phone.received, "an answer on the phone")
    assert "n.º" in answers[0]["text"]
    # And the ticket is critical, with technical support, assigned and told
    (ticket,) = api.get("/api/support/tickets", params={"source": "whatsapp", "q": "caído"}).json()["items"]
    found = eventually(lambda: _assigned(api, ticket["id"]), "an assigned ticket")
    assert found["priority"] == "critical", found
    assert _department(environment, ticket["id"]) == "technical"
    assert eventually(lambda: _notices(environment, ticket["id"]), "a notice to the agent")


def test_a_vip_who_phones_in_distress_gets_a_critical_ticket(api: httpx.Client, environment: Environment) -> None:
    # Given a VIP who phones
    ticket = {
        "subject": "URGENTE: Sistema caído",
        "description": "El sistema no funciona, necesito ayuda inmediata",
        "source": "phone",
        "customer": {"name": "Ana Torres", "phone": "+5215510000101"},
    }
    # When the ticket is opened
    made = api.post("/api/support/tickets", json=ticket)
    assert made.status_code == 201, made.text
    id = made.json()["id"]
    # Then it becomes critical and an agent of the technical department has it
    found = eventually(lambda: _assigned(api, id), "an assigned ticket")
    assert found["priority"] == "critical", found
    assert _department(environment, id) == "technical"
    # And the agent is told
    assert eventually(lambda: _notices(environment, id), "a notice to the agent")


def _assigned(api: httpx.Client, id: str) -> dict[str, Any] | None:
    ticket: dict[str, Any] = api.get(f"/api/support/tickets/{id}").raise_for_status().json()
    return ticket if ticket["agent_id"] else None


def _department(environment: Environment, id: str) -> str:
    query = (
        "SELECT department.code FROM desk.ticket JOIN desk.department ON department.id = ticket.department_id"
        " WHERE ticket.id = %s"
    )
    with psycopg.connect(environment.database_url) as connection:
        row = connection.execute(query, (id,)).fetchone()
    assert row is not None
    return str(row[0])


def _notices(environment: Environment, id: str) -> list[Any]:
    query = "SELECT channel FROM platform.notification WHERE ticket_id = %s AND status = 'sent'"
    with psycopg.connect(environment.database_url) as connection:
        return connection.execute(query, (id,)).fetchall()
