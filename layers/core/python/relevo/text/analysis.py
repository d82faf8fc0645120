"""Everything `relevo.text` knows about one message, at once."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from relevo.text import keywords as subjects
from relevo.text import sentiment as mood
from relevo.text import urgency
from relevo.text.language import detect


@dataclass(frozen=True, slots=True)
class Analysis:
    """What a text says.

    `language` en, es or pt with `language_confidence` 1/3..1; `sentiment` -1..1 with its label and `emotion`
    (see `relevo.text.sentiment`); `urgency` 0..40 (see `relevo.text.urgency`) with the phrases that made it;
    `keywords` and `tags` most telling first; `category` one of `relevo.text.keywords.CATEGORIES` or `general`.
    """

    language: str
    language_confidence: float
    sentiment: float
    label: str
    emotion: str
    urgency: int
    urgency_words: tuple[str, ...]
    keywords: tuple[str, ...]
    tags: tuple[str, ...]
    category: str

    def as_json(self) -> dict[str, Any]:
        """The analysis as plain JSON values, as stored with a message or a ticket."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}


LONGEST = 4096
"""Characters of a text that are looked at: as many as a WhatsApp message can have."""


def analyze(text: str, hint: str | None = None) -> Analysis:
    """Analyze `text`, of which the first `LONGEST` characters count; `hint` is the customer's known language.

    Never fails: an empty text is neutral and general.
    """
    text = text[:LONGEST]
    language = detect(text, hint)
    feeling = mood.sentiment(text, language.code)
    pressing = urgency.cues(text)
    named = subjects.tags(text)
    return Analysis(
        language=language.code,
        language_confidence=language.confidence,
        sentiment=feeling.score,
        label=feeling.label,
        emotion=feeling.emotion,
        urgency=urgency.points(pressing),
        urgency_words=tuple(cue.phrase for cue in pressing),
        keywords=tuple(subjects.keywords(text)),
        tags=tuple(named),
        category=subjects.category_of(named),
    )
