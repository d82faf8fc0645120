"""Where notices go: an agent's own channels (`desk.agent.notify`), else the department's, else the company's.

    [{"channel": "slack", "url": "https://hooks.slack.com/services/…"}, {"channel": "email"}]

The defaults are the settings `notify.department.<code>` and `notify.company`, in the same form.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, model_validator

from relevo.errors import InvalidInput

Channel = Literal["slack", "teams", "discord", "webhook", "email", "sms"]
_ADDRESSED = ("email", "sms")
_PHONE = re.compile(r"\+[1-9]\d{7,14}")


class Target(BaseModel):
    """One place notices are sent to. `secret` signs those of a generic webhook; an e-mail without an address goes to
    the agent's own; a text message's address is a phone, as in +525512345678."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    channel: Channel
    url: str | None = None
    address: str | None = None
    secret: str | None = None

    @model_validator(mode="after")
    def _is_complete(self) -> Target:
        if self.channel not in _ADDRESSED and not self.url:
            raise ValueError(f"{self.channel} needs a url")
        if self.channel == "sms" and not _PHONE.fullmatch(self.address or ""):
            raise ValueError("sms needs an address that is a phone, as in +525512345678")
        if self.channel == "webhook" and not self.secret:
            raise ValueError("webhook needs a secret to sign with")
        return self

    @property
    def recipient(self) -> str:
        """What the record calls this place: the address, or the host and a fingerprint, for such a URL is a secret."""
        if self.channel in _ADDRESSED:
            return self.address or ""
        fingerprint = hashlib.sha256(str(self.url).encode()).hexdigest()[:16]
        return f"{urlsplit(str(self.url)).hostname}#{fingerprint}"


_TARGETS = TypeAdapter(list[Target])


def parse_targets(raw: Any) -> list[Target]:
    """The places in an agent's or a default's JSON. Raises InvalidInput that names what is wrong with which."""
    try:
        return _TARGETS.validate_python(raw)
    except ValidationError as error:
        reasons = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False))
        raise InvalidInput(f"these channels are wrong: {reasons}") from error
