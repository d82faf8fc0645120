"""A paper holds what it was given, in every language, on as many pages as it takes."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

import pypdfium2
from PIL import Image

from relevo.sales.documents import Letterhead, Paper, PaperLine, render

LINE = PaperLine(
    "BAL-1", "Balatas <b>& discos</b>", Decimal("2.000"), "juego", Decimal("850.50"), Decimal(0), Decimal(1701)
)
PAPER = Paper(
    "es",
    "Cotización",
    "CENTRO-C2026-00001",
    [("Fecha", "21/11/2026")],
    Letterhead("Refacciones Ñandú", "Ñandú S.A. de C.V.", "RFC 123", "Av. Juárez 1\nCiudad de México", "Gracias"),
    ["Camila Torres"],
    [LINE],
    [("Subtotal", "1,701.00 MXN"), ("Total", "1,973.16 MXN")],
    ["Precios válidos hasta el 28/11/2026."],
)


def pages(content: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content)]


def test_everything_it_was_given_stands_there_and_markup_is_only_text() -> None:
    # When a paper is written
    (page,) = pages(render(PAPER))
    # Then it says everything, accents too, and what looks like markup is what it is
    told = (
        "Cotización",
        "Ñandú S.A. de C.V.",
        "RFC 123",
        "Balatas <b>& discos</b>",
        "juego",
        "1,973.16 MXN",
        "Gracias",
    )
    assert [words for words in told if words not in page] == []


def test_english_has_english_heads() -> None:
    (page,) = pages(render(replace(PAPER, language="en")))
    assert "Customer" in page and "Quantity" in page


def test_a_long_table_repeats_its_head_on_every_page() -> None:
    # Given fifty lines
    written = pages(render(replace(PAPER, lines=[LINE] * 50)))
    # Then every page of them has the head, and the total stands once
    assert len(written) > 1 and all("Cantidad" in page for page in written if "BAL-1" in page)
    assert sum(page.count("1,973.16 MXN") for page in written) == 1


def test_the_same_paper_is_the_same_file() -> None:
    assert render(PAPER) == render(PAPER)


def test_signs_the_fonts_lack_are_shown_as_missing() -> None:
    (page,) = pages(render(replace(PAPER, customer=["Ольга 李"])))
    assert "????? ?" in page


def test_a_logo_stands_above_the_name() -> None:
    # Given a logo far too large
    file = io.BytesIO()
    Image.new("RGB", (3000, 900), "#0b5").save(file, "PNG")
    # When the paper is drawn
    paper = replace(PAPER, letterhead=replace(PAPER.letterhead, logo=file.getvalue()))
    drawn = pypdfium2.PdfDocument(render(paper))[0].render(scale=1).to_pil().convert("RGB")
    # Then it is there, no wider than its place
    assert drawn.getpixel((60, 60)) == (0, 187, 85) and drawn.getpixel((230, 60)) == (255, 255, 255)
