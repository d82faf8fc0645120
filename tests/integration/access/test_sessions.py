"""Sessions: opened with a password, kept alive by use, over when their time is, told apart from each other."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from relevo import access, clock
from relevo.access import sessions
from relevo.db import Database
from tests.support import people, world


def signed_in(database: Database, role: str = "agent") -> access.SignedIn:
    with database.unit_of_work() as uow:
        return people.sign_in(uow, people.user(uow, role).email)


def refreshed(database: Database, token: str) -> access.SignedIn | None:
    with database.unit_of_work() as uow:
        return access.refresh(uow, token)


def who(database: Database, token: str) -> access.Principal | None:
    with database.unit_of_work() as uow:
        return access.authorize(uow, token)


def test_whoever_signs_in_is_who_they_are(database: Database) -> None:
    # Given an agent of one branch
    with database.unit_of_work() as uow:
        centro = world.branch(uow, "centro")
        user = people.user(uow, "agent", branches=[centro])
        # When they sign in
        session = people.sign_in(uow, user.email)
    # Then their token tells who they are, what they may and what they see
    assert who(database, session.access_token) == access.Principal(
        f"user:{user.id}",
        access.ROLES["agent"],
        user_id=user.id,
        role="agent",
        branches=frozenset({centro}),
        session_id=session.session_id,
    )


def test_what_somebody_may_is_read_fresh(database: Database) -> None:
    # Given somebody signed in
    session = signed_in(database, "supervisor")
    # When their role and branches change
    with database.unit_of_work() as uow:
        centro = world.branch(uow, "centro")
        access.change_user(uow, session.user_id, {"role": "viewer", "branches": [centro]}, actor="test")
    # Then the token they have already says so
    principal = who(database, session.access_token)
    assert principal is not None and principal.role == "viewer" and principal.branches == {centro}
    assert principal.scopes == access.ROLES["viewer"]


def test_a_session_in_use_lives_on(database: Database) -> None:
    # Given a session
    session = signed_in(database)
    with clock.frozen(clock.now()) as advance:
        for _ in range(5):
            # When it is refreshed every other day
            advance(timedelta(days=2))
            renewed = refreshed(database, session.refresh_token)
            # Then it is the same session with new tokens
            assert renewed is not None and renewed.session_id == session.session_id
            assert renewed.refresh_token != session.refresh_token
            assert who(database, renewed.access_token) is not None
            session = renewed


def test_a_session_nobody_used_for_three_days_is_over(database: Database) -> None:
    session = signed_in(database)
    with clock.frozen(clock.now() + sessions.IDLE):
        assert refreshed(database, session.refresh_token) is None


def test_no_session_lives_longer_than_a_month(database: Database) -> None:
    # Given a session that is used every day
    session: access.SignedIn | None = signed_in(database)
    with clock.frozen(clock.now()) as advance:
        days = 0
        while session is not None and days < 60:
            advance(timedelta(days=1))
            days += 1
            session = refreshed(database, session.refresh_token)
    # Then it is over after thirty days all the same
    assert days == sessions.LONGEST.days


def test_of_two_who_refresh_at_once_one_is_a_replay(database: Database, database_url: str) -> None:
    # Given one refresh token in two places
    session = signed_in(database)
    answers: list[access.SignedIn | None] = []
    together = threading.Barrier(2)

    def refresh() -> None:
        own = Database(lambda: database_url)
        together.wait()
        answers.append(own.run(lambda uow: access.refresh(uow, session.refresh_token)))
        own.close()

    # When both use it at the same moment
    threads = [threading.Thread(target=refresh) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Then one is refused, and the session is over
    assert sorted(answer is None for answer in answers) == [False, True]
    (renewed,) = filter(None, answers)
    assert who(database, renewed.access_token) is None


def test_who_lost_the_answer_may_ask_again_with_the_access_token_they_hold(database: Database) -> None:
    # Given somebody whose renewed tokens never arrived
    session, other = signed_in(database), signed_in(database)
    assert refreshed(database, session.refresh_token) is not None
    # When their browser asks again with the old cookie, and shows that it still holds the session's access token
    with database.unit_of_work() as uow:
        renewed = access.refresh(uow, session.refresh_token, session.access_token)
    # Then they are still signed in
    assert renewed is not None and who(database, renewed.access_token) is not None
    # But not with the token of another session, nor once something that came of it was used
    with database.unit_of_work() as uow:
        assert access.refresh(uow, renewed.refresh_token, renewed.access_token) is not None
        assert access.refresh(uow, session.refresh_token, other.access_token) is None
        assert access.refresh(uow, session.refresh_token, session.access_token) is None
    assert who(database, renewed.access_token) is None


def test_signing_out_ends_this_session_and_no_other(database: Database) -> None:
    # Given somebody signed in twice
    with database.unit_of_work() as uow:
        email = people.user(uow).email
        here, there = people.sign_in(uow, email), people.sign_in(uow, email)
    # When they sign out here, twice
    for _ in range(2):
        with database.unit_of_work() as uow:
            access.log_out(uow, here.refresh_token)
    # Then they are still signed in there
    assert who(database, here.access_token) is None and refreshed(database, here.refresh_token) is None
    assert who(database, there.access_token) is not None


def test_ones_own_new_password_ends_the_other_sessions(database: Database) -> None:
    # Given somebody signed in twice
    with database.unit_of_work() as uow:
        user = people.user(uow)
        here, there = people.sign_in(uow, user.email), people.sign_in(uow, user.email)
        # When they choose a new password here
        assert access.change_password(
            uow, user.id, people.PASSWORD, "another long one", address="192.0.2.1", session_id=here.session_id
        )
    # Then only here they are still signed in, and only the new password opens
    assert who(database, here.access_token) is not None and who(database, there.access_token) is None
    with database.unit_of_work() as uow:
        assert access.log_in(uow, user.email, people.PASSWORD, address="192.0.2.1") is None
        assert access.log_in(uow, user.email, "another long one", address="192.0.2.1") is not None


def test_tokens_are_kept_as_hashes_only(database: Database) -> None:
    # Given a session and a socket's ticket
    session = signed_in(database)
    with database.unit_of_work() as uow:
        ticket, _ = access.issue_socket_ticket(uow, session.session_id)
        rows = [
            *uow.all("SELECT t::text, encode(hash, 'escape') AS hash FROM access.refresh_token AS t"),
            *uow.all("SELECT t::text, encode(hash, 'escape') AS hash FROM access.socket_ticket AS t"),
        ]
    # Then nothing the database has of them opens anything
    assert len(rows) == 2
    assert not any(secret in str(row) for row in rows for secret in (ticket, session.refresh_token))


def test_old_sessions_are_forgotten_by_new_ones(database: Database) -> None:
    # Given a session that ended long ago
    old = signed_in(database)
    with clock.frozen(clock.now() + timedelta(days=61)):
        # When somebody signs in
        new = signed_in(database)
    # Then only the new one is kept
    with database.unit_of_work() as uow:
        kept = {row["id"] for row in uow.all("SELECT id FROM access.session")}
    assert old.session_id not in kept and new.session_id in kept


def test_a_password_kept_at_a_former_cost_is_kept_at_todays_once_it_comes(
    database: Database, cheap_passwords: pytest.MonkeyPatch
) -> None:
    from argon2 import PasswordHasher

    # Given passwords at their real cost, and somebody whose password was kept cheaply
    cheap_passwords.undo()
    with database.unit_of_work() as uow:
        user = people.user(uow)
        cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(people.PASSWORD)
        uow.execute('UPDATE access."user" SET password_hash = %s', (cheap,))
        # When they sign in, twice
        for _ in range(2):
            assert access.log_in(uow, user.email, people.PASSWORD, address="192.0.2.1") is not None
        row = uow.one('SELECT password_hash FROM access."user"')
    # Then it is kept at today's cost
    assert row is not None and row["password_hash"].startswith("$argon2id$v=19$m=47104,")
