"""The feed of a branch: numbers without gaps in the order of commits, pages, and what is no longer kept."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID

from relevo import clock
from relevo.db import Database
from relevo.realtime import feed
from relevo.realtime.feed import Entry
from tests.integration.realtime.conftest import Desk

KINDS = ("ticket.changed", "message.added")


def tell(database: Database, *branches: UUID, kind: str = "ticket.changed") -> None:
    """One entry to each of these branches, in one transaction."""
    with database.unit_of_work() as uow:
        positions = feed.lock(uow, branches)
        feed.append(uow, [Entry(branch, kind, None, None, "{}") for branch in branches], positions)


def seqs(page: feed.Page, branch: UUID) -> list[int]:
    return [item["seq"] for item in page.items if item["branch_id"] == branch]


def test_numbers_have_no_gaps_however_many_write_at_once(desk: Desk, database_url: str) -> None:
    # Given eight writers, each with a connection of its own, to two branches in either order
    def write(turns: int) -> None:
        own = Database(lambda: database_url)
        for turn in range(turns):
            tell(own, *((desk.centro, desk.norte) if turn % 2 else (desk.norte, desk.centro)))
        own.close()

    writers = [threading.Thread(target=write, args=(20,)) for _ in range(8)]
    # And a reader that goes on from where its last page ended
    reader, seen = Database(lambda: database_url), list[int]()
    # When they all work at once
    for writer in writers:
        writer.start()
    place = {desk.centro: 0}
    while any(writer.is_alive() for writer in writers) or len(seen) < 160:
        with reader.unit_of_work() as uow:
            page = feed.read(uow, place, KINDS, limit=50)
        seen += seqs(page, desk.centro)
        place = page.positions
    for writer in writers:
        writer.join()
    reader.close()
    # Then the reader met every number once, in order: none became visible after a later one
    assert seen == list(range(1, 161))


def test_what_is_rolled_back_leaves_no_hole(desk: Desk) -> None:
    # Given an entry
    tell(desk.database, desk.centro)
    # When a second one is undone and a third is written
    try:
        with desk.database.unit_of_work() as uow:
            feed.append(uow, [Entry(desk.centro, "ticket.changed", None, None, "{}")], feed.lock(uow, [desk.centro]))
            raise RuntimeError("undone")
    except RuntimeError:
        tell(desk.database, desk.centro)
    # Then the feed counts two
    with desk.database.unit_of_work() as uow:
        assert seqs(feed.read(uow, {desk.centro: 0}, KINDS, limit=10), desk.centro) == [1, 2]


def test_a_reader_goes_on_page_by_page(desk: Desk) -> None:
    # Given five entries in one branch and one in another
    for _ in range(5):
        tell(desk.database, desk.centro)
    tell(desk.database, desk.norte)
    with desk.database.unit_of_work() as uow:
        # When they are read two at a time
        pages, place, more = list[feed.Page](), {desk.centro: 0, desk.norte: 0}, True
        while more:
            pages.append(feed.read(uow, place, KINDS, limit=2))
            place, more = pages[-1].positions, pages[-1].more
    # Then each is met once, and the last page ends where the feeds are
    assert [seq for page in pages for seq in seqs(page, desk.centro)] == [1, 2, 3, 4, 5]
    assert place == {desk.centro: 5, desk.norte: 1}


def test_a_clock_that_is_behind_hides_nothing(desk: Desk) -> None:
    with clock.frozen(datetime(2026, 5, 4, 9, tzinfo=UTC)) as advance:
        # Given two branches whose later entries were written by somebody whose clock is behind
        tell(desk.database, desk.centro, desk.norte)
        advance(timedelta(seconds=-2))
        tell(desk.database, desk.centro, desk.norte)
        advance(timedelta(seconds=1))
        tell(desk.database, desk.centro)
        # When they are read one at a time
        with desk.database.unit_of_work() as uow:
            pages, place, more = list[feed.Page](), {desk.centro: 0, desk.norte: 0}, True
            while more:
                pages.append(feed.read(uow, place, KINDS, limit=1))
                place, more = pages[-1].positions, pages[-1].more
    # Then each is met once, in the order of its branch
    assert [seq for page in pages for seq in seqs(page, desk.centro)] == [1, 2, 3]
    assert [seq for page in pages for seq in seqs(page, desk.norte)] == [1, 2]


def test_a_reader_moves_past_what_it_may_not_read(desk: Desk) -> None:
    # Given an entry of a kind the reader may not read between two it may
    for kind in ("message.added", "ticket.changed", "message.added"):
        tell(desk.database, desk.centro, kind=kind)
    # When it reads
    with desk.database.unit_of_work() as uow:
        page = feed.read(uow, {desk.centro: 0}, ["message.added"], limit=10)
    # Then it gets the two, and its place is behind all three
    assert seqs(page, desk.centro) == [1, 3] and page.positions == {desk.centro: 3}


def test_a_reader_whose_place_is_forgotten_begins_anew(desk: Desk) -> None:
    with clock.frozen(datetime(2026, 5, 4, 9, tzinfo=UTC)) as advance:
        # Given two entries, the first of them older than what is kept
        tell(desk.database, desk.centro)
        advance(timedelta(hours=30))
        tell(desk.database, desk.centro)
        advance(timedelta(hours=30))
        # When the feed is swept
        assert feed.forget(desk.database) == 1
        with desk.database.unit_of_work() as uow:
            behind = feed.read(uow, {desk.centro: 0}, KINDS, limit=10)
            beside = feed.read(uow, {desk.centro: 1}, KINDS, limit=10)
    # Then who had not seen the first begins anew, who had goes on
    assert (behind.reset, behind.items, behind.positions) == (True, [], {desk.centro: 2})
    assert (beside.reset, seqs(beside, desk.centro)) == (False, [2])


def test_a_feed_that_was_forgotten_whole_still_knows_its_place(desk: Desk) -> None:
    with clock.frozen(datetime(2026, 5, 4, 9, tzinfo=UTC)) as advance:
        # Given a feed of which nothing is left
        tell(desk.database, desk.centro)
        advance(feed.KEPT + timedelta(minutes=1))
        feed.forget(desk.database)
        with desk.database.unit_of_work() as uow:
            # When readers come back, then who has seen all goes on and who has not begins anew
            assert feed.read(uow, {desk.centro: 1}, KINDS, limit=10).reset is False
            assert feed.read(uow, {desk.centro: 0}, KINDS, limit=10).reset is True
        # And the next entry has the next number
        tell(desk.database, desk.centro)
        with desk.database.unit_of_work() as uow:
            assert seqs(feed.read(uow, {desk.centro: 1}, KINDS, limit=10), desk.centro) == [2]


def test_a_place_that_never_was_begins_anew(desk: Desk) -> None:
    # Given a reader with a number from another database (one that was restored since)
    tell(desk.database, desk.centro)
    # When it reads, then it is told to begin anew
    with desk.database.unit_of_work() as uow:
        assert feed.read(uow, {desk.centro: 7}, KINDS, limit=10).reset is True
