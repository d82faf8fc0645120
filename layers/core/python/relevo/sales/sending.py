"""What the customer gets of a sale: the quote with its paper and its buttons, then the receipt."""

from __future__ import annotations

import io
from typing import Any, Literal
from uuid import UUID

from relevo import clock, ids, inbox, objects
from relevo.db import Row, UnitOfWork
from relevo.events import QuoteSent, ReceiptMade
from relevo.inbox import Conversation
from relevo.sales import orders, papers, quotes
from relevo.sales.documents import Paper, render
from relevo.sales.money import shown
from relevo.sales.numbering import next_number
from relevo.sales.quotes import Quote
from relevo.texts import say

_PDF = "application/pdf"
_CAPTION = 1024
"""Characters WhatsApp takes under a file."""


def send_quote(uow: UnitOfWork, quote_id: UUID) -> None:
    """Send a quote that was asked for: its paper, then what it comes to with the buttons to answer.

    Where nothing can be sent in its conversation any more it is a draft again, and its history says why. Raises
    NotFound, RetryableError.
    """
    conversation_id = quotes.get(uow, quote_id).conversation_id
    conversation = inbox.lock(uow, conversation_id) if conversation_id else None
    quote = quotes.lock(uow, quote_id)
    if quote.status != "draft" or quote.requested_at is None or conversation is None:
        return
    if reason := _obstacle(conversation):
        quotes.give_back(uow, quote, reason=reason)
        return
    key = _keep(quote_id, papers.quote_paper(uow, quote))
    quotes.note_sent(uow, quote, key)
    language = quote.language
    content = {"storage_key": key, "mime_type": _PDF, "filename": f"{quote.title.replace('/', '-')}.pdf"}
    _say(uow, conversation, quote, summary(uow, quote), kind="document", content=content)
    _say(uow, conversation, quote, say("sale.question", language, number=quote.title), **question(quote))
    uow.record(QuoteSent(quote_id=quote_id, branch_id=quote.branch_id, conversation_id=conversation.id))


def _obstacle(conversation: Conversation) -> str | None:
    if conversation.state != "open":
        return "the conversation is closed"
    if conversation.window_until is None or conversation.window_until <= clock.now():
        return "the customer wrote more than 24 hours ago; only a template may be sent"
    return None


def _keep(paper_id: UUID, paper: Paper) -> str:
    """Store the paper; its key in the bucket."""
    key = f"documents/{paper_id}.pdf"
    objects.bucket().put(key, io.BytesIO(render(paper)), _PDF)
    return key


def summary(uow: UnitOfWork, quote: Quote) -> str:
    """The quote in words, as short as what stands under a file must be."""
    language, lines = quote.language, quotes.lines_of(uow, [quote.id])[quote.id]
    told = [_line(line, quote.currency) for line in lines]
    head = say("sale.quote", language, number=quote.title)
    foot = say("sale.total", language, total=shown(quote.total, quote.currency))
    room = _CAPTION - len(head) - len(foot) - 2
    shown_lines, more = list[str](), say("sale.more", language)
    for n, line in enumerate(told):
        reserve = len(more) + 1 if n < len(told) - 1 else 0
        if sum(len(each) + 1 for each in shown_lines) + len(line) + 1 + reserve > room:
            shown_lines.append(more)
            break
        shown_lines.append(line)
    return "\n".join([head, *shown_lines, foot])


def _line(line: Row, currency: str) -> str:
    return f"• {line['quantity'].normalize():f} × {line['name']}: {shown(line['gross'] - line['discount'], currency)}"


def question(quote: Quote) -> dict[str, Any]:
    """Kind and content of a message that asks for the customer's yes or no."""
    buttons = [
        {"id": f"quote:{word}:{quote.id}", "title": say(f"sale.{word}", quote.language)}
        for word in ("accept", "refuse")
    ]
    return {"kind": "buttons", "content": {"buttons": buttons}}


def send_receipt(uow: UnitOfWork, order_id: UUID) -> None:
    """Make an order's receipt, once, and send it where its conversation allows. Raises NotFound, RetryableError."""
    conversation_id = orders.get(uow, order_id).conversation_id
    conversation = inbox.lock(uow, conversation_id) if conversation_id else None
    order = orders.lock(uow, order_id)
    if order.receipt_key is not None or order.status == "cancelled":
        return
    receipt_id, number = ids.new_id(), next_number(uow, order.branch_id, "receipt")
    key = _keep(receipt_id, papers.receipt_paper(uow, order, number))
    uow.execute(
        "INSERT INTO sales.receipt (id, order_id, number, storage_key, created_at) VALUES (%s, %s, %s, %s, %s)",
        (receipt_id, order_id, number, key, clock.now()),
    )
    uow.record(ReceiptMade(order_id=order_id, branch_id=order.branch_id, number=number))
    if conversation is None or _obstacle(conversation):
        return
    content = {"storage_key": key, "mime_type": _PDF, "filename": f"{number}.pdf"}
    total = shown(order.total, order.currency)
    text = say("sale.thanks", order.language, number=order.number, total=total)
    _say(uow, conversation, quotes.get(uow, order.quote_id), text, kind="document", content=content)


def _say(
    uow: UnitOfWork, conversation: Conversation, quote: Quote, text: str, *, kind: str, content: dict[str, Any]
) -> None:
    """Queue a message about a quote, in the name of its agent where it has one."""
    author: Literal["bot", "agent"] = "agent" if quote.agent_id else "bot"
    inbox.queue_reply(
        uow,
        conversation,
        text,
        author=author,
        owner_version=conversation.owner_version,
        agent_id=quote.agent_id,
        kind=kind,
        content=content | {"quote_id": str(quote.id)},
    )
