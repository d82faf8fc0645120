"""What is said: a subject, a text and its HTML, from the templates of the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from relevo.texts import DEFAULT, LANGUAGES, say

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice, ready for any channel. `facts` is what a program reads: event, ids, number, priority."""

    id: str
    subject: str
    text: str
    html: str
    facts: dict[str, Any]
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    """What an e-mail's HTML shows, by the name after `cid:`."""


def render(template: str, language: str, facts: dict[str, Any], *, notice_id: str) -> Notice:
    """The notice `template` (`assigned`, `escalated`, `alert`, `social`) in one language; Spanish for one it does not
    speak."""
    chosen = language if language in LANGUAGES else DEFAULT
    named = facts | {"level": say(f"notify.priority.{facts.get('priority') or 'none'}", chosen)}

    def part(kind: str) -> str:
        return _environment().get_template(f"{chosen}/{template}.{kind}.j2").render(named).strip()

    return Notice(notice_id, " ".join(part("subject").split()), part("text"), part("html"), facts)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=lambda name: name is not None and name.endswith(".html.j2"),
        trim_blocks=True,
        lstrip_blocks=True,
    )
