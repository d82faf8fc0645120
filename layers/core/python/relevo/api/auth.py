"""Routes of people: signing in and out, who they are, their password and their live connection."""

from __future__ import annotations

import os
from math import ceil
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.shared.cookies import Cookie, SameSite

from relevo import access
from relevo.access import Principal
from relevo.api.application import app
from relevo.api.auth_models import Login, Me, MePatch, PasswordChange, Session, SocketTicket
from relevo.api.endpoint import Reply, endpoint
from relevo.api.requests import Client, invalid
from relevo.db import UnitOfWork, database
from relevo.errors import InvalidInput
from relevo.runtime.http import answer_to
from relevo.runtime.problems import Problem

COOKIE = "relevo_refresh"
_AUTH = "/api/auth"
_TAG = "Session"


@endpoint(app, "POST", f"{_AUTH}/login", scope=None, summary="Sign in", tag=_TAG, refusals=(401, 429, 503))
def login(client: Client, body: Login) -> Reply[Session]:
    """Opens a session: an access token for ten minutes, and a cookie that `refresh` exchanges for the next. The same
    answer for a wrong e-mail as for a wrong password, and slower and slower for whoever guesses."""
    _slow_down(body.email, client)
    signed_in = database().run(
        lambda uow: access.log_in(uow, body.email, body.password, address=client.address, user_agent=client.user_agent),
        publish=False,
    )
    if signed_in is None:
        raise Problem(401, "E-mail and password do not belong together.", kind="wrong-credentials")
    return _session(signed_in)


def _slow_down(email: str, client: Client) -> None:
    wait = database().run(lambda uow: access.begin_sign_in(uow, email, client.address), publish=False)
    if wait > 0:
        raise _too_many(wait)


def _too_many(wait: float) -> Problem:
    seconds = ceil(wait)
    detail = f"Too many attempts; try again in {seconds} s."
    return Problem(429, detail, kind="slow-down", headers={"retry-after": str(seconds)})


@endpoint(app, "POST", f"{_AUTH}/refresh", scope=None, summary="Stay signed in", tag=_TAG, refusals=(401, 503))
def refresh(client: Client) -> Reply[Session]:
    """Exchanges the cookie for a new access token and a new cookie. Each cookie is good once: one that comes a second
    time was copied, and ends the session. Who shows the session's access token, still alive, beside it may ask again
    while nothing that came of it was used: their answer was lost."""
    token = client.cookies.get(COOKIE, "")
    signed_in = database().run(lambda uow: access.refresh(uow, token, client.bearer), publish=False) if token else None
    if signed_in is None:
        raise Problem(401, "The session is over; sign in again.", kind="session-ended")
    return _session(signed_in)


@endpoint(app, "POST", f"{_AUTH}/logout", scope=None, summary="Sign out", tag=_TAG, status=204, refusals=(503,))
def logout(client: Client) -> Reply[Session]:
    """Ends the session of the cookie, if there is one."""
    token = client.cookies.get(COOKIE, "")
    if token:
        database().run(lambda uow: access.log_out(uow, token), publish=False)
    return Reply(None, 204, cookies=(_cookie("", 0),))


def _session(signed_in: access.SignedIn) -> Reply[Session]:
    me = database().run(lambda uow: _me(uow, signed_in.user_id), publish=False)
    lives = int(access.ACCESS_TOKEN_LIVES.total_seconds())
    session = Session(access_token=signed_in.access_token, expires_in=lives, user=me)
    kept = int(access.SESSION_LIVES.total_seconds())
    return Reply(session, 200, cookies=(_cookie(signed_in.refresh_token, kept),))


def _cookie(value: str, seconds: int) -> Cookie:
    """Only sent to these routes, only from our own pages, and out of reach of scripts."""
    return Cookie(
        COOKIE, value, path=_AUTH, max_age=seconds, http_only=True, secure=True, same_site=SameSite.STRICT_MODE
    )


@endpoint(app, "GET", f"{_AUTH}/me", scope=None, person=True, summary="Who am I?", tag=_TAG)
def read_me(uow: UnitOfWork, caller: Principal) -> Me:
    """Whoever is signed in: role, permissions, branches, and the agent they are."""
    return _me(uow, _user_id(caller))


@endpoint(app, "PATCH", f"{_AUTH}/me", scope=None, person=True, summary="Change my name or language", tag=_TAG)
def change_me(uow: UnitOfWork, caller: Principal, body: MePatch) -> Me:
    """Changes what people may change about themselves."""
    access.change_user(uow, _user_id(caller), body.changes(), actor=caller.name)
    return _me(uow, _user_id(caller))


def _me(uow: UnitOfWork, user_id: UUID) -> Me:
    return Me.model_validate(access.profile(uow, user_id))


def _user_id(caller: Principal) -> UUID:
    assert caller.user_id is not None  # a route for people lets nobody else in
    return caller.user_id


@endpoint(
    app,
    "POST",
    f"{_AUTH}/password",
    scope=None,
    person=True,
    summary="Choose a password",
    tag=_TAG,
    status=204,
    refusals=(429,),
)
def choose_password(uow: UnitOfWork, caller: Principal, client: Client, body: PasswordChange) -> Response[str]:
    """Changes one's own password and ends one's sessions everywhere else. Wrong guesses count as those of `login`."""
    user_id = _user_id(caller)
    wait = access.begin_sign_in(uow, access.get_user(uow, user_id).email, client.address)
    if wait > 0:
        return answer_to(_too_many(wait))  # an answer, not an error: what was counted and audited stays
    try:
        changed = access.change_password(
            uow, user_id, body.current, body.new, address=client.address, session_id=caller.session_id
        )
    except InvalidInput as error:
        raise invalid([{"pointer": "#/new", "detail": str(error)}]) from error
    if not changed:
        wrong = [{"pointer": "#/current", "detail": "is not your password"}]
        return answer_to(Problem(422, "That is not your password.", kind="wrong-credentials", errors=wrong))
    return Response(204, body="", headers={"cache-control": "no-store"})


@endpoint(app, "POST", f"{_AUTH}/socket-ticket", scope=None, person=True, summary="Connect for live updates", tag=_TAG)
def socket_ticket(uow: UnitOfWork, caller: Principal) -> SocketTicket:
    """Where to open a WebSocket for live updates: the address is good once, within half a minute."""
    url = os.environ.get("RELEVO_SOCKET_URL")
    if not url or caller.session_id is None:
        raise Problem(503, "There are no live updates here; read GET /api/events.", kind="no-socket")
    ticket, expires_at = access.issue_socket_ticket(uow, caller.session_id)
    return SocketTicket(url=f"{url}?ticket={ticket}", expires_at=expires_at)
