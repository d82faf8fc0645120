"""Everything `relevo.text` knows about one message, at once."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from relevo.text import keywords as subjects
from relevo.text import sentiment as mood
from relevo.text import urgency
from relevo.text.language import detect

# What each kind of cue adds; the whole stays within 0..100. Agents see it, the priority score has its own weights.
_POINTS = {"critical": 50, "urgent": 35, "security": 40, "problem": 15}
_TIME_POINTS = 2


@dataclass(frozen=True, slots=True)
class Analysis:
    """What a text says.

    `language` en, es or pt with `language_confidence` 1/3..1; `sentiment` -1..1 with its label and `emotion`
    (see `relevo.text.sentiment`); `urgency` 0..100 with the phrases that made it; `keywords` and `tags` most telling
    first; `category` one of `relevo.text.keywords.CATEGORIES` or `general`.
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


def analyze(text: str, hint: str | None = None) -> Analysis:
    """Analyze `text`; `hint` is the customer's known language. Never fails: an empty text is neutral and general."""
    language = detect(text, hint)
    feeling = mood.sentiment(text, language.code)
    pressing = urgency.cues(text)
    strongest = {cue.kind: _POINTS[cue.kind] for cue in pressing}
    return Analysis(
        language=language.code,
        language_confidence=language.confidence,
        sentiment=feeling.score,
        label=feeling.label,
        emotion=feeling.emotion,
        urgency=min(100, sum(strongest.values()) + _TIME_POINTS * urgency.time_pressure(text)[0]),
        urgency_words=tuple(cue.phrase for cue in pressing),
        keywords=tuple(subjects.keywords(text)),
        tags=tuple(subjects.tags(text)),
        category=subjects.category(text),
    )
