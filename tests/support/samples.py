"""The sample inputs under `events/`: what Meta posts, in every kind, and the same as API Gateway hands it to `intake`.

`python -m tests.support.samples` writes them; a test holds the files to this module.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from infra.local.graph import webhooks
from infra.local.graph.webhooks import Number, Person

EVENTS = Path(__file__).parents[2] / "events"
APP_SECRET = "test-app-secret"
VERIFY_TOKEN = "test-verify-token"

CENTRO = Number("106540352242922", "525550000001")
NORTE = Number("106540352242923", "525550000002")
ANA = Person("5215512345678", "Ana María Núñez", user_id="MX.13491208655302741918")
BEA = Person(None, "Béa", user_id="BR.24680135791113151719", username="bea.lima")
AT = 1_795_240_800
"""2026-11-21 06:00 UTC"""

Json = dict[str, Any]


def wamid(n: int) -> str:
    """A fixed message id of the real form."""
    raw = b"\x1d\x18\x0d5215512345678\x15\x02\x00\x12\x18\x14" + f"3EB0{n:016X}".encode() + b"\x00"
    return "wamid." + base64.b64encode(raw).decode()


def said(kind: str, block: Any, n: int, person: Person = ANA, **more: Any) -> Json:
    """A webhook of one message to the branch Centro."""
    return webhooks.inbound(CENTRO, person, kind, block, id=wamid(n), timestamp=AT + n, **more)


def told(*statuses: Json, contacts: list[Json] | None = None) -> Json:
    """A webhook of statuses of the branch Centro."""
    listed = {"contacts": contacts} if contacts else {}
    return webhooks.envelope(CENTRO, {**listed, "statuses": list(statuses)})


def state(name: str, n: int, person: Person = ANA, **more: Any) -> Json:
    """One status of a message we sent."""
    opaque = "0199f0a2-7c11-7000-8000-000000000001"
    return webhooks.status(person, name, id=wamid(900), timestamp=AT + n, opaque=opaque, **more)


def file(mime_type: str, **more: Any) -> Json:
    """A media block."""
    return {
        "mime_type": mime_type,
        "sha256": "8V/pEU8aOxbDSZpEYkIE6s7Pr7yJvlZ6tz4PW39Zccs=",
        "id": "903470842067649",
        **more,
    }


def _content() -> dict[str, Json]:
    card = {"name": {"formatted_name": "Luis Pérez", "first_name": "Luis"}, "phones": [{"phone": "+52 55 8765 4321"}]}
    own = {"name": {"formatted_name": "Béa"}, "origin": "contact_request", "phones": [{"wa_id": "5511987654321"}]}
    goods = [{"product_retailer_id": "SKU-7", "quantity": 2, "item_price": 149.5, "currency": "MXN"}]
    flow = {"name": "flow", "body": "Sent", "response_json": '{"day":"2026-11-23"}'}
    return {
        "text": said("text", {"body": "Hola, ¿cómo descargo mi factura?"}, 1),
        "text_emoji": said("text", {"body": "¡Niño perdió su contraseña! 😀👩‍👩‍👧 a/b"}, 2),
        "text_reply": said("text", {"body": "sí, esa"}, 3, context={"from": CENTRO.display, "id": wamid(900)}),
        "image": said("image", file("image/jpeg", caption="El error que veo"), 4),
        "audio_voice": said("audio", file("audio/ogg; codecs=opus", voice=True), 5),
        "video": said("video", file("video/mp4", caption="Así falla"), 6),
        "document": said("document", file("application/pdf", filename="factura-1234.pdf"), 7),
        "sticker": said("sticker", file("image/webp", animated=False), 8),
        "location": said("location", {"latitude": 19.4326, "longitude": -99.1332, "name": "Zócalo"}, 9),
        "contacts": said("contacts", [card], 10),
        "contacts_own": said("contacts", [own], 11, BEA),
        "reaction": said("reaction", {"message_id": wamid(900), "emoji": "👍"}, 12),
        "reaction_removed": said("reaction", {"message_id": wamid(900)}, 13),
        "button_template": said("button", {"payload": "YES", "text": "Sí, quiero"}, 14),
        "button_reply": said(
            "interactive", {"type": "button_reply", "button_reply": {"id": "helped", "title": "Me sirvió"}}, 15
        ),
        "list_reply": said(
            "interactive",
            {"type": "list_reply", "list_reply": {"id": "b1", "title": "Facturas", "description": "Descargar"}},
            16,
        ),
        "flow_reply": said("interactive", {"type": "nfm_reply", "nfm_reply": flow}, 17),
        "order": said("order", {"catalog_id": "194836987003835", "text": "¿Hay?", "product_items": goods}, 18),
        "unsupported": said(
            "unsupported",
            {"type": "poll"},
            19,
            errors=[{"code": 131051, "title": "Message type unknown", "error_data": {"details": "not supported"}}],
        ),
        "unknown_type": said("hologram", {"id": "1", "depth": [1, 2]}, 20),
    }


def _circumstances() -> dict[str, Json]:
    referral = {
        "source_url": "https://fb.me/3cr4Wqqkv",
        "source_type": "ad",
        "source_id": "120226305854810726",
        "headline": "Cambia de plan",
        "body": "Hoy sin costo",
        "media_type": "image",
        "ctwa_clid": "Aff-n8ZTODiE79d22KtAwQKj9e_mIEOOj27vDVwFjN80dp4",
    }
    edit = {
        "original_message_id": wamid(1),
        "message": {"type": "text", "text": {"body": "¿Cómo descargo dos facturas?"}},
    }
    echo = {"from": CENTRO.display, "to": ANA.phone, "id": wamid(30), "timestamp": str(AT + 30), "type": "text"}
    news = {"type": "user_changed_number", "body": "Ana cambió de número", "wa_id": "5215587654321"}
    rekey = {
        "wa_id": ANA.phone,
        "user_id": {"previous": ANA.user_id, "current": "MX.99990000111122223333"},
        "timestamp": str(AT + 36),
    }
    return {
        "referral": said("text", {"body": "Quiero información"}, 21, referral=referral),
        "bsuid_only": said("text", {"body": "Oi, esqueci a senha"}, 22, BEA),
        "edit": said("edit", edit, 23),
        "revoke": said("revoke", {"original_message_id": wamid(1)}, 24),
        "system_changed_number": webhooks.envelope(
            CENTRO, {"messages": [webhooks.message(ANA, "system", news, id=wamid(25), timestamp=AT + 25)]}
        ),
        "system_changed_user_id": webhooks.envelope(
            CENTRO,
            {
                "messages": [
                    webhooks.message(
                        BEA,
                        "system",
                        {
                            "type": "user_changed_user_id",
                            "body": "Béa",
                            "user_id": "BR.1",
                            "previous_user_id": BEA.user_id,
                        },
                        id=wamid(26),
                        timestamp=AT + 26,
                    )
                ]
            },
        ),
        "user_id_update": webhooks.envelope(
            CENTRO, {"contacts": [ANA.contact], "user_id_update": [rekey]}, "user_id_update"
        ),
        "echo": webhooks.envelope(
            CENTRO, {"message_echoes": [echo | {"text": {"body": "Ya lo reviso"}}]}, "smb_message_echoes"
        ),
        "echo_revoke": webhooks.envelope(
            CENTRO,
            {
                "message_echoes": [
                    echo | {"id": wamid(31), "type": "revoke", "revoke": {"original_message_id": wamid(30)}}
                ]
            },
            "smb_message_echoes",
        ),
    }


def _statuses() -> dict[str, Json]:
    failure = {
        "code": 131026,
        "title": "Message undeliverable",
        "message": "Message undeliverable",
        "error_data": {"details": "Message Undeliverable."},
        "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
    }
    late = failure | {"code": 131047, "title": "Re-engagement message", "message": "Re-engagement message"}
    lean = state("failed", 54, errors=[late])
    for name in ("recipient_id", "recipient_user_id", "biz_opaque_callback_data"):
        lean.pop(name, None)
    return {
        "status_sent": told(state("sent", 50)),
        "status_delivered": told(state("delivered", 51)),
        "status_read": told(state("read", 52)),
        "status_played": told(state("played", 53)),
        "status_failed": told(state("failed", 54, errors=[failure])),
        "status_failed_lean": told(lean, contacts=[{"wa_id": ANA.phone}]),
        "status_bsuid": told(state("delivered", 55, BEA)),
    }


def _account() -> dict[str, Json]:
    template = {
        "event": "PAUSED",
        "message_template_id": 1689556908129832,
        "message_template_name": "seguimiento",
        "message_template_language": "es_MX",
        "reason": "LOW_QUALITY",
    }
    trouble = {"code": 130429, "title": "Rate limit hit", "error_data": {"details": "Cloud API throughput reached"}}
    return {
        "errors": webhooks.envelope(CENTRO, {"errors": [trouble]}),
        "template_status": webhooks.batch(CENTRO, [{"value": template, "field": "message_template_status_update"}]),
        "batch": _batch(),
        "messenger": _messenger(),
    }


def _batch() -> Json:
    """Two numbers, two people, messages and statuses together, and a field nobody knows."""
    first, second = said("text", {"body": "Hola"}, 60)["entry"][0]["changes"][0], told(state("read", 61))
    first["value"]["contacts"].append(BEA.contact)
    first["value"]["messages"].append(webhooks.message(BEA, "text", {"body": "Oi"}, id=wamid(62), timestamp=AT + 62))
    north = webhooks.inbound(NORTE, ANA, "text", {"body": "¿Abren hoy?"}, id=wamid(63), timestamp=AT + 63)
    payload = webhooks.batch(CENTRO, [first, *second["entry"][0]["changes"], {"field": "novelty", "value": {"a": 1}}])
    payload["entry"].append(north["entry"][0])
    return payload


def _messenger() -> Json:
    sender, page = {"id": "6201122334455667"}, {"id": "108123456789012"}
    at = (AT + 70) * 1000
    hello = {"sender": sender, "recipient": page, "timestamp": at, "message": {"mid": "m_1", "text": "¿Tienen local?"}}
    ours = {
        "sender": page,
        "recipient": sender,
        "timestamp": at + 1,
        "message": {"mid": "m_2", "text": "Sí", "is_echo": True},
    }
    read = {"sender": sender, "recipient": page, "timestamp": at + 2, "read": {"watermark": at + 1}}
    return {"object": "page", "entry": [{"id": page["id"], "time": at, "messaging": [hello, ours, read]}]}


def ingest() -> dict[str, Json]:
    """Every webhook of `events/ingest`, by its file's name."""
    return {**_content(), **_circumstances(), **_statuses(), **_account()}


