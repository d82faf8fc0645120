"""Whatever a customer writes is read in time proportional to its length: quadratic work would outlast the test's limit.

Texts of 100,000 characters: read once they take a fraction of a second, read once a character they take minutes.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.text import analyze, detect
from relevo.text.analysis import LONGEST
from relevo.text.keywords import category, category_of, keywords, tags
from relevo.text.masking import mask
from relevo.text.sentiment import sentiment
from relevo.text.urgency import cues, time_pressure
from relevo.text.words import ADDRESS, tokens, without_addresses

LENGTH = 100_000
PIECES = (
    "x",
    "1-",
    "-",
    "x.",
    "a-b.",
    "x@",
    "x@y.",
    "a.b@",
    "+1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1 ",
    "1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1- ",
    "(1",
    "1 ",
    "1.",
    "1",
    "'",
    "a'",
    '\\"',
    "\\n",
    '"',
    "no ",
    "muy malo ",
    "factura",
    "ja",
    "llama",
    "dni: ",
    "tel 1",
    "A1",
    "ES00 AAAA ",
    "¡",
    "👍",
    "x.com.",
    "www.",
    "http://",
    "k",
)
READERS: dict[str, Callable[[str], object]] = {
    "tokens": tokens,
    "detect": detect,
    "sentiment": lambda text: sentiment(text, "es"),
    "cues": cues,
    "time_pressure": time_pressure,
    "keywords": keywords,
    "tags": tags,
}


@pytest.mark.parametrize("piece", PIECES)
def test_every_reader_reads_a_sign_a_fixed_number_of_times(piece: str) -> None:
    # Given the same few signs over and over, and what an address would have
    text = piece * (LENGTH // len(piece))
    # When everything reads them
    seen = {name: read(f"{text} @ ://.") for name, read in READERS.items()}
    # Then it comes to an end, as does the whole analysis, which looks at the first characters only
    assert set(seen) == set(READERS)
    assert analyze(text) == analyze(text[:LONGEST])


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("line", ["{}", "{} a@b.co 1", '{{"a": "{}', '{{"{}}}'])
def test_masking_reads_a_sign_a_fixed_number_of_times(piece: str, line: str) -> None:
    # Given a log line of the same few signs over and over
    # When it is masked
    masked = mask(line.format(piece * (LENGTH // len(piece))))
    # Then it comes to an end, and the address at its end is hidden
    assert "a@b.co" not in masked


@given(st.text(alphabet="ab1.-@+_ '/:x", max_size=60), st.sampled_from(["x.com", "a.b@c.mx", "https://x/y", "www.z"]))
def test_an_address_among_anything_is_no_word(around: str, address: str) -> None:
    # Given an address with spaces around it, among other signs
    # When addresses are taken out
    cleaned = without_addresses(f"{around} {address} {around}")
    # Then it is gone, and what has no address is as it was
    assert address not in cleaned.split() or address in around.split()
    assert ADDRESS.search(around) or without_addresses(around) == around


@given(st.text(max_size=200))
def test_the_category_is_that_of_the_tags(text: str) -> None:
    # Given any text
    # When its tags are known
    # Then so is its category
    assert category(text) == category_of(tags(text))


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        ("'ana.gomez@correo.mx'", "'***@correo.mx'"),
        ("\\'ana.gomez@correo.mx\\'", "\\'a***@correo.mx\\'"),
        ("customer'@correo.mx", "c***@correo.mx"),
        ("'@correo.mx", "'***@correo.mx"),
        ("o'brien.o'neil@correo.mx", "o***@correo.mx"),
        ('{"text": "soy ana@correo.mx}', '{"text": "soy a***@correo.mx}'),
        ("+52 (55) 1234-5678", "***78"),
        ("tel. 55  1234  5678", "tel. ***78"),
    ],
)
def test_what_was_hidden_stays_hidden(line: str, hidden: str) -> None:
    # Given personal data in quotes, in brackets, in a string that never ends
    # When it is masked
    # Then no more of it is left than before
    assert mask(line) == hidden
