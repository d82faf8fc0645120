"""What each kind of WhatsApp webhook says once it is parsed."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from relevo import clock
from relevo.channels import (
    AccountEvent,
    IdentityChange,
    InboundMessage,
    Media,
    Parsed,
    StatusChange,
    StatusError,
    inbound,
)
from relevo.channels.webhook import split
from tests.support import samples
from tests.support.samples import ANA, BEA, wamid

AT = datetime(2026, 11, 21, 6, tzinfo=UTC)


def parsed(name: str) -> Parsed:
    (part,) = split(samples.ingest()[name])
    return inbound.parse(part.body)


def message(name: str) -> InboundMessage:
    result = parsed(name)
    assert isinstance(result, InboundMessage)
    return result


def status(name: str) -> StatusChange:
    result = parsed(name)
    assert isinstance(result, StatusChange)
    return result


@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("text", "text", "Hola, ¿cómo descargo mi factura?"),
        ("text_emoji", "text", "¡Niño perdió su contraseña! 😀👩‍👩‍👧 a/b"),
        ("image", "image", "El error que veo"),
        ("audio_voice", "audio", ""),
        ("video", "video", "Así falla"),
        ("document", "document", "factura-1234.pdf"),
        ("sticker", "sticker", ""),
        ("location", "location", "Zócalo, 19.4326, -99.1332"),
        ("contacts", "contacts", "Luis Pérez +52 55 8765 4321"),
        ("reaction", "reaction", "👍"),
        ("reaction_removed", "reaction", ""),
        ("button_template", "button", "Sí, quiero"),
        ("button_reply", "button", "Me sirvió"),
        ("list_reply", "list_reply", "Facturas"),
        ("flow_reply", "flow_reply", "Sent"),
        ("order", "order", "¿Hay?\n2 x SKU-7"),
        ("unsupported", "unsupported", ""),
        ("unknown_type", "unsupported", ""),
        ("edit", "edit", "¿Cómo descargo dos facturas?"),
        ("revoke", "revoke", ""),
        ("system_changed_number", "system", "Ana cambió de número"),
        ("echo", "text", "Ya lo reviso"),
    ],
)
def test_kind_and_text(name: str, kind: str, text: str) -> None:
    # Given a webhook of each kind / When it is parsed / Then its kind and what a person would read of it are known
    assert (message(name).kind, message(name).text) == (kind, text)


def test_who_wrote_and_when() -> None:
    # Given a text of a customer with phone and user id
    hello = message("text")
    # When it is parsed / Then sender, account, id and Meta's own time are there, and the raw message is kept
    assert (hello.channel, hello.account_id, hello.external_id) == (
        "whatsapp",
        samples.CENTRO.phone_number_id,
        wamid(1),
    )
    assert (hello.sender.phone, hello.sender.user_id, hello.sender.name) == (ANA.phone, ANA.user_id, "Ana María Núñez")
    assert hello.sent_at == AT + timedelta(seconds=1)
    assert hello.payload["type"] == "text"


def test_a_customer_without_a_phone() -> None:
    # Given a text of a customer known by user id alone / When it is parsed
    sender = message("bsuid_only").sender
    # Then the phone is absent, not invented
    assert (sender.phone, sender.user_id, sender.username) == (None, BEA.user_id, "bea.lima")


def test_a_message_of_nobody_is_kept_as_a_notice() -> None:
    # Given a text that names neither phone nor user id
    payload = samples.said("text", {"body": "hola"}, 1, samples.Person(None, ""))
    # When it is parsed
    (part,) = split(payload)
    kept = inbound.parse(part.body)
    # Then it is kept whole
    assert isinstance(kept, AccountEvent)
    assert (kept.kind, kept.detail["text"]["body"], kept.external_id) == ("message", "hola", wamid(1))


def test_media_is_named_not_fetched() -> None:
    # Given a voice note / When it is parsed
    (file,) = message("audio_voice").media
    # Then the file's id, type and digest are known
    assert file == Media(
        id="903470842067649",
        mime_type="audio/ogg; codecs=opus",
        sha256="8V/pEU8aOxbDSZpEYkIE6s7Pr7yJvlZ6tz4PW39Zccs=",
        voice=True,
    )


@pytest.mark.parametrize(
    ("name", "target"), [("text_reply", 900), ("reaction", 900), ("edit", 1), ("revoke", 1), ("echo_revoke", 30)]
)
def test_what_a_message_is_about(name: str, target: int) -> None:
    # Given a reply, a reaction, an edit, a revocation / When it is parsed / Then it names the message meant
    assert message(name).context_external_id == wamid(target)


def test_an_echo_belongs_to_the_customer_it_went_to() -> None:
    # Given what the company wrote in the phone app / When it is parsed / Then the person is the customer
    assert message("echo").is_echo
    assert message("echo").sender.phone == ANA.phone


def test_an_ad_is_remembered() -> None:
    # Given a text after a click on an ad / When it is parsed
    referral = message("referral").referral
    # Then the click's id is there
    assert referral is not None
    assert referral["ctwa_clid"].startswith("Aff-")


def test_a_card_we_asked_for_attests_the_number() -> None:
    # Given the card a customer shared at our request, and one of somebody else / When they are parsed
    # Then only the first speaks of the customer
    assert message("contacts_own").attested_phone == "5511987654321"
    assert message("contacts").attested_phone is None


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (
            "system_changed_number",
            IdentityChange(old_phone=ANA.phone, new_phone="5215587654321", old_user_id=ANA.user_id),
        ),
        ("system_changed_user_id", IdentityChange(old_user_id=BEA.user_id, new_user_id="BR.1")),
        (
            "user_id_update",
            IdentityChange(old_phone=ANA.phone, old_user_id=ANA.user_id, new_user_id="MX.99990000111122223333"),
        ),
    ],
)
def test_an_identity_changes(name: str, change: IdentityChange) -> None:
    # Given each way Meta tells of a new number or user id / When it is parsed / Then old and new are known
    result = parsed(name)
    assert isinstance(result, InboundMessage | AccountEvent)
    assert result.identity_change == change


@pytest.mark.parametrize("name", ["sent", "delivered", "read", "played", "failed"])
def test_a_status_names_our_message(name: str) -> None:
    # Given each status / When it is parsed / Then message, step, person and our own id are there
    change = status(f"status_{name}")
    assert (change.external_id, change.status, change.recipient.phone) == (wamid(900), name, ANA.phone)
    assert change.opaque == "0199f0a2-7c11-7000-8000-000000000001"


def test_a_price_comes_with_the_status() -> None:
    # Given a delivered status / When it is parsed / Then what it cost is known
    pricing = status("status_delivered").pricing
    assert pricing is not None
    assert (pricing["billable"], pricing["category"]) == (True, "service")


def test_a_failure_says_why() -> None:
    # Given a failed status / When it is parsed / Then the code and its words are there
    assert status("status_failed").errors == (StatusError(131026, "Message undeliverable", "Message Undeliverable."),)


def test_a_failure_may_name_its_recipient_only_in_the_contacts() -> None:
    # Given a failed status with nothing but contacts[].wa_id / When it is parsed / Then the recipient is known
    change = status("status_failed_lean")
    assert (change.recipient.phone, change.errors[0].code, change.opaque) == (ANA.phone, 131047, None)


@pytest.mark.parametrize(("name", "kind"), [("errors", "error"), ("template_status", "message_template_status_update")])
def test_what_the_account_is_told(name: str, kind: str) -> None:
    # Given a notice about the account / When it is parsed / Then it is kept under its kind
    notice = parsed(name)
    assert isinstance(notice, AccountEvent)
    assert notice.kind == kind


@pytest.mark.parametrize("timestamp", ["", "soon", "-5", "99999999999999999999", None, 1.5, {"a": 1}])
def test_a_broken_timestamp_is_now(timestamp: Any) -> None:
    # Given a message with a timestamp that is none
    payload = samples.said("text", {"body": "hola"}, 1)
    payload["entry"][0]["changes"][0]["value"]["messages"][0]["timestamp"] = timestamp
    (part,) = split(payload)
    # When it is parsed
    with clock.frozen(AT):
        result = inbound.parse(part.body)
    # Then it was sent now
    assert isinstance(result, InboundMessage)
    assert result.sent_at == AT


def test_messenger_brings_messages_echoes_and_receipts() -> None:
    # Given a Messenger webhook with a message, our own echo and a read receipt / When it is parsed
    said, ours, read = (inbound.parse(part.body) for part in split(samples.ingest()["messenger"]))
    # Then each is what it is, with milliseconds read as such
    assert isinstance(said, InboundMessage)
    assert (said.channel, said.text, said.sender.user_id) == ("messenger", "¿Tienen local?", "6201122334455667")
    assert said.sent_at == AT + timedelta(seconds=70)
    assert isinstance(ours, InboundMessage)
    assert ours.is_echo
    assert isinstance(read, StatusChange)
    assert (read.status, read.watermark) == ("read", True)


@pytest.mark.parametrize(
    ("quantity", "shown"),
    [(2, "2"), (2.0, "2"), ("2", "2"), (12.0, "12"), (None, "1"), (True, "1"), (float("inf"), "1")],
)
def test_an_order_says_how_many(quantity: object, shown: str) -> None:
    # Given an order line whose quantity came as a number, a decimal, a text or not at all
    payload = copy.deepcopy(samples.ingest()["order"])
    (item,) = payload["entry"][0]["changes"][0]["value"]["messages"][0]["order"]["product_items"]
    item["quantity"] = quantity
    # When it is read
    (part,) = split(payload)
    order = inbound.parse(part.body)
    # Then it says so many
    assert isinstance(order, InboundMessage) and order.text.endswith(f"\n{shown} x SKU-7")
