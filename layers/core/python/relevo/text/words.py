"""Words of a message: cleaned of what is no language, folded for matching, never cut inside a word.

Every rule of `relevo.text` matches folded whole words, so that "URGENTE", "urgente" and "Urgénte" are one word, while
"ballast" holds no "asap" and an address in the text ("https://x.io/urgente") holds no word at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

Value = TypeVar("Value")

ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|io|co|es|mx|ar|br)\b\S*",
    re.IGNORECASE,
)
WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*")
TOKEN = re.compile(rf"{WORD.pattern}|[^\w\s]")
REPEATED = re.compile(r"([^\W\d_])\1{2,}")


def wordset(words_or_phrases: str, separator: str | None = None) -> frozenset[str]:
    """The words of a list kept as one string; its phrases when a `separator` is given."""
    return frozenset(words_or_phrases.split(separator))


def unaccented(text: str) -> str:
    """`text` without diacritics: "café" -> "cafe", "ñ" -> "n"."""
    if text.isascii():
        return text
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


def without_addresses(text: str) -> str:
    """`text` with URLs, domains and e-mail addresses blanked out: a word inside one says nothing."""
    return ADDRESS.sub(" ", text)


def folded(text: str) -> str:
    """`text` in lower case, unaccented, straight quotes, with runs of three or more equal letters cut to one.

    "¡¡Graciaaas!!" -> "¡¡gracias!!"; English doubles ("too", "need") stay.
    """
    return REPEATED.sub(r"\1", unaccented(text.casefold()).replace("’", "'"))


def words(text: str) -> list[str]:
    """The folded words of `text` in order, addresses left out; punctuation and emoji dropped."""
    return WORD.findall(folded(without_addresses(text)))


def tokens(text: str) -> list[str]:
    """As `words`, with every other visible sign (punctuation, emoji) a token of its own: phrases do not cross them."""
    return TOKEN.findall(folded(without_addresses(text)))


@dataclass(frozen=True, slots=True)
class Match(Generic[Value]):
    """A phrase found in a list of tokens: `tokens[start:end]` says `phrase`, which means `value`."""

    start: int
    end: int
    phrase: str
    value: Value


class Phrasebook(Generic[Value]):
    """Words and set phrases with a meaning, found as whole words in folded tokens.

    A word that ends in `*` admits any ending ("factur*"). At each place the longest phrase wins, then the exact word
    over the open ending, then the longer open ending; the tokens of a match are not looked at again. Looking one up
    costs a few dictionary reads per token, however many phrases there are.
    """

    def __init__(self, meanings: Iterable[tuple[str, Value]]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], Value]]] = {}
        for phrase, value in meanings:
            parts = tuple(folded(phrase).split())
            self._by_first.setdefault(parts[0], []).append((parts, value))
        self._shortest_stem = min((len(first) - 1 for first in self._by_first if first.endswith("*")), default=99)
        self._beginnings = {first.rstrip("*")[:2] for first in self._by_first}

    def find(self, found: list[str]) -> Iterator[Match[Value]]:
        """The phrases in `found`, in order, without overlap."""
        start = 0
        while start < len(found):
            match = self.at(found, start)
            if match is None:
                start += 1
            else:
                yield match
                start = match.end

    def at(self, found: list[str], start: int) -> Match[Value] | None:
        """The best phrase that begins at `found[start]`."""
        best: Match[Value] | None = None
        if found[start][:2] not in self._beginnings:
            return None
        for first in self._entries(found[start]):
            for parts, value in self._by_first.get(first, ()):
                end = start + len(parts)
                longer = best is None or end > best.end
                if longer and end <= len(found) and all(map(_says, parts, found[start:end])):
                    best = Match(start, end, " ".join(parts), value)
        return best

    def _entries(self, word: str) -> Iterator[str]:
        yield word
        for length in range(len(word), self._shortest_stem - 1, -1):
            yield word[:length] + "*"


def _says(part: str, word: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") and len(part) > 1 else word == part
