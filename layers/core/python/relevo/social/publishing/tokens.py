"""The networks' tokens: kept in one secret, `{"instagram:1784…": {"access_token": …}, …}`, and never in the database.

A creator's token of TikTok lives a day and comes with a refresh token, which may change with each use: it is made new
here, under a lock, and put back into the secret.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from relevo import aws, clock
from relevo.channels.reading import text
from relevo.db import Database, UnitOfWork
from relevo.settings import settings
from relevo.social.networks import Network
from relevo.social.publishing.calls import Graph, TikTok, refreshed
from relevo.social.publishing.errors import Refused, Remedy

_EARLY = timedelta(minutes=10)
"""A token is made new this long before it ends."""


def key_of(network: Network, account: str) -> str:
    """The account's name in the secret."""
    return f"{network}:{account}"


def graph(network: Network, account: str) -> Graph:
    """The line to Meta for this account. Raises Refused where there is no token."""
    return Graph(settings().social_graph_url, settings().graph_version, _token(_kept(key_of(network, account))))


def tiktok(database: Database, account: str) -> TikTok:
    """The line to TikTok for this creator, with a token that still holds for a while. Raises Refused, Unanswered."""
    kept = _kept(key_of("tiktok", account))
    if _is_ending(kept):
        kept = database.run(lambda uow: _renew(uow, account))
    return TikTok(settings().tiktok_url, _token(kept))


def forget() -> None:
    """Read the secret anew at the next call: somebody may have put in another token."""
    aws.secret.cache_clear()


def current(network: Network, account: str) -> str:
    """The token as it is kept; empty where there is none."""
    return text(_kept(key_of(network, account)).get("access_token"))


def keep(uow: UnitOfWork, network: Network, account: str, values: dict[str, Any]) -> None:
    """Put an account's token into the secret. Raises RetryableError when the service does not take it."""
    _lock(uow)
    _write(key_of(network, account), values)


def _kept(key: str) -> dict[str, Any]:
    name = settings().social_secret
    found = aws.secret(name).get(key) if name else None
    return found if isinstance(found, dict) else {}


def _token(kept: dict[str, Any]) -> str:
    if not text(kept.get("access_token")):
        raise Refused(Remedy.RECONNECT, "no_token", "the account has no token")
    return text(kept["access_token"])


def _is_ending(kept: dict[str, Any]) -> bool:
    """Whether it can and has to be made new: also where nobody said how long it lasts."""
    if not kept.get("refresh_token"):
        return False
    ends = text(kept.get("expires_at"))
    return not ends or datetime.fromisoformat(ends) - clock.now() < _EARLY


def _lock(uow: UnitOfWork) -> None:
    """One at a time changes the secret: it holds every account's token."""
    uow.execute("SELECT pg_advisory_xact_lock(hashtext('social.secret'))")


def _renew(uow: UnitOfWork, account: str) -> dict[str, Any]:
    """Make a creator's token new. What ends for people is the refresh token: then somebody has to connect again."""
    key = key_of("tiktok", account)
    _lock(uow)
    forget()
    kept = _kept(key)
    if not _is_ending(kept):
        return kept
    made = refreshed(settings().tiktok_url, kept)
    ends = clock.now() + timedelta(seconds=made["expires_in"])
    _write(key, {**kept, **_tokens(made), "expires_at": ends.astimezone(UTC).isoformat()})
    if made["refresh_expires_in"]:
        uow.execute(
            "UPDATE social.account SET token_expires_at = %s WHERE network = 'tiktok' AND external_id = %s",
            (clock.now() + timedelta(seconds=made["refresh_expires_in"]), account),
        )
    return {**kept, **_tokens(made), "expires_at": ends.isoformat()}


def _tokens(made: dict[str, Any]) -> dict[str, str]:
    return {name: made[name] for name in ("access_token", "refresh_token")}


def _write(key: str, values: dict[str, Any]) -> None:
    forget()
    name = settings().social_secret
    aws.put_secret(name, {**aws.secret(name), key: values})
    forget()
