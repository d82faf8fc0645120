"""What is sent to the Graph API, and what its answers ask for."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

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
from relevo.channels.whatsapp import graph as api
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


class Graph:
    """A Graph API on loopback that gives one answer, in HTTP or in bytes that are none, and remembers what it heard."""

    def __init__(self, port: int) -> None:
        self.account = GraphAccount("106540352242922", "token", f"http://127.0.0.1:{port}")
        self.heard: list[tuple[str, str | None, bytes]] = []
        self.callers: set[int] = set()
        self.answer = b""
        self.silent = False

    def answers(self, status: int, body: Any = None, **headers: str) -> None:
        content = b"" if body is None else json.dumps(body).encode()
        lines = [f"HTTP/1.1 {status} -", f"Content-Length: {len(content)}", *(f"{k}: {v}" for k, v in headers.items())]
        self.answer = "\r\n".join([*lines, "", ""]).encode() + content

    def refuses(self, status: int, code: int | None, **headers: str) -> None:
        error = {"message": "(#x) no", "code": code, "error_data": {"details": "because"}}
        self.answers(status, {"error": error} if code is not None else {}, **headers)


@pytest.fixture
def graph(monkeypatch: pytest.MonkeyPatch) -> Iterator[Graph]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            standin.heard.append((self.path, self.headers["Authorization"], body))
            standin.callers.add(self.client_address[1])
            if standin.silent:
                over.wait(5)
            self.wfile.write(standin.answer)
            self.close_connection = not standin.answer.startswith(b"HTTP/1.1") or b"goodbye" in standin.answer

        def log_message(self, format: str, *args: Any) -> None:
            """Tests are quiet."""

    over, server = threading.Event(), ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    standin = Graph(server.server_address[1])
    monkeypatch.setattr(api, "ANSWER_SECONDS", 0.3)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield standin
    over.set()
    api.hang_up()
    server.shutdown()
    server.server_close()
    thread.join()


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


def test_a_send_returns_whatsapps_id(graph: Graph) -> None:
    # Given a Graph API that accepts
    graph.answers(200, {"messages": [{"id": "wamid.9"}]})
    # When a message is sent
    sent = send(graph.account, out())
    # Then its id comes back, and the call bore version, number and token
    assert sent == "wamid.9"
    assert graph.heard[0][:2] == ("/v25.0/106540352242922/messages", "Bearer token")


def test_one_connection_serves_many_calls(graph: Graph) -> None:
    # Given a Graph API that accepts / When three messages are sent
    graph.answers(200, {"messages": [{"id": "wamid.9"}]})
    for _ in range(3):
        send(graph.account, out())
    # Then they went over one connection
    assert len(graph.heard) == 3 and len(graph.callers) == 1


def test_a_connection_the_other_side_has_closed_is_replaced(graph: Graph) -> None:
    # Given a Graph API that closes the connection after its answer, without saying so
    graph.answers(200, {"messages": [{"id": "wamid.goodbye"}]})
    send(graph.account, out())
    # When another message is sent once the goodbye has come
    for _ in range(2):
        assert api._line.connection is not None
        api.select.select([api._line.connection.sock], [], [], 2)
        # Then it goes out over a new one
        assert send(graph.account, out()) == "wamid.goodbye"


def test_a_pair_that_was_too_fast_waits_longer_each_time(graph: Graph) -> None:
    # Given a pair over its rate / When the third attempt is refused / Then it is told to wait 4^3 seconds
    graph.refuses(400, 131056)
    with pytest.raises(Throttled) as caught:
        send(graph.account, out(), attempt=3)
    assert caught.value.retry_after == 64


def test_the_pause_the_answer_names_is_kept(graph: Graph) -> None:
    # Given an answer with Retry-After / When the send is refused / Then that is the pause
    graph.refuses(429, None, **{"retry-after": "7"})
    with pytest.raises(Throttled) as caught:
        send(graph.account, out())
    assert caught.value.retry_after == 7


def test_a_passing_fault_may_be_tried_again(graph: Graph) -> None:
    # Given an API that is down / When a message is sent / Then it may be tried again
    graph.refuses(503, 131016)
    with pytest.raises(RetryableError, match="131016"):
        send(graph.account, out())


def test_a_refusal_carries_code_and_reason(graph: Graph) -> None:
    # Given a closed window / When a message is sent / Then the refusal says which rule, and what to do
    graph.refuses(400, 131047)
    with pytest.raises(SendRejected) as caught:
        send(graph.account, out())
    assert (caught.value.code, caught.value.details) == (131047, "because")
    assert caught.value.verdict is Verdict.CHANGE_STRATEGY


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{goodbye", b"SSH-2.0-OpenSSH_9.2\r\n"],
    ids=["hangs up", "half an answer", "another protocol"],
)
def test_a_connection_that_breaks_after_the_request_is_ambiguous(graph: Graph, answer: bytes) -> None:
    # Given a connection that breaks once the request is out
    graph.answer = answer
    # When a message is sent / Then nobody claims to know
    with pytest.raises(AmbiguousSend):
        send(graph.account, out())
    # And the next message does not read what was left of that answer
    graph.answers(200, {"messages": [{"id": "wamid.9"}]})
    assert send(graph.account, out()) == "wamid.9"


def test_an_answer_that_stays_away_is_ambiguous(graph: Graph) -> None:
    # Given an API that takes the request and says nothing / When a message is sent / Then nobody claims to know
    graph.silent = True
    with pytest.raises(AmbiguousSend):
        send(graph.account, out())


def test_a_connection_that_never_was_may_be_tried_again() -> None:
    # Given no server at all / When a message is sent / Then nothing was, and it may be tried again
    with pytest.raises(RetryableError, match="cannot be reached"):
        send(ACCOUNT, out())


def test_a_handshake_that_fails_sent_nothing(graph: Graph) -> None:
    # Given a server that does not speak TLS / When a message is sent / Then nothing was, and it may be tried again
    with pytest.raises(RetryableError, match="cannot be reached"):
        send(GraphAccount("1", "token", graph.account.url.replace("http://", "https://")), out())


def test_success_without_an_id_is_ambiguous(graph: Graph) -> None:
    # Given an answer of success that names no message / When a message is sent / Then nobody claims to know
    graph.answers(200, "<html>")
    with pytest.raises(AmbiguousSend):
        send(graph.account, out())


def test_typing_goes_with_the_read_mark(graph: Graph) -> None:
    # Given a message to answer / When it is marked read
    graph.answers(200, {"success": True})
    mark_read_and_type(graph.account, "wamid.1")
    # Then the same call shows that somebody writes
    body = json.loads(graph.heard[0][2])
    assert (body["status"], body["typing_indicator"]) == ("read", {"type": "text"})
