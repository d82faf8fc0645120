"""What keeps guessers slow: attempts to sign in are counted for the e-mail and for the network they come from.

After a few free ones the next has to wait, twice as long each time, up to a cap. An attempt is counted before its
password is looked at, so that many at once are no way round.
"""

from __future__ import annotations

import hashlib
import ipaddress
from datetime import timedelta

from relevo import clock
from relevo.access import audit
from relevo.db import UnitOfWork
from relevo.observability import logger

_FREE = {"email": 5, "from": 20}
"""Attempts without a wait. An office shares its address, so that may fail more often."""
_LONGEST = {"email": 300.0, "from": 900.0}
"""Seconds. Short enough that nobody can keep somebody else out for long by failing in their name."""
_FORGOTTEN_AFTER = timedelta(hours=12)
_FORGOTTEN_AT_ONCE = 5


def begin(uow: UnitOfWork, email: str, address: str) -> float:
    """Count one more attempt; 0 when its password may be looked at, else the seconds until the next one counts."""
    _forget(uow)
    subjects = _subjects(email, address)
    known = uow.all(
        "SELECT subject, failures, last_at FROM access.login_attempt WHERE subject = ANY(%s) ORDER BY subject"
        " FOR UPDATE",
        (subjects,),
    )
    ends = [row["last_at"] + _pause(row["subject"], row["failures"]) for row in known]
    wait = max((end - clock.now() for end in ends), default=timedelta()).total_seconds()
    if wait > 0:
        logger.warning("sign-in refused", reason="too many attempts", wait=round(wait))
        audit.record_refusal(uow, "nobody", "session.open", subject=email, reason="too many attempts", address=address)
        return wait
    for subject in subjects:
        uow.execute(
            "INSERT INTO access.login_attempt AS known (subject, failures, last_at) VALUES (%(subject)s, 1, %(now)s)"
            " ON CONFLICT (subject) DO UPDATE SET last_at = %(now)s,"
            " failures = CASE WHEN known.last_at < %(forgotten)s THEN 1 ELSE known.failures + 1 END",
            {"subject": subject, "now": clock.now(), "forgotten": clock.now() - _FORGOTTEN_AFTER},
        )
    return 0


def succeeded(uow: UnitOfWork, email: str, address: str) -> None:
    """The e-mail starts afresh; its network is only given this attempt back, or one good account would clear it."""
    of_email, of_network = _subjects(email, address)
    uow.execute("DELETE FROM access.login_attempt WHERE subject = %s", (of_email,))
    uow.execute(
        "UPDATE access.login_attempt SET failures = greatest(failures - 1, 0) WHERE subject = %s", (of_network,)
    )


def _pause(subject: str, failures: int) -> timedelta:
    kind = subject.partition(":")[0]
    over = failures - _FREE[kind]
    return timedelta(seconds=min(_LONGEST[kind], 2.0 ** min(over, 20)) if over >= 0 else 0)


def _subjects(email: str, address: str) -> list[str]:
    """In the order in which rows are locked. An e-mail is kept as a hash, for anything may be typed into its field."""
    return [f"email:{hashlib.sha256(email.lower().encode()).hexdigest()[:32]}", f"from:{_network(address)}"]


def _network(address: str) -> str:
    """An IPv4 address, or the /64 an IPv6 one comes from, which is one customer's."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(parsed if parsed.version == 4 else ipaddress.ip_network((parsed, 64), strict=False))


def _forget(uow: UnitOfWork) -> None:
    """Drop a few rows past their time; each attempt pays for old ones, so that the table stays bounded."""
    uow.execute(
        "DELETE FROM access.login_attempt WHERE subject IN (SELECT subject FROM access.login_attempt"
        " WHERE last_at < %s ORDER BY last_at LIMIT %s FOR UPDATE SKIP LOCKED)",
        (clock.now() - _FORGOTTEN_AFTER, _FORGOTTEN_AT_ONCE),
    )
