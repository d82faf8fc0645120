"""What a service on the internet knows of a VIN: any that answers as API Ninjas' does.

`GET <url>?vin=…` with the header `X-Api-Key`; the answer is an object, or a list of one, with any of `manufacturer` or
`make`, `model`, `year`, `model_year` or `years`, `country`, `region`.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple
from urllib.parse import urlencode

from relevo.errors import NotFound, PermanentError, RetryableError, Throttled
from relevo.vision.vin import Decoded

_MOST_BYTES = 64 * 1024
_LONGEST = 80
"""Characters of a name; what is longer is no name."""


class Service(NamedTuple):
    """Where it is asked, with which key, and how many seconds are waited for it."""

    url: str
    key: str
    timeout: float


def ask(service: Service, number: str) -> Decoded:
    """What the service says of the vehicle; None where it says nothing.

    Raises NotFound for a number it does not know, Throttled, RetryableError where it does not answer or not sensibly,
    PermanentError where it refuses the key.
    """
    from urllib3 import PoolManager, Timeout
    from urllib3.exceptions import HTTPError

    mark = "&" if "?" in service.url else "?"
    try:
        with PoolManager(timeout=Timeout(total=service.timeout), retries=False) as pool:
            answer = pool.request(
                "GET",
                f"{service.url}{mark}{urlencode({'vin': number})}",
                headers={"X-Api-Key": service.key, "Accept": "application/json", "User-Agent": "Relevo"},
                preload_content=False,
                redirect=False,
            )
            body = answer.read(_MOST_BYTES)
    except HTTPError as error:
        raise RetryableError(f"the VIN decoder cannot be reached: {error}") from error
    _judge(answer.status, answer.headers.get("Retry-After"), body)
    return _told(_parsed(body), number)


def _judge(status: int, retry_after: str | None, body: bytes) -> None:
    if status == 200:
        return
    words = body[:200].decode(errors="replace").strip()
    if status in (400, 404):
        raise NotFound(f"the VIN decoder does not know the number: {words}")
    if status == 429:
        raise Throttled(f"the VIN decoder asks for a pause: {words}", _seconds(retry_after))
    if status >= 500:
        raise RetryableError(f"the VIN decoder answered {status}: {words}")
    raise PermanentError(f"the VIN decoder refuses with {status}; check the key of the secret `vin`: {words}")


def _seconds(header: str | None) -> float:
    return float(header) if header and header.isascii() and header.isdigit() else 60.0


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except ValueError as error:
        raise RetryableError("the VIN decoder answered something that is no JSON") from error
    first = said[0] if isinstance(said, list) and said else said
    if not isinstance(first, dict):
        raise NotFound("the VIN decoder knows nothing of the number")
    return first


def _told(said: dict[str, Any], number: str) -> Decoded:
    about = said.get("vin")
    if isinstance(about, str) and about.upper() != number:
        raise RetryableError(f"the VIN decoder was asked about {number} and answered about {about[:20]}")
    names = {name: _name(said.get(name)) for name in ("manufacturer", "make", "model", "country", "region")}
    return Decoded(
        region=names["region"],
        country=names["country"],
        manufacturer=names["manufacturer"] or names["make"],
        model=names["model"],
        year=_year(said),
    )


def _name(value: Any) -> str | None:
    """A name as it can be shown."""
    text = " ".join(value.split()) if isinstance(value, str) else ""
    return text if 0 < len(text) <= _LONGEST and text.isprintable() else None


def _year(said: dict[str, Any]) -> int | None:
    """The model year; of several possible ones none."""
    years = said.get("years")
    several = years if isinstance(years, list) else []
    alone = several[0] if len(several) == 1 else None
    for value in (said.get("year"), said.get("model_year"), alone):
        if isinstance(value, int | str) and str(value).isdigit() and 1950 <= int(value) <= 2100:
            return int(value)
    return None
