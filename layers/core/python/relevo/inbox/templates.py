"""Templates the channel has approved: the only words that may be sent when the customer-service window is closed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from relevo.db import UnitOfWork
from relevo.errors import InvalidInput, NotFound

_PLACE = re.compile(r"\{\{(\d+)\}\}")
LONGEST = 1024
"""Characters WhatsApp allows in a body, filled."""


@dataclass(frozen=True, slots=True)
class Template:
    """A text with places {{1}}, {{2}}… for `parameters` values."""

    id: UUID
    name: str
    language: str
    category: str
    body: str
    parameters: int

    def filled(self, values: Sequence[str]) -> str:
        """The text as the customer reads it.

        Raises InvalidInput for another number of values, and for values or a text WhatsApp refuses.
        """
        if len(values) != self.parameters:
            raise InvalidInput(f"the template {self.name} takes {self.parameters} values, not {len(values)}")
        if wrong := [n for n, value in enumerate(values, 1) if not value.strip() or re.search(r"[\n\t]| {5}", value)]:
            raise InvalidInput(f"value {wrong[0]} of the template is empty, or holds line ends, tabs or wide gaps")
        text = _PLACE.sub(lambda place: values[int(place[1]) - 1], self.body)
        if len(text) > LONGEST:
            raise InvalidInput(f"the filled template has {len(text)} characters, WhatsApp allows {LONGEST}")
        return text

    def content(self, values: Sequence[str]) -> dict[str, Any]:
        """What `deliver` sends."""
        return {"name": self.name, "language": self.language, "parameters": list(values)}


def places(body: str) -> int:
    """How many values a body takes. Raises InvalidInput when its places are not {{1}} to {{n}}."""
    numbers = {int(number) for number in _PLACE.findall(body)}
    if numbers != set(range(1, len(numbers) + 1)):
        raise InvalidInput("the places of a template are {{1}}, {{2}}… without a gap")
    return len(numbers)


def templates_for(uow: UnitOfWork, account_id: UUID) -> list[Template]:
    """The templates that can be sent from a number, by name and language."""
    rows = uow.all(
        "SELECT t.id, t.name, t.language, t.category, t.body, t.parameters FROM inbox.message_template AS t"
        " JOIN inbox.channel_account AS a ON a.channel = t.channel AND a.portfolio = t.portfolio"
        " WHERE a.id = %s AND t.active ORDER BY t.name, t.language",
        (account_id,),
    )
    return [Template(**row) for row in rows]


def template_for(uow: UnitOfWork, account_id: UUID, template_id: UUID) -> Template:
    """One of them. Raises NotFound for one that is no more, or is another portfolio's."""
    found = next((each for each in templates_for(uow, account_id) if each.id == template_id), None)
    if found is None:
        raise NotFound(f"there is no template {template_id} for this number")
    return found
