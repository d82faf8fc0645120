"""A quote: numbered without gaps, priced by the catalogue, limited in discounts, moved by one table, remembered."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from decimal import Decimal

import pytest

from relevo import clock, ids, inbox
from relevo.db import Database, UnitOfWork
from relevo.errors import InvalidInput, NotFound
from relevo.sales import DiscountTooLarge, NewLine, NotPossible, papers, quotes
from relevo.sales.quotes import NEXT
from tests.support import selling, world
from tests.support.broker import MemoryMessaging
from tests.support.bucket import MemoryBucket

Work = Callable[[], AbstractContextManager[UnitOfWork]]


def test_a_quote_has_the_catalogues_prices_and_the_branchs_tax(unit_of_work: Work) -> None:
    # Given a shop whose branch adds 16 % and sells in its own currency
    with unit_of_work() as uow:
        shop = selling.shop(uow)
        # When two sets of pads and three bottles of oil, these at 10 % less, are offered
        oil = NewLine(shop.oil, Decimal(3), Decimal(10))
        quote = selling.draft(uow, shop, NewLine(shop.pads, Decimal(2)), oil)
        lines = quotes.lines_of(uow, [quote.id])[quote.id]
    # Then each line and the whole come to what a cash register says
    assert [(line["gross"], line["discount"], line["tax"]) for line in lines] == [
        (Decimal("1701.00"), Decimal("0.00"), Decimal("272.16")),
        (Decimal("599.97"), Decimal("60.00"), Decimal("86.40")),
    ]
    amounts = (quote.subtotal, quote.discount, quote.tax, quote.total, quote.currency)
    assert amounts == (Decimal("2300.97"), Decimal("60.00"), Decimal("358.56"), Decimal("2599.53"), "COP")
    # And nobody said what is in stock
    assert [line["stock"] for line in lines] == [None, None]


def test_a_quote_keeps_its_prices_when_the_catalogue_changes(unit_of_work: Work) -> None:
    # Given a quote
    with unit_of_work() as uow:
        shop = selling.shop(uow)
        quote = selling.draft(uow, shop)
        # When the price rises
        uow.execute("UPDATE sales.product SET price = 1000, name = 'Balatas nuevas'")
        kept = quotes.lines_of(uow, [quote.id])[quote.id][0]
        # Then what was offered stays, and the next version has the new price
        revised = quotes.revise(uow, quote.id, shop.ana)
        lines = quotes.lines_of(uow, [revised.id])[revised.id]
        old = quotes.get(uow, quote.id)
    assert (kept["unit_price"], kept["name"]) == (Decimal("850.50"), "Balatas delanteras")
    assert lines[0]["unit_price"] == Decimal("1000.00")
    assert (revised.title, revised.version, revised.supersedes) == (f"{quote.number}/2", 2, quote.id)
    assert (old.status, revised.status) == ("superseded", "draft")


def test_numbers_of_a_branch_have_no_gaps_though_many_write_at_once(database: Database, database_url: str) -> None:
    # Given a shop, and eight people who write quotes at the same time; every other one thinks better of it
    with database.unit_of_work() as uow:
        shop = selling.shop(uow)

    class SecondThoughtsError(Exception):
        pass

    def write(n: int) -> None:
        own = Database(lambda: database_url)
        try:
            with own.unit_of_work() as uow:
                quotes.draft(uow, selling.offer(shop), shop.ana)
                if n % 2:
                    raise SecondThoughtsError
        except SecondThoughtsError:
            pass
        finally:
            own.close()

    writers = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    # When the numbers are read
    with database.unit_of_work() as uow:
        numbers = sorted(row["number"] for row in uow.all("SELECT number FROM sales.quote"))
    # Then four quotes have the first four numbers
    year = clock.now().year
    assert numbers == [f"CENTRO-C{year}-{n:05}" for n in range(1, 5)]


def test_each_branch_counts_by_itself(unit_of_work: Work) -> None:
    with unit_of_work() as uow:
        # Given a shop with a second branch
        shop = selling.shop(uow)
        # When both write a quote
        first = selling.draft(uow, shop)
        there = quotes.NewQuote(shop.desk.norte, shop.customer_id, [NewLine(shop.oil, Decimal(1))])
        second = quotes.draft(uow, there, shop.ana)
    # Then each has its own first number
    assert first.number.startswith("CENTRO-C") and second.number.startswith("NORTE-C")
    assert first.number[-5:] == second.number[-5:] == "00001"


def test_a_discount_beyond_the_roles_limit_needs_a_supervisor(unit_of_work: Work) -> None:
    with unit_of_work() as uow:
        shop = selling.shop(uow)
        # Given agents who may give 10 %, unless the company says 20
        line = NewLine(shop.pads, Decimal(1), Decimal(15))
        # When Ana gives 15 %, then she is told what she may give
        with pytest.raises(DiscountTooLarge, match="yours may be 10 %"):
            quotes.draft(uow, selling.offer(shop, line), shop.ana)
        # And Sara, who leads, gives it
        assert quotes.draft(uow, selling.offer(shop, line), shop.sara).discount == Decimal("127.58")


def test_the_company_sets_the_limits(unit_of_work: Work) -> None:
    with unit_of_work() as uow:
        # Given a company whose agents may give 20 %
        shop = selling.shop(uow)
        world.setting(uow, "sales.discounts", {"agent": "20"})
        # When Ana gives 15 %, then it is given
        line = NewLine(shop.pads, Decimal(1), Decimal(15))
        assert quotes.draft(uow, selling.offer(shop, line), shop.ana).discount == Decimal("127.58")


def test_what_is_not_sold_here_is_not_offered(unit_of_work: Work) -> None:
    with unit_of_work() as uow:
        shop = selling.shop(uow)
        imported = selling.product(uow, "USD-1", "Turbo", "10.00", currency="USD")
        uow.execute("UPDATE sales.product SET active = false WHERE id = %s", (shop.oil,))
        # When somebody offers nothing, a product nobody knows, one that was given up, one in another currency
        for lines, words in (
            ([], "1 to 100 lines"),
            ([NewLine(shop.oil, Decimal(1))], "not sold any more"),
            ([NewLine(imported, Decimal(1))], "priced in USD"),
        ):
            new = quotes.NewQuote(shop.desk.centro, shop.customer_id, lines)
            # Then it is refused with its reason
            with pytest.raises(InvalidInput, match=words):
                quotes.draft(uow, new, shop.ana)
        with pytest.raises(NotFound):
            quotes.draft(uow, selling.offer(shop, NewLine(ids.new_id(), Decimal(1))), shop.ana)


def test_what_the_inventory_said_a_moment_ago_stands_on_the_line(unit_of_work: Work) -> None:
    with unit_of_work() as uow:
        # Given an inventory that told of the pads just now, and of the oil an hour ago
        shop = selling.shop(uow)
        for product, at in ((shop.pads, clock.now()), (shop.oil, clock.now() - timedelta(hours=1))):
            uow.execute(
                "INSERT INTO sales.stock_cache (product_id, branch_id, quantity, at) VALUES (%s, %s, 7, %s)",
                (product, shop.desk.centro, at),
            )
        # When both are offered
        quote = selling.draft(uow, shop, NewLine(shop.pads, Decimal(1)), NewLine(shop.oil, Decimal(1)))
        lines = quotes.lines_of(uow, [quote.id])[quote.id]
    # Then the stock of the pads is known, the oil's is not
    assert [line["stock"] for line in lines] == [Decimal(7), None]


def test_every_step_stands_in_the_history(unit_of_work: Work, bucket: MemoryBucket, sent: MemoryMessaging) -> None:
    # Given a quote that was written, sent and taken back
    with unit_of_work() as uow:
        shop = selling.shop(uow)
        quote = selling.send(uow, shop)
        quotes.cancel(uow, quote.id, actor="user:sara", reason="se acabó")
        # When its history is read
        changes = [(row["field"], row["old"], row["new"]) for row in quotes.history(uow, quote.id)]
        last = quotes.history(uow, quote.id)[-1]
    # Then every step is there, with who and why
    assert changes == [
        ("status", None, "draft"),
        ("requested", False, True),
        ("status", "draft", "sent"),
        ("status", "sent", "cancelled"),
    ]
    assert (last["actor"], last["reason"]) == ("user:sara", "se acabó")
    assert [name for name in sent.names() if name.startswith("quote")] == [
        "quote.written",
        "quote.requested",
        "quote.sent",
        "quote.cancelled",
    ]


@pytest.mark.parametrize("status", [status for status, after in NEXT.items() if "cancelled" not in after])
def test_what_is_settled_cannot_be_cancelled(unit_of_work: Work, status: str) -> None:
    with unit_of_work() as uow:
        # Given a quote that is settled
        quote = selling.draft(uow, selling.shop(uow))
        uow.execute("UPDATE sales.quote SET status = %s", (status,))
        # When somebody cancels it, then they are told what it is
        with pytest.raises(NotPossible, match=f"is {status}"):
            quotes.cancel(uow, quote.id, actor="user:ana", reason="-")


def test_a_quote_expires_when_its_time_is_over_and_not_before(unit_of_work: Work, bucket: MemoryBucket) -> None:
    with unit_of_work() as uow:
        # Given a quote for a day, one for a week, and a draft
        shop = selling.shop(uow)
        short, long = selling.send(uow, shop, valid_days=1), selling.send(uow, shop, valid_days=7)
        waiting = selling.draft(uow, shop, valid_days=1)
        uow.execute("UPDATE sales.quote SET valid_until = valid_until - interval '2 days'")
        # When the clock comes by
        assert quotes.expire_due(uow) == 1
        # Then only the first has expired
        statuses = [quotes.get(uow, each.id).status for each in (short, long, waiting)]
    assert statuses == ["expired", "sent", "draft"]


def test_a_quote_without_a_conversation_cannot_be_sent(unit_of_work: Work) -> None:
    with unit_of_work() as uow:
        shop = selling.shop(uow)
        new = quotes.NewQuote(shop.desk.centro, shop.customer_id, [NewLine(shop.pads, Decimal(1))])
        quote = quotes.draft(uow, new, shop.ana)
        with pytest.raises(InvalidInput, match="nowhere to send it"):
            quotes.request(uow, quote.id, actor="user:ana")


def test_a_branchs_tax_and_papers_are_changed_and_audited(unit_of_work: Work) -> None:
    with unit_of_work() as uow:
        # Given a branch whose tax changes
        shop = selling.shop(uow)
        fields = {"tax_rate": Decimal("0.08"), "legal_name": "Refacciones del Centro S.A."}
        inbox.change_branch(uow, shop.desk.centro, fields, actor="user:admin")
        # When a quote is written, then it has the new rate
        assert selling.draft(uow, shop).tax == Decimal("136.08")
        # And who changed what is kept
        audited = uow.one("SELECT detail::text AS said FROM access.audit WHERE action = 'branch.change'")
    assert audited is not None and "0.1600" in audited["said"] and "0.08" in audited["said"]


def test_a_paper_tells_the_customers_number_as_people_read_it(unit_of_work: Work) -> None:
    with unit_of_work() as uow:
        paper = papers.quote_paper(uow, selling.draft(uow, selling.shop(uow)))
    assert "+57 300 1112233" in paper.customer