def gateway(
    method: str, body: bytes = b"", *, signature: str | None = None, encoded: bool = False, query: str = ""
) -> Json:
    """The event API Gateway's HTTP API (payload 2.0) makes of one call to the webhook."""
    headers = {"host": "abc123.execute-api.us-east-1.amazonaws.com", "user-agent": "facebookexternalua"}
    if body:
        headers |= {"content-type": "application/json", "content-length": str(len(body))}
    if signature:
        headers["x-hub-signature-256"] = signature
    event: Json = {
        "version": "2.0",
        "routeKey": f"{method} /webhooks/meta",
        "rawPath": "/webhooks/meta",
        "rawQueryString": query,
        "headers": headers,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abc123",
            "domainName": headers["host"],
            "http": {
                "method": method,
                "path": "/webhooks/meta",
                "protocol": "HTTP/1.1",
                "sourceIp": "173.252.87.1",
                "userAgent": headers["user-agent"],
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": f"{method} /webhooks/meta",
            "stage": "$default",
            "time": "21/Nov/2026:06:00:00 +0000",
            "timeEpoch": AT * 1000,
        },
        "isBase64Encoded": encoded,
    }
    if query:
        event["queryStringParameters"] = dict(pair.split("=", 1) for pair in query.split("&"))
    if body:
        event["body"] = base64.b64encode(body).decode() if encoded else body.decode()
    return event


