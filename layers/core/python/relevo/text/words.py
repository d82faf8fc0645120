"""Words of a message: cleaned of what is no language, folded for matching, never cut inside a word.

Every rule of `relevo.text` matches folded whole words, so that "URGENTE", "urgente" and "Urgénte" are one word, while
"ballast" holds no "asap" and an address in the text ("https://x.io/urgente") holds no word at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Value = TypeVar("Value")

# Each alternative begins where a run of its signs begins, or is bounded as DNS is (labels of 63): whatever a customer
# writes is read a fixed number of times.
ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+"
    r"|(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)+"
    r"|\b(?=\w)(?<!\w-)[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.(?:com|net|org|io|co|es|mx|ar|br)\b\S*",
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
    if "." not in text and "://" not in text:
        return text
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
    costs a few dictionary reads per token, however many phrases there are and however long the token is.
    """

    def __init__(self, meanings: Iterable[tuple[str, Value]]) -> None:
        self._by_first: dict[str, list[tuple[str, tuple[str, ...], Value]]] = {}
        for phrase, value in meanings:
            first, *rest = folded(phrase).split()
            self._by_first.setdefault(first, []).append((" ".join([first, *rest]), tuple(rest), value))
        stems: dict[str, set[int]] = defaultdict(set)
        for first in self._by_first:
            stem = first.rstrip("*")
            stems[stem[:2]].update({len(stem)} if first.endswith("*") else ())
        # How long the open beginnings are of words that begin with these two letters, the longest first.
        self._stems = {beginning: tuple(sorted(lengths, reverse=True)) for beginning, lengths in stems.items()}

    def find(self, found: Sequence[str]) -> Iterator[Match[Value]]:
        """The phrases in `found`, in order, without overlap."""
        beginnings, after = self._stems, 0
        for start, word in enumerate(found):
            if start >= after and word[:2] in beginnings and (match := self.at(found, start)):
                yield match
                after = match.end

    def at(self, found: Sequence[str], start: int) -> Match[Value] | None:
        """The best phrase that begins at `found[start]`."""
        best: Match[Value] | None = None
        for phrase, rest, value in self._beginning_with(found[start]):
            end = start + 1 + len(rest)
            if (best is not None and end <= best.end) or end > len(found):
                continue
            if not rest or all(map(_says, rest, found[start + 1 : end])):
                best = Match(start, end, phrase, value)
        return best

    def _beginning_with(self, word: str) -> list[tuple[str, tuple[str, ...], Value]]:
        lengths = self._stems.get(word[:2])
        if lengths is None:
            return []
        entries = self._by_first.get(word, [])
        for length in lengths:
            if length <= len(word) and (opened := self._by_first.get(word[:length] + "*")):
                entries = [*entries, *opened]
        return entries


def _says(part: str, word: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") and len(part) > 1 else word == part
