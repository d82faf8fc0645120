"""What is sent to the Graph API, and what its answers ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from relevo.channels import OutboundMessage, Sender
from relevo.channels.whatsapp import (
    AmbiguousSend,
    GraphAccount,
    SendRejected,
    Verdict,
    build,
    classify,
    mark_read_and_type,
    send,
)
from relevo.errors import InvalidInput, RetryableError, Throttled

ANA = Sender(phone="5215512345678", user_id="MX.1")
ACCOUNT = GraphAccount("106540352242922", "token", "http://127.0.0.1:1")
BUTTONS = [{"id": "yes", "title": "Sí"}, {"id": "no", "title": "No"}]


def out(kind: str = "text", text: str = "hola", **content: Any) -> OutboundMessage:
    return OutboundMessage(ANA, kind, text, content)


def test_a_text() -> None:
    # Given a text in reply to a message, with our own id
    message = OutboundMessage(ANA, "text", "Hola", reply_to="wamid.1", opaque="our-id")
    # When its body is built / Then it is what Graph asks for
    assert build(message) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "5215512345678",
        "context": {"message_id": "wamid.1"},
        "biz_opaque_callback_data": "our-id",
        "type": "text",
        "text": {"body": "Hola", "preview_url": False},
    }


def test_without_a_phone_the_user_id_is_the_recipient() -> None:
    # Given a customer known by user id alone / When a body is built / Then `recipient` takes the place of `to`
    body = build(OutboundMessage(Sender(user_id="BR.2"), "text", "Oi"))
    assert body["recipient"] == "BR.2"
    assert "to" not in body


def test_buttons_and_lists() -> None:
    # Given two buttons, and a list of one row / When the bodies are built
    buttons = build(out("buttons", "¿Te sirvió?", buttons=BUTTONS, footer="Relevo"))["interactive"]
    listing = build(out("list", "Elige", button="Ver", rows=[{"id": "1", "title": "Uno"}]))["interactive"]
    # Then they are Graph's interactive messages
    assert [button["reply"]["title"] for button in buttons["action"]["buttons"]] == ["Sí", "No"]
    assert buttons["footer"] == {"text": "Relevo"}
    assert listing["action"] == {"button": "Ver", "sections": [{"rows": [{"id": "1", "title": "Uno"}]}]}


def test_a_template_with_parameters() -> None:
    # Given a template / When its body is built / Then the parameters are in the order given
    template = build(out("template", "", name="seguimiento", language="es_MX", parameters=["Ana", 3]))["template"]
    assert template["language"] == {"code": "es_MX"}
    assert [parameter["text"] for parameter in template["components"][0]["parameters"]] == ["Ana", "3"]


@pytest.mark.parametrize(("kind", "expected"), [("image", {"id": "9", "caption": "hola"}), ("audio", {"id": "9"})])
def test_media_by_id(kind: str, expected: dict[str, str]) -> None:
    # Given a file kept by WhatsApp / When its body is built / Then the text is a caption where the kind has one
    assert build(out(kind, id="9"))[kind] == expected


@pytest.mark.parametrize(
    "message",
    [
        out(text=""),
        out(text="x" * 4097),
        out("buttons", buttons=[]),
        out("buttons", buttons=[{"id": str(n), "title": "t"} for n in range(4)]),
        out("buttons", buttons=[{"id": "1", "title": "x" * 21}]),
        out("buttons", buttons=[{"id": "1", "title": "a"}, {"id": "1", "title": "b"}]),
        out("buttons", text="x" * 1025, buttons=BUTTONS),
        out("buttons", buttons=BUTTONS, header="x" * 61),
        out("list", button="Ver", rows=[{"id": str(n), "title": "t"} for n in range(11)]),
        out("list", button="Ver", rows=[{"id": "1", "title": "x" * 25}]),
        out("list", button="Ver", rows=[{"id": "1", "title": "t", "description": "x" * 73}]),
        out("list", rows=[{"id": "1", "title": "t"}]),
        out("template", language="es"),
        out("image", id="1", link="https://example.com/a.png"),
        out("image"),
        out("location", latitude="north"),
        out("hologram"),
        OutboundMessage(Sender(name="nobody"), "text", "hola"),
    ],
    ids=str,
)
def test_what_breaks_a_limit_is_refused_before_the_call(message: OutboundMessage) -> None:
    # Given a message over one of WhatsApp's limits / When its body is built / Then it is refused, in words
    with pytest.raises(InvalidInput, match=r"\w+ \w+"):
        build(message)


def graph(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.Client:
    """A client whose every call is answered by this function."""
    return httpx.Client(transport=httpx.MockTransport(answer))


def refusing(status: int, code: int | None, headers: dict[str, str] | None = None) -> httpx.Client:
    """A Graph API that answers with this error."""
    body = (
        {"error": {"message": "(#x) no", "code": code, "error_data": {"details": "because"}}}
        if code is not None
        else {}
    )
    return graph(lambda request: httpx.Response(status, json=body, headers=headers))


@pytest.mark.parametrize(
    ("status", "code", "verdict"),
    [
        (400, 130429, Verdict.RETRY),
        (400, 131056, Verdict.RETRY),
        (500, 131000, Verdict.RETRY),
        (503, None, Verdict.RETRY),
        (429, None, Verdict.RETRY),
        (400, 131047, Verdict.CHANGE_STRATEGY),
        (400, 131062, Verdict.CHANGE_STRATEGY),
        (404, 132001, Verdict.CHANGE_STRATEGY),
        (400, 999999, Verdict.CHANGE_STRATEGY),
        (401, 190, Verdict.STOP_CHANNEL),
        (403, 200, Verdict.STOP_CHANNEL),
        (403, 299, Verdict.STOP_CHANNEL),
        (400, 131042, Verdict.STOP_CHANNEL),
        (401, None, Verdict.STOP_CHANNEL),
        (504, None, Verdict.AMBIGUOUS),
        (502, None, Verdict.AMBIGUOUS),
        (504, 131016, Verdict.RETRY),
    ],
)
def test_each_error_asks_for_something(status: int, code: int | None, verdict: Verdict) -> None:
    # Given an error of the table, or one that is not in it / When it is classified / Then it is known what to do
    assert classify(status, code) is verdict


def test_a_send_returns_whatsapps_id() -> None:
    # Given a Graph API that accepts
    seen: list[httpx.Request] = []

    def accept(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"messages": [{"id": "wamid.9"}]})

    # When a message is sent
    sent = send(ACCOUNT, out(), client=graph(accept))
    # Then its id comes back, and the call bore version, number and token
    assert sent == "wamid.9"
    assert seen[0].url.path == "/v25.0/106540352242922/messages"
    assert seen[0].headers["authorization"] == "Bearer token"


def test_a_pair_that_was_too_fast_waits_longer_each_time() -> None:
    # Given a pair over its rate / When the third attempt is refused / Then it is told to wait 4^3 seconds
    with pytest.raises(Throttled) as caught:
        send(ACCOUNT, out(), attempt=3, client=refusing(400, 131056))
    assert caught.value.retry_after == 64


def test_the_pause_the_answer_names_is_kept() -> None:
    # Given an answer with Retry-After / When the send is refused / Then that is the pause
    with pytest.raises(Throttled) as caught:
        send(ACCOUNT, out(), client=refusing(429, None, {"retry-after": "7"}))
    assert caught.value.retry_after == 7


def test_a_passing_fault_may_be_tried_again() -> None:
    # Given an API that is down / When a message is sent / Then it may be tried again
    with pytest.raises(RetryableError, match="131016"):
        send(ACCOUNT, out(), client=refusing(503, 131016))


def test_a_refusal_carries_code_and_reason() -> None:
    # Given a closed window / When a message is sent / Then the refusal says which rule, and what to do
    with pytest.raises(SendRejected) as caught:
        send(ACCOUNT, out(), client=refusing(400, 131047))
    assert (caught.value.code, caught.value.details) == (131047, "because")
    assert caught.value.verdict is Verdict.CHANGE_STRATEGY


@pytest.mark.parametrize("fault", [httpx.ReadTimeout, httpx.WriteTimeout, httpx.ReadError, httpx.RemoteProtocolError])
def test_a_connection_that_breaks_after_the_request_is_ambiguous(fault: type[httpx.TransportError]) -> None:
    # Given a connection that breaks once the request is out
    def broken(request: httpx.Request) -> httpx.Response:
        raise fault("gone", request=request)

    # When a message is sent / Then nobody claims to know
    with pytest.raises(AmbiguousSend):
        send(ACCOUNT, out(), client=graph(broken))


def test_a_connection_that_never_was_may_be_tried_again() -> None:
    # Given no server at all / When a message is sent / Then nothing was, and it may be tried again
    with pytest.raises(RetryableError, match="cannot be reached"):
        send(ACCOUNT, out())


def test_success_without_an_id_is_ambiguous() -> None:
    # Given an answer of success that names no message / When a message is sent / Then nobody claims to know
    with pytest.raises(AmbiguousSend):
        send(ACCOUNT, out(), client=graph(lambda request: httpx.Response(200, text="<html>")))


def test_typing_goes_with_the_read_mark() -> None:
    # Given a message to answer
    bodies: list[bytes] = []

    def accept(request: httpx.Request) -> httpx.Response:
        bodies.append(request.content)
        return httpx.Response(200, json={"success": True})

    # When it is marked read / Then the same call shows that somebody writes
    mark_read_and_type(ACCOUNT, "wamid.1", client=graph(accept))
    assert b'"status":"read"' in bodies[0].replace(b" ", b"")
    assert b'"typing_indicator":{"type":"text"}' in bodies[0].replace(b" ", b"")
