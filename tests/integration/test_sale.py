"""A sale through every function: a quote written over the API, its paper on the phone, a yes, the receipt."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import pypdfium2
import pytest

from functions.api.handler import handler as api
from infra.local.graph.standin import GraphStandIn
from infra.local.graph.state import Sent
from infra.local.pipeline import Pipeline
from relevo.db import Database
from tests.support import inbox as people
from tests.support import meta, selling
from tests.support.gateway import content, request
from tests.support.inbox import Person

pytestmark = pytest.mark.seeded


@dataclass
class Counter:
    """An agent at the counter, a customer on the phone."""

    pipeline: Pipeline
    database: Database
    graph: GraphStandIn
    ana: Person
    product: UUID

    def hear(self, message: dict[str, Any]) -> None:
        """The customer writes or presses, and everything that follows happens."""
        assert self.pipeline.handler("intake")(meta.post(meta.webhook(message)), None)["statusCode"] == 200
        self.pipeline.drain()
        assert not self.pipeline.dead

    def call(self, method: str, path: str, **body: Any) -> Any:
        answer = api(request(method, path, body=body or None, **self.ana.calling()), None)
        self.pipeline.drain()
        assert answer["statusCode"] < 300, answer["body"]
        return content(answer)

    def quote(self) -> dict[str, Any]:
        """A quote of two, sent to whoever wrote last; as it is then."""
        with self.database.unit_of_work() as uow:
            (conversation, *_) = uow.all("SELECT id FROM inbox.conversation ORDER BY id DESC")
        lines = [{"product_id": str(self.product), "quantity": "2"}]
        made = self.call("POST", "/api/quotes", conversation_id=str(conversation["id"]), lines=lines)
        self.call("POST", f"/api/quotes/{made['id']}/send")
        read: dict[str, Any] = self.call("GET", f"/api/quotes/{made['id']}")
        return read

    def paper(self, sent: Sent) -> str:
        """What stands on a paper the customer got."""
        file = self.graph.graph.files[sent.body["document"]["id"]]
        assert file.mime_type == "application/pdf"
        pages = pypdfium2.PdfDocument(file.content)
        return "\n".join(page.get_textpage().get_text_range() for page in pages)


@pytest.fixture
def counter(pipeline: Pipeline, database: Database, graph: GraphStandIn) -> Counter:
    with database.unit_of_work() as uow:
        (department,) = uow.all("SELECT id FROM desk.department WHERE code = 'technical'")
        ana = people.agent(uow, department["id"], "Anabel")
        uow.execute(
            "UPDATE inbox.branch SET legal_name = 'Refacciones del Centro S.A. de C.V.', tax_id = 'RCE010203AB1',"
            " address = 'Av. Juárez 123', receipt_footer = 'Gracias por su preferencia', tax_rate = 0.08"
        )
        (branch,) = uow.all("SELECT DISTINCT currency FROM inbox.branch")
        product = selling.product(uow, "ZZ-4471", "Balatas de prueba", "850.50", currency=branch["currency"])
    return Counter(pipeline, database, graph, ana, product)


def pressed(button: str, title: str) -> dict[str, Any]:
    message = meta.text_message("")
    del message["text"]
    reply = {"type": "button_reply", "button_reply": {"id": button, "title": title}}
    return message | {"type": "interactive", "interactive": reply}


def test_from_the_quote_to_the_receipt(counter: Counter) -> None:
    # Given a customer who asks for a price, whom the bot gave to people
    counter.hear(meta.text_message("quiero hablar con una persona"))
    # When the agent sends a quote
    quote = counter.quote()
    # Then it is on the phone: its paper with the branch's data and tax, and two buttons
    paper, question = counter.graph.sent[-2:]
    text = counter.paper(paper)
    for words in (quote["number"], "RCE010203AB1", "Av. Juárez 123", "Balatas de prueba", "IVA 8 %", "1,837.08"):
        assert words in text
    assert "Existencia por confirmar" in text and quote["status"] == "sent"
    buttons = question.body["interactive"]["action"]["buttons"]
    assert [button["reply"]["title"] for button in buttons] == ["Acepto", "No, gracias"]
    # When the customer says yes
    heard = len(counter.graph.sent)
    counter.hear(meta.text_message("Sí, lo quiero"))
    # Then the one thing they hear is the receipt, and there is one order with its commission
    (receipt,) = counter.graph.sent[heard:]
    (order,) = counter.call("GET", "/api/orders")["items"]
    text = counter.paper(receipt)
    assert order["number"] in receipt.text and order["receipt_number"] in text and order["number"] in text
    assert (order["net"], order["tax"], order["total"]) == ("1701.00", "136.08", "1837.08")
    with counter.database.unit_of_work() as uow:
        earned = uow.one("SELECT amount FROM sales.commission")
    assert earned == {"amount": Decimal("51.03")}


def test_the_bot_leaves_an_answer_to_a_quote_alone(counter: Counter) -> None:
    # Given a quote in a conversation the bot holds
    counter.hear(meta.text_message("hola"))
    quote = counter.quote()
    heard = len(counter.graph.sent)
    # When the customer taps twice
    for _ in range(2):
        counter.hear(pressed(f"quote:accept:{quote['id']}", "Acepto"))
    # Then they get the receipt, once, and nothing of the bot
    assert [sent.kind for sent in counter.graph.sent[heard:]] == ["document"]
    assert len(counter.call("GET", "/api/orders")["items"]) == 1
