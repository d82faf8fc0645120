"""What a network's refusal asks for: trying again, mending the content, or connecting the account again.

Sources: developers.facebook.com "Instagram platform > Error codes" (2 June 2026) and "Graph API > Error handling";
developers.tiktok.com "Content Posting API" references of init and status. Decisions rest on codes alone.
"""

from __future__ import annotations

from enum import StrEnum

from relevo.errors import RelevoError


class Remedy(StrEnum):
    """What to do after a refusal."""

    RETRY = "retry"
    """The same again, later."""
    FIX = "fix"
    """Somebody has to change the content."""
    RECONNECT = "reconnect"
    """Nothing can be published on this account until somebody connects it again, or mends it at the network."""


class Refused(RelevoError):
    """The network said no. `pause` is how many seconds it asks us to wait, if it says so; `anew` the step to go back
    to, where what was prepared is lost. Not `certain`, where it only says that something broke on its side: networks
    have been seen to publish what they said had failed."""

    def __init__(
        self,
        remedy: Remedy,
        code: str,
        detail: str,
        *,
        pause: float | None = None,
        anew: str | None = None,
        certain: bool = True,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.remedy, self.code, self.detail, self.pause, self.anew = remedy, code, detail, pause, anew
        self.certain = certain


class Unanswered(RelevoError):
    """No answer came that tells whether the call took effect."""


HOUR, DAY = 3600.0, 86400.0

_GRAPH_RETRY = {1, 2, 4, 17, 32, 341, 613, 80001, 80002, 80004, -1, -2}
_GRAPH_RECONNECT = {0, 3, 10, 25, 102, 190, 368, 458, 459, 460, 463, 464, 467, *range(200, 300)}
_BROKEN = {1, 2, -1, -2}
"""Codes that say no more than that something went wrong there."""
_PACE = {4: HOUR / 4, 17: HOUR / 4, 32: HOUR / 4, 341: HOUR, 613: HOUR / 4, 80001: HOUR / 4, 80002: HOUR / 4}

_INSTAGRAM: dict[int, tuple[Remedy, float | None, str | None]] = {
    2207001: (Remedy.RETRY, None, None),  # Instagram's own fault
    2207003: (Remedy.RETRY, None, None),  # it took too long to fetch the file
    2207006: (Remedy.RETRY, 60.0, "start"),  # the container is gone
    2207008: (Remedy.RETRY, 60.0, None),  # the container is not there yet
    2207020: (Remedy.RETRY, None, "start"),  # the container expired
    2207027: (Remedy.RETRY, 10.0, "processing"),  # the container is not ready
    2207032: (Remedy.RETRY, None, None),  # the container could not be made
    2207053: (Remedy.RETRY, None, "start"),  # an unknown fault of an upload
    2207042: (Remedy.RETRY, HOUR, None),  # the day's posts are used up
    2207050: (Remedy.RECONNECT, None, None),  # the account is restricted or inactive
    2207051: (Remedy.RECONNECT, None, None),  # taken for spam
    2207052: (Remedy.RETRY, None, None),  # the file could not be fetched from its address
}
"""By `error_subcode`; all others of 2207… are about the content."""


def of_graph(status: int, code: int | None, subcode: int | None, message: str) -> Refused:
    """What an answer of the Graph API other than success asks for."""
    told = str(subcode or code or f"http_{status}")
    certain = status < 500 and code not in _BROKEN
    if subcode in _INSTAGRAM:
        remedy, pause, anew = _INSTAGRAM[subcode]
        return Refused(remedy, told, message, pause=pause, anew=anew, certain=certain or anew is not None)
    if subcode is not None and 2207000 <= subcode <= 2207999:
        return Refused(Remedy.FIX, told, message)
    if code in _GRAPH_RECONNECT or (code is None and status in (401, 403)):
        return Refused(Remedy.RECONNECT, told, message)
    if code in _GRAPH_RETRY or status == 429 or status >= 500:
        return Refused(Remedy.RETRY, told, message, pause=_PACE.get(code or 0), certain=certain)
    return Refused(Remedy.FIX, told, message)


_TIKTOK: dict[str, tuple[Remedy, float | None]] = {
    "rate_limit_exceeded": (Remedy.RETRY, 60.0),
    "internal_error": (Remedy.RETRY, None),
    "internal": (Remedy.RETRY, None),
    "spam_risk_too_many_pending_share": (Remedy.RETRY, HOUR),
    "spam_risk_too_many_posts": (Remedy.RETRY, HOUR),
    "reached_active_user_cap": (Remedy.RETRY, HOUR),
    "video_pull_failed": (Remedy.RETRY, None),
    "photo_pull_failed": (Remedy.RETRY, None),
    "publish_cancelled": (Remedy.RETRY, None),
    "access_token_invalid": (Remedy.RECONNECT, None),
    "scope_not_authorized": (Remedy.RECONNECT, None),
    "scope_permission_missed": (Remedy.RECONNECT, None),
    "auth_removed": (Remedy.RECONNECT, None),
    "token_not_authorized_for_specified_publish_id": (Remedy.RECONNECT, None),
    "spam_risk_user_banned_from_posting": (Remedy.RECONNECT, None),
    "spam_risk": (Remedy.RECONNECT, None),
    "unaudited_client_can_only_post_to_private_accounts": (Remedy.RECONNECT, None),
    "url_ownership_unverified": (Remedy.RECONNECT, None),
    "invalid_grant": (Remedy.RECONNECT, None),
}


def of_tiktok(code: str, message: str, status: int = 400, *, anew: str | None = None) -> Refused:
    """What TikTok's `error.code` of a call, or `fail_reason` of a publication, asks for."""
    certain = status < 500 and code != "internal_error"
    if code in _TIKTOK:
        remedy, pause = _TIKTOK[code]
        return Refused(remedy, code, message or code, pause=pause, anew=anew, certain=certain)
    if status == 429 or status >= 500:
        return Refused(Remedy.RETRY, code, message or code, anew=anew, certain=certain)
    return Refused(Remedy.FIX, code, message or code, anew=anew)
