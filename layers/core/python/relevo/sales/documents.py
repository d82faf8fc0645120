"""Papers as PDF: a letterhead, a table of lines, what they come to. Quotes and receipts are made of it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from relevo.texts import say

_INK, _FAINT, _RULE, _BAND = "#1b2430", "#5d6878", "#c9d1dc", "#eef2f7"
_MARGIN = 48
_LOGO = (150, 56)
"""The largest a logo is drawn, in points."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who the paper is from. `logo` is a PNG or JPEG."""

    name: str
    legal_name: str | None = None
    tax_id: str | None = None
    address: str | None = None
    footer: str | None = None
    logo: bytes | None = None


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A line as it is read; `amount` is after its discount, without tax."""

    code: str
    name: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    discount_percent: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper in one language. `facts` stand beside the title, `amounts` under the table, `remarks` below them."""

    language: str
    title: str
    number: str
    facts: Sequence[tuple[str, str]]
    letterhead: Letterhead
    customer: Sequence[str]
    lines: Sequence[PaperLine]
    amounts: Sequence[tuple[str, str]]
    remarks: Sequence[str] = ()


def render(paper: Paper) -> bytes:
    """The paper as PDF, the same bytes for the same paper; a long table goes on over pages that repeat its head."""
    from reportlab.lib.pagesizes import LETTER
    from reportlab.platypus import SimpleDocTemplate, Spacer

    written = io.BytesIO()
    document = SimpleDocTemplate(
        written,
        pagesize=LETTER,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN + 18,
        title=f"{paper.title} {paper.number}",
        author=_printable(paper.letterhead.name),
        invariant=1,
    )
    width = document.width
    parts = [_head(paper, width), Spacer(0, 18), _customer(paper, width), Spacer(0, 14), _table(paper, width)]
    parts += [Spacer(0, 10), _amounts(paper, width), Spacer(0, 16), *_remarks(paper)]

    def foot(canvas: Any, page: Any) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.setFillColor(_FAINT)
        canvas.drawString(_MARGIN, 34, _printable(paper.letterhead.footer or paper.letterhead.name)[:110])
        canvas.drawRightString(LETTER[0] - _MARGIN, 34, f"{_printable(paper.number)} · {page.page}")

    document.build(parts, onFirstPage=foot, onLaterPages=foot)
    return written.getvalue()


def _style(size: float = 9.5, *, bold: bool = False, faint: bool = False, right: bool = False) -> Any:
    from reportlab.lib.styles import ParagraphStyle

    return ParagraphStyle(
        f"{size}{bold}{faint}{right}",
        fontName="Helvetica-Bold" if bold else "Helvetica",
        fontSize=size,
        leading=size * 1.35,
        textColor=_FAINT if faint else _INK,
        alignment=2 if right else 0,
        splitLongWords=True,
    )


def _text(text: str, **style: Any) -> Any:
    from reportlab.platypus import Paragraph

    return Paragraph(escape(_printable(text)).replace("\n", "<br/>"), _style(**style))


def _printable(text: str) -> str:
    """What the standard fonts have; a sign they lack is shown as a question mark."""
    return text.encode("cp1252", "replace").decode("cp1252")


def _head(paper: Paper, width: float) -> Any:
    from reportlab.platypus import Spacer, Table

    letterhead = paper.letterhead
    sender = [_logo(letterhead.logo), Spacer(0, 8)] if letterhead.logo else []
    sender.append(_text(letterhead.name, size=14, bold=True))
    told = (letterhead.legal_name, letterhead.tax_id, letterhead.address)
    sender += [_text(line, size=9, faint=True) for line in told if line]
    facts = [_text(paper.title, size=16, bold=True, right=True), _text(paper.number, size=11, right=True)]
    facts += [_text(f"{label}: {value}", size=9, faint=True, right=True) for label, value in paper.facts]
    return Table(
        [[sender, facts]],
        colWidths=[width * 0.55, width * 0.45],
        style=[("VALIGN", (0, 0), (-1, -1), "TOP"), *_flush()],
    )


def _logo(content: bytes) -> Any:
    from reportlab.platypus import Image

    image = Image(io.BytesIO(content), hAlign="LEFT")
    scale = min(_LOGO[0] / image.imageWidth, _LOGO[1] / image.imageHeight)
    image.drawWidth, image.drawHeight = image.imageWidth * scale, image.imageHeight * scale
    return image


def _customer(paper: Paper, width: float) -> Any:
    from reportlab.platypus import Table

    cells = [_text(say("sale.paper.customer", paper.language), size=8, faint=True)]
    cells += [_text(line, bold=not n) for n, line in enumerate(paper.customer)]
    return Table(
        [[cells]],
        colWidths=[width],
        style=[("LINEABOVE", (0, 0), (-1, 0), 0.8, _RULE), ("TOPPADDING", (0, 0), (0, 0), 8)],
    )


_COLUMNS = (
    ("code", 0.16),
    ("product", 0.31),
    ("quantity", 0.11),
    ("unit", 0.09),
    ("price", 0.13),
    ("discount", 0.07),
    ("amount", 0.13),
)
_WORDS = {"code", "product", "unit"}
"""Columns of words; numbers stand to the right."""


def _table(paper: Paper, width: float) -> Any:
    from reportlab.platypus import Table

    head = [
        _text(say(f"sale.paper.{name}", paper.language), size=8.5, bold=True, right=name not in _WORDS)
        for name, _ in _COLUMNS
    ]
    rows = [head, *(_row(line) for line in paper.lines)]
    style = [
        ("BACKGROUND", (0, 0), (-1, 0), _BAND),
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, _RULE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
    ]
    return Table(rows, colWidths=[width * share for _, share in _COLUMNS], repeatRows=1, style=style)


def _row(line: PaperLine) -> list[Any]:
    discount = f"{line.discount_percent.normalize():f} %" if line.discount_percent else ""
    told = {
        "code": line.code,
        "product": line.name,
        "quantity": f"{line.quantity.normalize():f}",
        "unit": line.unit,
        "price": f"{line.unit_price:,.2f}",
        "discount": discount,
        "amount": f"{line.amount:,.2f}",
    }
    return [_text(told[name], size=9, right=name not in _WORDS) for name, _ in _COLUMNS]


def _amounts(paper: Paper, width: float) -> Any:
    from reportlab.platypus import Table

    last = len(paper.amounts) - 1
    rows = [
        ["", *(_text(told, size=12 if n == last else 9.5, bold=n == last, right=True) for told in pair)]
        for n, pair in enumerate(paper.amounts)
    ]
    return Table(
        rows,
        colWidths=[width * 0.4, width * 0.3, width * 0.3],
        style=[("LINEABOVE", (1, last), (-1, last), 0.8, _INK), ("TOPPADDING", (0, 0), (-1, -1), 3)],
    )


def _remarks(paper: Paper) -> list[Any]:
    from reportlab.platypus import Spacer

    return [part for remark in paper.remarks for part in (_text(remark, size=9, faint=True), Spacer(0, 5))]


def _flush() -> list[Any]:
    return [("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0)]
