"""Personal data out of logs: e-mail addresses, payment cards, bank accounts, document numbers, telephones.

Made for whole log lines, JSON or not: what is left stays valid JSON (typed numbers, dates, UUIDs and Amazon names are
not touched), a few last digits stay so that two lines about one customer can still be matched, and in doubt a number in
text is hidden. Imports next to nothing: every function that logs loads this.
"""

from __future__ import annotations

import re
from collections.abc import Callable

HIDDEN = "***"

# A number may follow an escaped line break of a JSON string; it may not be part of a word, a UUID or a decimal.
_BEFORE = r"(?:(?<![\w\\-])|(?<=\\[nrt]))(?<!\d\.)"
_AFTER = r"(?![\w-]|\.\d|:\w)"
# Between two digits: two gaps at most, or a bracket with a gap on either side. There is one way to read each, because
# fourteen times two ways are sixteen thousand.
_BETWEEN = r"(?:[ .\-\u00a0/]{0,2}|[ .\-\u00a0/]?[()][ .\-\u00a0/]?)"

# One that never ends goes to the end of the line, so that no sign is read twice.
_JSON_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\Z)', re.DOTALL)
_EMAIL = re.compile(
    r"(?:(?<=\\[nrt])|(?<![\w.+\\-]))((?:[\w.+-]++|'[\w.+-]*+)(?:'[\w.+-]*+){0,3})@((?:[\w-]++\.)+[A-Za-z]{2,})"
)
_CARD = re.compile(rf"{_BEFORE}\d(?:[ -]?\d){{12,18}}{_AFTER}")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
_DOCUMENT = re.compile(
    "|".join(
        (
            r"\b[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d\b",  # CURP, Mexico
            r"\b[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3}\b",  # RFC, Mexico
            r"\b\d{8}-?[A-HJ-NP-TV-Z]\b",  # DNI, Spain
            r"\b[XYZ]-?\d{7}-?[A-Z]\b",  # NIE, Spain
            r"\b\d{3}\.\d{3}\.\d{3}-\d{2}\b",  # CPF, Brazil
            r"\b\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}\b",  # CNPJ, Brazil
            r"\b\d{1,2}\.\d{3}\.\d{3}-[\dkK]\b",  # RUT, Chile
            r"\b(?<![\w-])\d{7,8}-[\dkK](?![\w-])",  # RUT without dots
            r"(?<![\w-])(?:20|2[3-7]|3[034])-?\d{8}-?\d(?![\w-])",  # CUIT, Argentina
            r"(?<![\w.,])\d{2}\.\d{3}\.\d{3}(?![\w.,-]\w)",  # DNI, Argentina
            r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])",  # social security number, USA
        )
    )
)
_NAMED_DOCUMENT = re.compile(
    r"\b(dni|nie|nif|c[eé]dula|curp|rfc|ine|rut|run|cpf|cnpj|rg|cuit|cuil|pasaporte|passport|ssn|documento|"
    r"identificaci[oó]n)\b"
    r"(\W{1,3}(?:(?:n[uú]mero|number|nro|no|num|n[º°]|es|is|[eé]|de|:)\W{1,3}){0,3})"
    r"([A-Z]{0,3}\d[\d.\-]{4,18}[A-Za-z]?)\b",
    re.IGNORECASE,
)
_PHONE = re.compile(
    rf"(?:(?:(?<!\w)|(?<=\\[nrt]))\+\d(?:{_BETWEEN}\d){{6,14}}"
    rf"|{_BEFORE}(?!\d{{4}}-\d\d-\d\d)(?!\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{4}})"
    rf"\(?\d(?:{_BETWEEN}\d){{8,14}}){_AFTER}"
)
_NAMED_PHONE = re.compile(
    r"\b((?:tel[eé]fono|tel|celular|cel|m[oó]vil|phone|mobile|whatsapp|wsp|fono|n[uú]mero|call me (?:at|on)|"
    r"ll[aá]m[ea]\w* al?)\b[^\w\n\"]{1,3}"
    r"(?:(?:es|is|:|el|no|nro)\W{1,2})?)(\+?\(?\d(?:[ .\-()]{0,2}\d){6,14})(?![\w-])",
    re.IGNORECASE,
)


def mask(text: str) -> str:
    """`text` with personal data replaced by `***` and at most the last four characters.

    >>> mask("soy ana.gomez@correo.mx, mi tarjeta es 4111 1111 1111 1111")
    'soy a***@correo.mx, mi tarjeta es ***1111'
    >>> mask("llámame al +52 55 1234 5678")
    'llámame al ***78'
    """
    if text.startswith('{"') and text.endswith("}"):
        return _JSON_STRING.sub(lambda m: _masked(m[0]), text)
    return _masked(text)


def _masked(text: str) -> str:
    if "@" in text:
        text = _EMAIL.sub(lambda m: f"{m[1][0]}{HIDDEN}@{m[2]}", text)
    if not re.search(r"\d", text):
        return text
    text = _IBAN.sub(_last(4), text)
    text = _CARD.sub(lambda m: _ends(m[0], 4) if _is_card(m[0]) else m[0], text)
    text = _NAMED_DOCUMENT.sub(lambda m: m[1] + m[2] + _ends(m[3], 2), text)
    text = _DOCUMENT.sub(_last(2), text)
    text = _NAMED_PHONE.sub(lambda m: m[1] + _ends(m[2], 2), text)
    return _PHONE.sub(_last(2), text)


def luhn(digits: str) -> bool:
    """Whether a string of digits carries a valid check digit (ISO/IEC 7812-1, annex B)."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + position % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _is_card(number: str) -> bool:
    # A mistyped card is still somebody's card: four groups of four are hidden whatever their check digit says.
    return luhn(re.sub(r"\D", "", number)) or re.fullmatch(r"\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}", number) is not None


def _last(count: int) -> Callable[[re.Match[str]], str]:
    return lambda match: _ends(match[0], count)


def _ends(secret: str, count: int) -> str:
    return HIDDEN + secret[-count:]
