"""The customer's answer to a quote: a button, or words where it is clear which quote they are about.

Words count while exactly one quote is open. A plain yes counts only where the quote was the company's last word, since
it would otherwise answer whatever was asked last; words that are neither yes nor no are asked about.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from relevo import ids, inbox
from relevo.db import UnitOfWork
from relevo.errors import NotFound
from relevo.events import Event, MessageReceived
from relevo.inbox import Conversation
from relevo.sales import orders, quotes, sending
from relevo.sales.consent import Answer, answer_in
from relevo.sales.quotes import NotPossible, Quote, Seller
from relevo.texts import say

_CUSTOMER = "customer"


def concerning(uow: UnitOfWork, batch: Sequence[Event]) -> set[UUID]:
    """Of these events the ids of those that may concern a quote: of messages the ones whose customer was sent one."""
    messages = [event for event in batch if isinstance(event, MessageReceived)]
    if not messages:
        return {event.id for event in batch}
    customers = {event.customer_id for event in messages if event.kind in ("text", "button")}
    rows = uow.all(
        "SELECT customer_id FROM unnest(%s::uuid[]) AS heard (customer_id) WHERE EXISTS (SELECT FROM sales.quote"
        " WHERE quote.customer_id = heard.customer_id AND quote.sent_at IS NOT NULL)",
        (list(customers),),
    )
    asked = {row["customer_id"] for row in rows}
    return {event.id for event in batch if not isinstance(event, MessageReceived) or event.customer_id in asked}


def take_answer(uow: UnitOfWork, event: MessageReceived) -> None:
    """If the message answers a quote, do what it says, and leave nothing of it to the bot."""
    if event.kind == "button":
        _take_press(uow, event)
    elif event.kind == "text":
        _take_words(uow, event)


def _take_press(uow: UnitOfWork, event: MessageReceived) -> None:
    kind, _, rest = (inbox.pressed(uow, event.message_id) or "").partition(":")
    word, _, quote_id = rest.partition(":")
    if kind != "quote" or word not in _DEEDS:
        return
    conversation = inbox.lock(uow, event.conversation_id)
    quote = quotes.lock(uow, UUID(quote_id))
    if quote.customer_id != event.customer_id:
        raise NotFound(f"there is no quote {quote_id} of this customer")
    _DEEDS[word](uow, conversation, quotes.continue_in(uow, quote, conversation.id))
    _settle(uow, conversation, event.message_id)


def _take_words(uow: UnitOfWork, event: MessageReceived) -> None:
    row = uow.one("SELECT text, stored_at FROM inbox.message WHERE id = %s", (event.message_id,))
    answer = answer_in(row["text"] or "") if row else None
    if row is None or answer is None:
        return
    found = _meant(uow, event, answer, row["stored_at"])
    if found is None:
        return
    conversation = inbox.lock(uow, event.conversation_id)
    quote = quotes.continue_in(uow, quotes.lock(uow, found), conversation.id)
    _DEEDS[_WORDS[answer]](uow, conversation, quote)
    _settle(uow, conversation, event.message_id)


def _meant(uow: UnitOfWork, event: MessageReceived, answer: Answer, said_at: datetime) -> UUID | None:
    """The quote the words are about: the only open one, or one that ran out and was the company's last word.

    Words that were written before a quote was sent are not about it, however late they are heard.
    """
    last = _last_word(uow, event)
    sent = quotes.open_for(uow, event.customer_id, event.branch_id)
    opened = [quote for quote in sent if quote.sent_at is not None and quote.sent_at <= said_at]
    if len(opened) == 1:
        quote = opened[0]
        return quote.id if answer == "yes" or last == quote.id else None
    if opened or last is None or answer == "doubtful":
        return None
    quote = quotes.get(uow, last)
    ran_out = quote.status == "expired" or (quote.status == "sent" and not quote.is_open)
    return quote.id if ran_out and quote.customer_id == event.customer_id else None


def _last_word(uow: UnitOfWork, event: MessageReceived) -> UUID | None:
    """The quote the company's last message before this one was about, if it was about one."""
    row = uow.one(
        "SELECT content ->> 'quote_id' AS quote FROM inbox.message"
        " WHERE conversation_id = %s AND direction = 'out' AND id < %s ORDER BY id DESC LIMIT 1",
        (event.conversation_id, event.message_id),
    )
    return UUID(row["quote"]) if row and row["quote"] else None


# ------------------------------------------------------------------------------------------------------ what they say


def _accept(uow: UnitOfWork, conversation: Conversation, quote: Quote) -> None:
    """Place the order; its receipt is the answer. Of two presses the second finds the order there."""
    try:
        orders.accept(uow, quote.id, actor=_CUSTOMER, reason="the customer accepted it")
    except orders.Expired:
        if quote.status == "sent":
            quotes.expire(uow, quote)
        _offer_anew(uow, conversation, quote)
    except NotPossible:
        _tell(uow, conversation, quote, "sale.no_longer")


def _refuse(uow: UnitOfWork, conversation: Conversation, quote: Quote) -> None:
    if quote.status != "sent":
        return
    quotes.cancel(uow, quote.id, actor=_CUSTOMER, reason="the customer refused it")
    _tell(uow, conversation, quote, "sale.refused")


def _ask(uow: UnitOfWork, conversation: Conversation, quote: Quote) -> None:
    _tell(uow, conversation, quote, "sale.doubtful", **sending.question(quote))


def _renew(uow: UnitOfWork, conversation: Conversation, quote: Quote) -> None:
    """The same at today's prices, sent at once. A second press finds it superseded."""
    if quote.status != "expired":
        return
    renewed = quotes.revise(uow, quote.id, Seller(_CUSTOMER))
    quotes.request(uow, renewed.id, actor=_CUSTOMER)


def _offer_anew(uow: UnitOfWork, conversation: Conversation, quote: Quote) -> None:
    button = {"id": f"quote:renew:{quote.id}", "title": say("sale.renew", quote.language)}
    _tell(uow, conversation, quote, "sale.expired", kind="buttons", content={"buttons": [button]})


_DEEDS: dict[str, Callable[[UnitOfWork, Conversation, Quote], None]] = {
    "accept": _accept,
    "refuse": _refuse,
    "renew": _renew,
    "ask": _ask,
}
_WORDS: dict[Answer, str] = {"yes": "accept", "plain yes": "accept", "no": "refuse", "doubtful": "ask"}


def _tell(
    uow: UnitOfWork,
    conversation: Conversation,
    quote: Quote,
    key: str,
    *,
    kind: str = "text",
    content: dict[str, Any] | None = None,
) -> None:
    inbox.queue_reply(
        uow,
        conversation,
        say(key, quote.language, number=quote.title),
        author="bot",
        owner_version=conversation.owner_version,
        kind=kind,
        content=(content or {}) | {"quote_id": str(quote.id)},
    )


def _settle(uow: UnitOfWork, conversation: Conversation, message_id: UUID) -> None:
    """The message is answered: the bot leaves it alone, and nobody waits because of it."""
    lines = inbox.unanswered(uow, conversation.id)
    inbox.mark_answered(uow, [line for line in lines if line.id == message_id], ids.new_id())
    if all(line.id == message_id for line in lines):
        inbox.stop_waiting(uow, conversation.id)
