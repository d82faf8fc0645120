"""The simulator posts what a customer does as Meta would, and `relevo say` speaks through it."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from typer.testing import CliRunner

from infra.cli import main
from infra.local.graph import webhooks
from infra.local.graph.standin import Served
from infra.local.simulator import create
from infra.local.simulator.directory import Customer, load
from relevo.channels import InboundMessage, OutboundMessage, Sender, inbound
from relevo.channels.webhook import split
from relevo.channels.whatsapp import GraphAccount, graph, send

ANA = {"name": "Ana Torres", "phone": "5215510000101"}
CENTRO = "100000000000001"


class Company:
    """In the place of the whole system: checks the signature, keeps what was said, answers texts when told to."""

    def __init__(self) -> None:
        self.heard: list[InboundMessage] = []
        self.answer: OutboundMessage | None = None
        self.graph_url = ""
        self.app = Starlette(routes=[Route("/webhooks/meta", self._webhook, methods=["POST"])])

    async def _webhook(self, request: Request) -> Response:
        body = await request.body()
        if request.headers["x-hub-signature-256"] != webhooks.sign(body, "local-app-secret"):
            return PlainTextResponse("the signature does not match the body", 401)
        for part in split(json.loads(body)):
            message = inbound.parse(part.body)
            if isinstance(message, InboundMessage):
                self.heard.append(message)
                if self.answer:
                    threading.Thread(target=self._reply, args=(message,)).start()
        return PlainTextResponse("EVENT_RECEIVED")

    def _reply(self, message: InboundMessage) -> None:
        assert self.answer is not None
        to = Sender(phone=message.sender.phone)
        account = GraphAccount(message.account_id, "token", self.graph_url)
        send(account, OutboundMessage(to, self.answer.kind, self.answer.text, self.answer.content))
        graph.hang_up()


@pytest.fixture
def company() -> Iterator[Company]:
    yield Company()


@pytest.fixture
def simulator(company: Company) -> Iterator[httpx.Client]:
    with Served(company.app) as served:
        app = create({"RELEVO_WEBHOOK_URL": f"{served.url}/webhooks/meta", "RELEVO_META_ACCESS_TOKEN": "token"})
        with Served(app) as shown, httpx.Client(base_url=shown.url) as client:
            company.graph_url = shown.url
            yield client


def act(simulator: httpx.Client, action: dict[str, Any], **more: Any) -> httpx.Response:
    return simulator.post("/simulator/acts", json={"customer": ANA, "number": CENTRO, "action": action, **more})


@pytest.mark.parametrize(
    ("action", "kind", "text"),
    [
        ({"kind": "text", "text": "¿Hola? 😀"}, "text", "¿Hola? 😀"),
        (
            {"kind": "location", "latitude": 19.4, "longitude": -99.1, "name": "Zócalo"},
            "location",
            "Zócalo, 19.4, -99.1",
        ),
        ({"kind": "reaction", "message_id": "wamid.1", "emoji": "👍"}, "reaction", "👍"),
        ({"kind": "button_reply", "id": "y", "title": "Sí"}, "button", "Sí"),
        ({"kind": "list_reply", "id": "1", "title": "Uno", "description": "el primero"}, "list_reply", "Uno"),
    ],
)
def test_what_a_customer_does_arrives_signed(
    simulator: httpx.Client, company: Company, action: dict[str, Any], kind: str, text: str
) -> None:
    # Given each thing one can do on the phone / When it is done
    answer = act(simulator, action, reply_to="wamid.0" if kind == "button" else None)
    # Then it arrives signed, as Meta words it, from the customer with phone and user id
    assert answer.json()["status"] == 200
    (message,) = company.heard
    assert (message.kind, message.text, message.account_id) == (kind, text, CENTRO)
    assert (message.sender.phone, message.sender.name) == (ANA["phone"], ANA["name"])
    assert message.sender.user_id == Customer(**ANA).person.user_id
    assert message.context_external_id == {"button": "wamid.0", "reaction": "wamid.1"}.get(kind)


def test_a_voice_note_can_be_fetched_by_its_id(simulator: httpx.Client, company: Company) -> None:
    # Given a recording kept
    kept = simulator.post("/simulator/files?name=voice", content=b"RIFF", headers={"Content-Type": "audio/wav"}).json()
    # When it is sent
    act(simulator, {"kind": "audio", "media_id": kept["id"], "voice": True})
    # Then the message names it, and both the page and the media endpoint have it
    (file,) = company.heard[0].media
    assert (file.id, file.voice, file.mime_type) == (kept["id"], True, "audio/wav")
    assert simulator.get(f"/simulator/files/{file.id}").content == b"RIFF"
    assert simulator.get(f"/v25.0/{file.id}", headers={"Authorization": "Bearer token"}).json()["file_size"] == 4


def test_a_forged_or_repeated_webhook_can_be_tried(simulator: httpx.Client, company: Company) -> None:
    # Given a webhook signed with a wrong secret, and one delivered five times
    forged = act(simulator, {"kind": "text", "text": "falso"}, forged=True)
    act(simulator, {"kind": "text", "text": "cinco"}, repeat=5)
    # When they arrive / Then the first is refused, and the other is five times the same
    assert forged.json()["status"] == 401
    assert [message.text for message in company.heard] == ["cinco"] * 5
    assert len({message.external_id for message in company.heard}) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"customer": {"name": "x"}, "number": "1", "action": {"kind": "text", "text": "x"}},
        {"customer": ANA, "number": "1", "action": {"kind": "text", "text": ""}},
        {"customer": ANA, "number": "1", "action": {"kind": "dance"}},
        {"customer": ANA, "number": "1", "action": {"kind": "image", "media_id": "nobody's"}},
    ],
)
def test_what_cannot_be_done_is_refused(simulator: httpx.Client, company: Company, body: dict[str, Any]) -> None:
    # Given an act that makes no sense / When it is asked for / Then it is refused in words and nothing is posted
    answer = simulator.post("/simulator/acts", json=body)
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert company.heard == []


def test_another_sites_page_may_not_sign_webhooks(simulator: httpx.Client, company: Company) -> None:
    # Given a browser's request for another site, and one to another name / When they come / Then both are refused
    body = {"customer": ANA, "number": CENTRO, "action": {"kind": "text", "text": "hola"}}
    assert simulator.post("/simulator/acts", json=body, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert simulator.post("/simulator/acts", json=body, headers={"Host": "evil.example"}).status_code == 400
    assert company.heard == []


def test_what_happens_is_streamed_and_can_be_taken_up_again(simulator: httpx.Client) -> None:
    # Given a message that was posted
    act(simulator, {"kind": "text", "text": "hola"})
    # When the stream is opened, and again after its second event
    first = _events(simulator, 3)
    again = _events(simulator, 1, {"Last-Event-ID": first[1][0]})
    # Then everything is told once, in order
    assert [event["type"] for _, event in first] == ["inbound", "webhook", "accepted"]
    assert again == first[2:]


def _events(simulator: httpx.Client, count: int, headers: dict[str, str] | None = None) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    with simulator.stream("GET", "/simulator/stream", headers=headers) as stream:
        identity = ""
        for line in stream.iter_lines():
            if line.startswith("id: "):
                identity = line[4:]
            elif line.startswith("data: ") and identity:
                found.append((identity, json.loads(line[6:])))
            if len(found) == count:
                break
    return found


def test_the_page_brings_everything_itself(simulator: httpx.Client) -> None:
    # Given the page / When it and its files are asked for
    page = simulator.get("/")
    files = [
        "style.css",
        "main.js",
        "chat.js",
        "composer.js",
        "inspector.js",
        "store.js",
        "dom.js",
        "texts.js",
        "icons.svg",
    ]
    contents = [simulator.get(f"/assets/{name}") for name in files]
    # Then all are there, and nothing comes from elsewhere
    assert {answer.status_code for answer in (page, *contents)} == {200}
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert "<style" not in page.text
    assert 'src="http' not in page.text


def test_both_languages_say_everything(simulator: httpx.Client) -> None:
    # Given the texts of the page
    source = simulator.get("/assets/texts.js").text
    spanish, english = source.split("\n}\n")[0].split("  en: {")
    # When the keys of both languages are compared / Then they are the same
    keys = [set(re.findall(r"(?<![\w{])(\w+): '", block)) for block in (spanish, english)]
    assert len(keys[0]) > 70
    assert keys[0] == keys[1]


def test_numbers_come_from_the_environment_or_the_seed() -> None:
    # Given numbers in the environment, and none / When the directory is read / Then they are used, or the seed's
    numbers = json.dumps([{"phone_number_id": "7", "display": "+52 1", "name": "Sur"}])
    assert [branch.name for branch in load({"RELEVO_NUMBERS": numbers}).branches] == ["Sur"]
    seeded = load({})
    assert len(seeded.branches) >= 2
    assert any(customer.tier == "vip" for customer in seeded.customers)


# ---------------------------------------------------------------------------------------------------------- relevo say


@pytest.fixture
def say(simulator: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("RELEVO_SIMULATOR_PORT", str(simulator.base_url.port))
    return CliRunner()


def test_say_prints_the_answer_and_a_summary(say: CliRunner, company: Company) -> None:
    # Given a company that answers with buttons
    company.answer = OutboundMessage(Sender(), "buttons", "¿Le sirvió?", {"buttons": [{"id": "y", "title": "Sí"}]})
    # When Bruno writes to the branch in the north
    result = say.invoke(main, ["say", "¿Cómo pago?", "--from", "bruno", "--to", "norte", "--quiet", "0.4"])
    # Then the answer is printed as it is read, and the last line is the summary
    lines = result.output.splitlines()
    assert result.exit_code == 0
    assert lines[:2] == ["Sucursal Norte: ¿Le sirvió?", "  [Sí]"]
    assert json.loads(lines[-1])["webhook"] == 200
    assert (company.heard[0].text, company.heard[0].sender.name) == ("¿Cómo pago?", "Bruno Díaz")


def test_say_tells_when_nothing_comes_back(say: CliRunner, company: Company) -> None:
    # Given a company that says nothing / When a newcomer writes
    result = say.invoke(main, ["say", "hola", "--from", "+54 9 11 2345-6789", "--as", "Nuria", "--timeout", "0.3"])
    # Then there is no answer, and the command says so with its exit code
    assert result.exit_code == 1
    assert json.loads(result.output.splitlines()[-1])["replies"] == []
    assert (company.heard[0].sender.phone, company.heard[0].sender.name) == ("5491123456789", "Nuria")


@pytest.mark.parametrize(
    ("options", "reason"), [(["--to", "sur"], "no branch is 'sur'"), (["--from", "Zoe"], "no customer is called 'Zoe'")]
)
def test_say_names_what_it_does_not_know(say: CliRunner, options: list[str], reason: str) -> None:
    # Given a branch or customer nobody knows / When said / Then one clear line tells
    result = say.invoke(main, ["say", "hola", *options])
    assert result.exit_code == 1
    assert reason in result.output


def test_say_without_an_environment_says_how_to_start_it(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given nothing listening / When something is said / Then one line tells how to start it
    monkeypatch.setenv("RELEVO_SIMULATOR_PORT", "1")
    result = CliRunner().invoke(main, ["say", "hola"])
    assert result.exit_code == 1
    assert "make run" in result.output
    assert len(result.output.splitlines()) == 1
