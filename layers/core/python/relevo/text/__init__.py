"""What a message says: its language, mood, urgency and subject; and what in it no log may show.

`analyze(text, hint)` gives everything at once. Nothing here is imported before it is used, because every function that
logs loads `relevo.text.masking`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from relevo.text.analysis import Analysis, analyze
    from relevo.text.language import Language, detect
    from relevo.text.masking import mask
    from relevo.text.sentiment import Sentiment

__all__ = ["Analysis", "Language", "Sentiment", "analyze", "detect", "mask"]

_HOMES = {
    "Analysis": "analysis",
    "Language": "language",
    "Sentiment": "sentiment",
    "analyze": "analysis",
    "detect": "language",
    "mask": "masking",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
