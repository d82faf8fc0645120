"""What each error of the WhatsApp Cloud API asks for.

Source: developers.facebook.com, "WhatsApp > Error codes" (15 May 2026), and pywa's `errors.py`. Decisions rest on
`code` alone; Meta announced that titles go away.
"""

from __future__ import annotations

from enum import StrEnum

from relevo.errors import PermanentError, RelevoError


class Verdict(StrEnum):
    """What to do after a refused send."""

    RETRY = "retry"
    """The same again, later."""
    CHANGE_STRATEGY = "change_strategy"
    """The same again can never work: another kind of message, another recipient, or a person."""
    STOP_CHANNEL = "stop_channel"
    """Nothing can be sent from this number until somebody mends the account."""
    AMBIGUOUS = "ambiguous"
    """It may have been sent. Only a status webhook can tell; sending again could double it."""


PAIR_RATE = 131056
OUTSIDE_WINDOW = 131047

_TABLE: dict[Verdict, tuple[int, ...]] = {
    Verdict.RETRY: (2, 4, 80007, 130429, 131000, 131016, PAIR_RATE, 131057, 133016, 135000),
    Verdict.CHANGE_STRATEGY: (
        *(OUTSIDE_WINDOW, 131049, 131050, 130472, 131026),  # window, cap, opted out, experiment, undeliverable
        *(131051, 131052, 131053, 131008, 131009, 100),  # type, media, parameters
        *(132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016),  # template, paused, disabled
        *(131062, 131063, 131064),  # needs a phone rather than a user id
    ),
    Verdict.STOP_CHANNEL: (
        *(0, 3, 10, 190, *range(200, 300), 131005),  # token and permissions
        *(131031, 368, 131042, 131045, 131037, 130497, 131048),  # locked, payment, registration, country, spam
    ),
}
_BY_CODE = {code: verdict for verdict, codes in _TABLE.items() for code in codes}

_THROTTLES = frozenset({4, 80007, 130429, PAIR_RATE})


def classify(http_status: int, code: int | None) -> Verdict:
    """What an answer other than success asks for. `code` is Graph's `error.code`, None when the body held none.

    A gateway's 502 or 504 without a code speaks only for the gateway: what stands behind it may have sent.
    """
    if code in _BY_CODE:
        return _BY_CODE[code]
    if http_status in (502, 504) and code is None:
        return Verdict.AMBIGUOUS
    if http_status == 429 or http_status >= 500:
        return Verdict.RETRY
    return Verdict.STOP_CHANNEL if http_status in (401, 403) else Verdict.CHANGE_STRATEGY


def is_throttle(http_status: int, code: int | None) -> bool:
    """Whether the number was merely too fast."""
    return http_status == 429 or code in _THROTTLES


class SendRejected(PermanentError):
    """The provider refused a message for good."""

    def __init__(self, verdict: Verdict, code: int | None, title: str, details: str = "") -> None:
        super().__init__(f"{code or 'no code'}: {title}" + (f" ({details})" if details and details != title else ""))
        self.verdict, self.code, self.title, self.details = verdict, code, title, details


class AmbiguousSend(RelevoError):
    """No answer came that tells whether the message was sent: neither retry nor failure."""
