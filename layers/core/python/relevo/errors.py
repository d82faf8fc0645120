"""What can go wrong, arranged by what the caller does about it.

RelevoError
├── RetryableError      raise: the queue delivers the record again
│   ├── NotYet          too early: only this record of a batch comes again, what it changed stays
│   └── Throttled       the provider asked for a pause; carries `retry_after` seconds
└── PermanentError      record as rejected with its reason, acknowledge
    ├── InvalidInput    the sender can mend it
    └── NotFound        what was named does not exist
"""

from __future__ import annotations


class RelevoError(Exception):
    """Base of everything Relevo raises on purpose."""


class RetryableError(RelevoError):
    """A passing fault: doing the same again later may work."""


class NotYet(RetryableError):
    """It is too early, and what was done so far may stay: of a batch handled together only this record comes again."""


class Throttled(RetryableError):
    """A provider's rate limit; try again no sooner than `retry_after` seconds from now."""

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class PermanentError(RelevoError):
    """Doing the same again cannot work; somebody has to change something."""


class InvalidInput(PermanentError):
    """The sender's data breaks a rule; the message names the rule."""


class NotFound(PermanentError):
    """What was named does not exist."""
