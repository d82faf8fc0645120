"""The Graph stand-in speaks Graph's protocol: proved with the client that speaks to the real one."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from infra.local.graph import webhooks
from infra.local.graph.standin import GraphStandIn
from infra.local.graph.state import Rule, Settings
from relevo.channels import OutboundMessage, Sender, StatusChange, inbound
from relevo.channels.webhook import split
from relevo.channels.whatsapp import AmbiguousSend, GraphAccount, SendRejected, Verdict, build, mark_read_and_type, send
from relevo.channels.whatsapp import graph as api
from relevo.errors import RetryableError, Throttled

ANA = Sender(phone="5215512345678")
HELLO = OutboundMessage(ANA, "text", "Hola", opaque="our-id")


class Posted:
    """Receives webhooks in the place of `intake`."""

    def __init__(self) -> None:
        self.statuses: list[StatusChange] = []
        self.answers = [200]
        self._lock = threading.Condition()

    def __call__(self, body: bytes, signature: str) -> int:
        assert signature == webhooks.sign(body, "secret")
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        with self._lock:
            if answer == 200:
                parsed = [inbound.parse(part.body) for part in split(json.loads(body))]
                self.statuses += [status for status in parsed if isinstance(status, StatusChange)]
            self._lock.notify_all()
        return answer

    def wait(self, count: int) -> list[str]:
        with self._lock:
            assert self._lock.wait_for(lambda: len(self.statuses) >= count, 5), self.statuses
        return [status.status for status in self.statuses]


@pytest.fixture
def posted() -> Posted:
    return Posted()


@pytest.fixture
def graph(posted: Posted, monkeypatch: pytest.MonkeyPatch) -> Iterator[GraphStandIn]:
    monkeypatch.setattr(api, "ANSWER_SECONDS", 0.5)
    delays = {"sent": 0.0, "delivered": 0.01, "read": 0.01}
    with GraphStandIn(Settings(token="token", app_secret="secret", deliver=posted, delays=delays)) as standin:
        yield standin
        api.hang_up()


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client() as opened:
        yield opened


def account(graph: GraphStandIn, **changed: str) -> GraphAccount:
    return GraphAccount(**{"phone_number_id": "106540352242922", "token": "token", "url": graph.url, **changed})


def test_a_send_is_kept_and_its_statuses_come_back(graph: GraphStandIn, posted: Posted) -> None:
    # Given a stand-in that posts statuses / When a message is sent
    wamid = send(account(graph), HELLO)
    # Then it was taken, and sent, delivered and read are posted, signed, with our id and a price
    assert [(s.id, s.text) for s in graph.sent] == [(wamid, "Hola")]
    assert posted.wait(3) == ["sent", "delivered", "read"]
    assert {(s.external_id, s.opaque) for s in posted.statuses} == {(wamid, "our-id")}
    assert posted.statuses[0].pricing is not None


def test_a_webhook_that_is_refused_comes_again(graph: GraphStandIn, posted: Posted) -> None:
    # Given an intake that is down once
    posted.answers = [503, 200]
    # When a message is sent
    send(account(graph), HELLO)
    # Then no status is lost
    assert posted.wait(3) == ["sent", "delivered", "read"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule("fail", code=131026, title="Message undeliverable"), ["failed"]),
        (Rule("reorder"), ["read", "delivered", "sent"]),
        (Rule("duplicate"), ["sent", "sent", "delivered", "delivered", "read", "read"]),
    ],
    ids=lambda value: value.kind if isinstance(value, Rule) else "",
)
def test_statuses_can_fail_come_twice_or_backwards(
    graph: GraphStandIn, posted: Posted, rule: Rule, expected: list[str]
) -> None:
    # Given such a fault / When a message is sent / Then that is how its statuses come
    graph.inject(rule)
    send(account(graph), HELLO)
    assert posted.wait(len(expected)) == expected


@pytest.mark.parametrize(
    ("rule", "raised"),
    [
        (Rule(http_status=429, code=130429, retry_after=3), Throttled),
        (Rule(http_status=400, code=131056), Throttled),
        (Rule(http_status=500, code=131000), RetryableError),
        (Rule(http_status=400, code=131047), SendRejected),
        (Rule("timeout"), AmbiguousSend),
    ],
    ids=lambda value: f"{value.kind}-{value.code}" if isinstance(value, Rule) else "",
)
def test_faults_are_made_once(graph: GraphStandIn, rule: Rule, raised: type[Exception]) -> None:
    # Given a fault on the next send / When two are sent / Then the first meets it and the second does not
    graph.inject(rule)
    with pytest.raises(raised):
        send(account(graph), HELLO)
    assert send(account(graph), HELLO).startswith("wamid.")


def test_a_time_out_may_have_sent_or_not(graph: GraphStandIn) -> None:
    # Given a time-out that swallows the message, and one that only swallows the answer
    graph.inject(Rule("timeout", accepted=False))
    graph.inject(Rule("timeout", accepted=True))
    # When both are met
    for _ in range(2):
        with pytest.raises(AmbiguousSend):
            send(account(graph), HELLO)
    # Then one message was sent
    assert len(graph.sent) == 1


def test_a_fault_can_be_one_persons(graph: GraphStandIn) -> None:
    # Given a fault for somebody else / When Ana is written to / Then it works, and the other still meets the fault
    graph.inject(Rule(to="5215500000000", code=131026))
    send(account(graph), HELLO)
    with pytest.raises(SendRejected):
        send(account(graph), OutboundMessage(Sender(phone="5215500000000"), "text", "Hola"))


def test_a_pair_has_its_rate(graph: GraphStandIn) -> None:
    # Given a burst of two / When three are sent / Then the third is too fast, and another person is not held up
    graph.graph.settings.pair_burst = 2
    send(account(graph), HELLO)
    send(account(graph), HELLO)
    with pytest.raises(Throttled, match="131056"):
        send(account(graph), HELLO)
    assert send(account(graph), OutboundMessage(Sender(user_id="BR.1"), "text", "Oi"))


def test_a_wrong_token_stops_the_channel(graph: GraphStandIn) -> None:
    # Given a token that is not valid / When a message is sent / Then it is refused for the whole channel
    with pytest.raises(SendRejected) as caught:
        send(account(graph, token="other"), HELLO)
    assert (caught.value.code, caught.value.verdict) == (190, Verdict.STOP_CHANNEL)


def test_the_read_mark_and_typing_are_seen(graph: GraphStandIn) -> None:
    # Given a message received / When it is marked read with typing / Then the stand-in saw both
    mark_read_and_type(account(graph), "wamid.abc")
    assert graph.graph.read == [{"phone_number_id": "106540352242922", "message_id": "wamid.abc", "typing": True}]


def interactive(**changed: Any) -> dict[str, Any]:
    body = build(OutboundMessage(ANA, "buttons", "¿?", {"buttons": [{"id": "1", "title": "Sí"}]}))
    body["interactive"].update(changed)
    return body


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"messaging_product": "whatsapp", "type": "text", "text": {"body": "x"}},
        {"messaging_product": "whatsapp", "to": "Ana", "type": "text", "text": {"body": "x"}},
        {"messaging_product": "whatsapp", "recipient": "5215512345678", "type": "text", "text": {"body": "x"}},
        {**build(HELLO), "text": {"body": "x" * 4097}},
        {**build(HELLO), "type": "image"},
        {**build(HELLO), "type": "hologram"},
        {**build(HELLO), "biz_opaque_callback_data": "x" * 513},
        interactive(body={"text": "x" * 1025}),
        interactive(
            action={"buttons": [{"type": "reply", "reply": {"id": str(n), "title": f"{n}"}} for n in range(4)]}
        ),
        interactive(action={"buttons": [{"reply": {"id": "1", "title": "x" * 21}}]}),
        interactive(action={"buttons": [{}]}),
        interactive(type="list", action={"button": "Ver", "sections": []}),
    ],
)
def test_what_meta_would_refuse_is_refused(graph: GraphStandIn, client: httpx.Client, body: dict[str, Any]) -> None:
    # Given a body that breaks a rule / When it is posted / Then it is refused with a Graph error, and nothing was sent
    answer = client.post(account(graph).messages_url, json=body, headers={"Authorization": "Bearer token"})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] in (100, 131008, 131009)
    assert graph.sent == []


MESSAGES: list[Callable[[], OutboundMessage]] = [
    lambda: OutboundMessage(ANA, "buttons", "¿?", {"buttons": [{"id": "1", "title": "Sí"}], "footer": "f"}),
    lambda: OutboundMessage(ANA, "list", "Elige", {"button": "Ver", "rows": [{"id": "1", "title": "Uno"}]}),
    lambda: OutboundMessage(ANA, "template", "", {"name": "a", "language": "es", "parameters": ["1"]}),
    lambda: OutboundMessage(ANA, "document", "pie", {"id": "1", "filename": "a.pdf"}),
    lambda: OutboundMessage(ANA, "location", "", {"latitude": 1.5, "longitude": 2}),
    lambda: OutboundMessage(ANA, "reaction", "👍", {"message_id": "wamid.1"}),
]


@pytest.mark.parametrize("message", MESSAGES)
def test_what_relevo_builds_is_taken(graph: GraphStandIn, message: Callable[[], OutboundMessage]) -> None:
    # Given each kind Relevo can build / When it is sent / Then it is taken
    assert send(account(graph), message()) == graph.sent[0].id


def test_a_file_goes_up_and_comes_down(graph: GraphStandIn, client: httpx.Client) -> None:
    # Given a file sent up
    headers, root = {"Authorization": "Bearer token"}, f"{graph.url}/v25.0"
    form = {"messaging_product": "whatsapp", "type": "image/png"}
    sent = client.post(
        f"{root}/1/media", data=form, files={"file": ("a.png", b"\x89PNG", "image/png")}, headers=headers
    )
    # When its address is asked for and fetched
    described = client.get(f"{root}/{sent.json()['id']}", headers=headers).json()
    content = client.get(described["url"], headers=headers)
    # Then it is the same, and without a token it is nobody's
    assert (described["mime_type"], described["file_size"], content.content) == ("image/png", 4, b"\x89PNG")
    assert client.get(described["url"]).status_code == 401


def test_what_happened_can_be_asked_for(graph: GraphStandIn, client: httpx.Client) -> None:
    # Given a fault made over HTTP, and two sends
    made = client.post(f"{graph.url}/_stand-in/rules", json={"kind": "error", "code": 131026})
    assert made.status_code == 201
    with pytest.raises(SendRejected):
        send(account(graph), HELLO)
    send(account(graph), HELLO)
    # When messages and events are asked for
    (message,) = client.get(f"{graph.url}/_stand-in/messages", params={"to": ANA.phone or ""}).json()
    events = [event["type"] for event in client.get(f"{graph.url}/_stand-in/events").json()]
    # Then both are told, in order; after a reset there is nothing
    assert message["text"] == "Hola"
    assert [event for event in events if event in ("refused", "outbound")] == ["refused", "outbound"]
    assert client.delete(f"{graph.url}/_stand-in").status_code == 204
    assert client.get(f"{graph.url}/_stand-in/messages").json() == []


def test_a_fault_that_is_none_is_refused(graph: GraphStandIn, client: httpx.Client) -> None:
    # Given a rule of an unknown kind / When it is posted / Then it is refused, in words
    answer = client.post(f"{graph.url}/_stand-in/rules", json={"kind": "earthquake"})
    assert answer.status_code == 422
    assert "earthquake" in answer.json()["detail"]


def test_it_starts_and_stops_quickly() -> None:
    # Given the clock / When a stand-in is started and stopped
    begun = time.monotonic()
    with GraphStandIn() as standin:
        assert httpx.get(f"{standin.url}/_stand-in/messages").json() == []
    # Then a test can afford it
    assert time.monotonic() - begun < 5
