"""From the quote on the customer's phone to the order: buttons, words, races, time that runs out, what is cancelled."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from relevo import clock, ids, sales
from relevo.db import Database, UnitOfWork
from relevo.events import MessageReceived, ScheduleFired
from relevo.sales import Quote, commissions, orders, quotes
from relevo.sales.orders import AlreadyCancelled
from tests.support import inbox, selling, world
from tests.support.bucket import MemoryBucket
from tests.support.selling import Shop

Work = Callable[[], AbstractContextManager[UnitOfWork]]
pytestmark = pytest.mark.usefixtures("bucket")


def says(uow: UnitOfWork, shop: Shop, text: str, *, button: str | None = None) -> None:
    """The customer writes or presses, and the function hears of it."""
    kind, columns = ("text", {}) if button is None else ("button", {"content": pressing(button)})
    message_id = inbox.message(uow, shop.conversation_id, text, kind=kind, **columns)
    sales.take_answer(
        uow,
        MessageReceived(
            message_id=message_id,
            conversation_id=shop.conversation_id,
            customer_id=shop.customer_id,
            branch_id=shop.desk.centro,
            channel="whatsapp",
            kind=kind,
        ),
    )


def pressing(button: str) -> object:
    from psycopg.types.json import Jsonb

    return Jsonb({"provider": {"interactive": {"button_reply": {"id": button, "title": "-"}}}})


def written(uow: UnitOfWork, shop: Shop) -> list[dict[str, object]]:
    """What the company has said so far, oldest first."""
    return uow.all(
        "SELECT kind, text, content, author, author_agent_id FROM inbox.message"
        " WHERE conversation_id = %s AND direction = 'out' ORDER BY id",
        (shop.conversation_id,),
    )


def placed(uow: UnitOfWork) -> list[orders.Order]:
    return orders.list_orders(uow)


def test_a_quote_comes_as_words_paper_and_buttons(unit_of_work: Work, bucket: MemoryBucket) -> None:
    with unit_of_work() as uow:
        # Given a shop
        shop = selling.shop(uow)
        # When Ana sends a quote
        quote = selling.send(uow, shop)
        paper, question = written(uow, shop)
    # Then the customer gets what it comes to with the paper, then two buttons, in Ana's name
    assert (paper["kind"], question["kind"]) == ("document", "buttons")
    assert quote.number in str(paper["text"]) and "1,973.16 COP" in str(paper["text"])
    assert paper["author_agent_id"] == shop.desk.ana.agent_id
    content = paper["content"]
    assert isinstance(content, dict) and content["storage_key"] == f"documents/{quote.id}.pdf"
    assert bucket.files[f"documents/{quote.id}.pdf"][0].startswith(b"%PDF-")
    assert quote.status == "sent"


def test_only_messages_of_who_was_sent_a_quote_are_looked_into(unit_of_work: Work) -> None:
    with unit_of_work() as uow:
        # Given Camila, who was sent a quote, and somebody who only has a draft
        shop = selling.shop(uow)
        selling.send(uow, shop)
        other = world.customer(uow, phone="573009998877")
        quotes.draft(uow, replace(selling.offer(shop), customer_id=other, conversation_id=None), shop.ana)
        facts = {"conversation_id": shop.conversation_id, "branch_id": shop.desk.centro, "channel": "whatsapp"}
        hers, theirs = (
            MessageReceived(message_id=ids.new_id(), customer_id=customer, kind="text", **facts)
            for customer in (shop.customer_id, other)
        )
        picture = hers.model_copy(update={"id": ids.new_id(), "kind": "image"})
        order = ScheduleFired(schedule="quote", due_at=clock.now())
        # Then of a batch her words concern a quote, and whatever is no message
        assert sales.concerning(uow, [hers, theirs, order]) == {hers.id, order.id}
        # And a picture alone does not
        assert sales.concerning(uow, [picture]) == set()


def test_words_written_before_the_quote_do_not_accept_it(unit_of_work: Work) -> None:
    with unit_of_work() as uow:
        # Given a customer who wrote that they want it, and then a quote; the words are heard late
        shop = selling.shop(uow)
        wanted = inbox.message(uow, shop.conversation_id, "lo quiero")
        quote = selling.send(uow, shop)
        # When the function hears of them
        sales.take_answer(
            uow,
            MessageReceived(
                message_id=wanted,
                conversation_id=shop.conversation_id,
                customer_id=shop.customer_id,
                branch_id=shop.desk.centro,
                channel="whatsapp",
                kind="text",
            ),
        )
        # Then nothing was ordered, and the same words afterwards do order it
        assert quotes.get(uow, quote.id).status == "sent"
        says(uow, shop, "lo quiero")
        assert quotes.get(uow, quote.id).status == "accepted"


def test_sent_twice_it_comes_once(unit_of_work: Work) -> None:
    with unit_of_work() as uow:
        # Given a quote that was sent
        shop = selling.shop(uow)
        quote = selling.send(uow, shop)
        # When its event comes again
        sales.send_quote(uow, quote.id)
        # Then nothing is said twice
        assert len(written(uow, shop)) == 2


def test_where_nothing_can_be_sent_the_quote_is_a_draft_again(unit_of_work: Work) -> None:
    with unit_of_work() as uow:
        # Given a customer who wrote two days ago
        shop = selling.shop(uow)
        uow.execute("UPDATE inbox.conversation SET window_until = now() - interval '1 day'")
        # When a quote is sent
        quote = selling.send(uow, shop)
        last = quotes.history(uow, quote.id)[-1]
        # Then it is a draft, its history says why, and the customer heard nothing
        assert (quote.status, quote.requested_at, written(uow, shop)) == ("draft", None, [])
    assert "more than 24 hours ago" in last["reason"]


@pytest.mark.parametrize("yes", ["sí", "ok", "Sí, lo quiero", "acepto"])
def test_a_yes_in_words_places_the_order(unit_of_work: Work, yes: str) -> None:
    with unit_of_work() as uow:
        # Given a quote that was the company's last word
        shop = selling.shop(uow)
        quote = selling.send(uow, shop)
        # When the customer says yes
        says(uow, shop, yes)
        # Then there is an order over the same amount, and the bot has nothing left to answer
        order = placed(uow)[0]
        left = uow.one("SELECT count(*) AS n FROM inbox.message WHERE direction = 'in' AND turn_id IS NULL")
        assert (order.quote_id, order.total, order.status) == (quote.id, quote.total, "placed")
        assert quotes.get(uow, quote.id).status == "accepted"
    assert left == {"n": 0}


def test_the_agent_earns_by_the_order(unit_of_work: Work) -> None:
    with unit_of_work() as uow:
        # Given a branch whose agents earn 4 %, and Ana 5 %
        shop = selling.shop(uow)
        world.setting(uow, "sales.commissions", {"branches": {"centro": "4"}, "agents": {"ana@relevo.example": "5"}})
        selling.send(uow, shop)
        # When her customer accepts
        says(uow, shop, "acepto")
        earned = commissions.list_commissions(uow)
    # Then she earns 5 % of what it came to without tax
    assert [(each["agent_name"], each["base"], each["rate"], each["amount"]) for each in earned] == [
        ("Ana", Decimal("1701.00"), Decimal("5.00"), Decimal("85.05"))
    ]


def test_a_plain_yes_to_something_else_buys_nothing(unit_of_work: Work) -> None:
    with unit_of_work() as uow:
        # Given a quote, after which Ana asked something else
        shop = selling.shop(uow)
        selling.send(uow, shop)
        inbox.message(uow, shop.conversation_id, "¿Le mando también fotos?", author="agent")
        # When the customer says yes, then there is no order and nobody interrupts
        before = len(written(uow, shop))
        says(uow, shop, "sí")
        assert placed(uow) == [] and len(written(uow, shop)) == before
        # And when they name what they want, there is one
        says(uow, shop, "acepto la cotización")
        assert len(placed(uow)) == 1


def test_a_doubtful_word_asks(unit_of_work: Work) -> None:
    with unit_of_work() as uow:
        # Given a quote
        shop = selling.shop(uow)
        quote = selling.send(uow, shop)
        # When the customer is merely pleased
        says(uow, shop, "perfecto")
        # Then they are asked, with the same buttons, and nothing was bought
        last = written(uow, shop)[-1]
        assert last["kind"] == "buttons" and f"quote:accept:{quote.id}" in str(last["content"])
        assert placed(uow) == []


def test_with_two_open_quotes_words_decide_nothing_and_buttons_do(unit_of_work: Work) -> None:
    with unit_of_work() as uow:
        # Given two quotes
        shop = selling.shop(uow)
        first = selling.send(uow, shop)
        selling.send(uow, shop)
        # When the customer accepts in words, then nobody guesses which
        says(uow, shop, "acepto")
        assert placed(uow) == []
        # And when they press the first one's button, it is that one
        says(uow, shop, "Acepto", button=f"quote:accept:{first.id}")
        assert [order.quote_id for order in placed(uow)] == [first.id]


def test_a_no_cancels_the_quote_with_its_reason(unit_of_work: Work) -> None:
    with unit_of_work() as uow:
        shop = selling.shop(uow)
        quote = selling.send(uow, shop)
        # When the customer declines
        says(uow, shop, "no, gracias")
        # Then the quote is cancelled for that reason, and they are told
        last = quotes.history(uow, quote.id)[-1]
        assert (quotes.get(uow, quote.id).status, last["reason"]) == ("cancelled", "the customer refused it")
        assert quote.number in str(written(uow, shop)[-1]["text"])


def test_somebody_elses_button_does_nothing(unit_of_work: Work) -> None:
    with unit_of_work() as uow:
        # Given a quote of Camila's
        shop = selling.shop(uow)
        quote = selling.send(uow, shop)
        # When another customer's message names its button
        uow.execute("UPDATE sales.quote SET customer_id = %s", (world.customer(uow, "Bruno"),))
        with pytest.raises(Exception, match="there is no quote"):
            says(uow, shop, "Acepto", button=f"quote:accept:{quote.id}")
        # Then there is no order
        assert placed(uow) == []


def test_a_double_tap_makes_one_order(database: Database, database_url: str, bucket: MemoryBucket) -> None:
    # Given a quote, and a customer who presses four times at once
    with database.unit_of_work() as uow:
        shop = selling.shop(uow)
        quote = selling.send(uow, shop)
    outcomes = list[orders.Accepted]()

    def press() -> None:
        own = Database(lambda: database_url)
        with own.unit_of_work() as uow:
            outcomes.append(orders.accept(uow, quote.id, actor="customer", reason="pressed"))
        own.close()

    taps = [threading.Thread(target=press) for _ in range(4)]
    for tap in taps:
        tap.start()
    for tap in taps:
        tap.join()
    # Then one of them made the order, the others found it
    with database.unit_of_work() as uow:
        [order] = placed(uow)
        earned = commissions.list_commissions(uow)
    assert sorted(outcome.is_new for outcome in outcomes) == [False, False, False, True]
    assert {outcome.order_id for outcome in outcomes} == {order.id}
    assert len(earned) == 1


def run_out(uow: UnitOfWork, quote: Quote) -> None:
    uow.execute("UPDATE sales.quote SET valid_until = %s WHERE id = %s", (clock.now() - timedelta(1), quote.id))


def test_an_expired_quote_says_so_and_offers_a_new_one(unit_of_work: Work) -> None:
    with unit_of_work() as uow:
        # Given a quote whose time ran out, and prices that rose
        shop = selling.shop(uow)
        quote = selling.send(uow, shop)
        run_out(uow, quote)
        uow.execute("UPDATE sales.product SET price = 900")
        # When the customer accepts it
        says(uow, shop, "Acepto", button=f"quote:accept:{quote.id}")
        offered = written(uow, shop)[-1]
        # Then there is no order, they are told, and offered a new one
        assert placed(uow) == [] and quotes.get(uow, quote.id).status == "expired"
        assert f"quote:renew:{quote.id}" in str(offered["content"])
        # And when they want it, twice, it is written once at today's prices and asked to be sent
        for _ in range(2):
            says(uow, shop, "Nueva cotización", button=f"quote:renew:{quote.id}")
        newest = quotes.list_quotes(uow)[0]
    assert (newest.version, newest.subtotal, newest.status) == (2, Decimal("1800.00"), "draft")
    assert newest.requested_at is not None and newest.agent_id == shop.desk.ana.agent_id


def test_a_plain_yes_to_an_expired_quote_is_told_too(unit_of_work: Work) -> None:
    with unit_of_work() as uow:
        shop = selling.shop(uow)
        run_out(uow, selling.send(uow, shop))
        says(uow, shop, "sí")
        assert "quote:renew" in str(written(uow, shop)[-1]["content"]) and placed(uow) == []


def test_an_order_has_one_receipt_with_the_branchs_number(unit_of_work: Work, bucket: MemoryBucket) -> None:
    with unit_of_work() as uow:
        # Given an order
        shop = selling.shop(uow)
        selling.send(uow, shop)
        says(uow, shop, "acepto")
        order_id = placed(uow)[0].id
        # When its event comes, twice
        for _ in range(2):
            sales.send_receipt(uow, order_id)
        order, papers = orders.get(uow, order_id), [w for w in written(uow, shop) if w["kind"] == "document"]
    # Then it has one receipt, and the customer got the paper after the quote's
    assert order.receipt_number == f"CENTRO-R{clock.now().year}-00001"
    assert len(papers) == 2 and order.number in str(papers[-1]["text"])
    assert order.receipt_key in bucket.files


def test_a_cancelled_order_voids_its_commission(unit_of_work: Work) -> None:
    with unit_of_work() as uow:
        # Given an order
        shop = selling.shop(uow)
        selling.send(uow, shop)
        says(uow, shop, "acepto")
        order_id: UUID = placed(uow)[0].id
        # When it is cancelled
        orders.cancel(uow, order_id, actor="user:sara", reason="sin existencia")
        [earned] = commissions.list_commissions(uow)
        # Then the commission is void, the history says who and why, and it cannot be cancelled again
        last = orders.history(uow, order_id)[-1]
        assert earned["void_at"] is not None
        assert (last["new"], last["actor"], last["reason"]) == ("cancelled", "user:sara", "sin existencia")
        with pytest.raises(AlreadyCancelled):
            orders.cancel(uow, order_id, actor="user:sara", reason="otra vez")