def intake() -> dict[str, Json]:
    """Every event of `events/intake`, by its file's name."""
    posts = {name: webhooks.serialize(ingest()[name]) for name in ("text", "text_emoji", "batch", "status_delivered")}
    signed = {name: gateway("POST", body, signature=webhooks.sign(body, APP_SECRET)) for name, body in posts.items()}
    body = posts["text_emoji"]
    challenge = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token="
    return {
        **signed,
        "text_base64": gateway("POST", body, signature=webhooks.sign(body, APP_SECRET), encoded=True),
        "bad_signature": gateway("POST", body, signature=webhooks.sign(body, "somebody-else")),
        "no_signature": gateway("POST", body),
        "not_json": gateway("POST", b"{'object':", signature=webhooks.sign(b"{'object':", APP_SECRET)),
        "handshake": gateway("GET", query=challenge + VERIFY_TOKEN),
        "handshake_wrong_token": gateway("GET", query=challenge + "guessed"),
    }


def written(event: Json) -> str:
    """A sample as its file holds it."""
    return json.dumps(event, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write every sample."""
    for folder, samples in (("ingest", ingest()), ("intake", intake())):
        (EVENTS / folder).mkdir(parents=True, exist_ok=True)
        for name, event in samples.items():
            (EVENTS / folder / f"{name}.json").write_text(written(event), encoding="utf-8")


if __name__ == "__main__":
    main()
