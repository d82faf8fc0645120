"""How figures are written and reports are drawn: for people, in the company's colour, whatever stands in them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pypdfium2
import pytest

from relevo.insight.reports import Document, formats, html, pdf
from relevo.insight.reports.document import Chart, Comment, Days, Figure, Group, Insight, Narrative, Series, Table
from relevo.insight.reports.figures import FIGURES
from relevo.insight.reports.look import Style, readable
from relevo.insight.reports.periods import Period
from relevo.texts import LANGUAGES, catalogue

MEXICO = ZoneInfo("America/Mexico_City")
EVIL = "<script>alert(1)</script> & «ñandú» 😀"


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (1234, "count", "1,234"),
        (0, "count", "0"),
        (None, "count", "—"),
        (0.875, "share", "87.5 %"),
        (1, "share", "100 %"),
        (45, "seconds", "45 s"),
        (59.7, "seconds", "1 min"),
        (3599, "seconds", "1 h 00 min"),
        (7500, "seconds", "2 h 05 min"),
        (86_399, "seconds", "1 d 0 h"),
        (93_600, "seconds", "1 d 2 h"),
        (4.256, "rating", "4.26"),
        (42.3, "score", "+42"),
        (-0.2, "score", "0"),
        (24.12, "hours", "24.1 h"),
        (605.3, "money", "605.30 MXN"),
        (12345.6, "money", "12,346 MXN"),
    ],
)
def test_a_figure_is_written_for_people(value: Any, unit: Any, written: str) -> None:
    # Given a figure of a unit
    # Then it is read so
    assert formats.shown(value, unit, "es", "MXN") == written


@pytest.mark.parametrize(
    ("now", "before", "unit", "moved", "written"),
    [
        (120, 100, "count", 0.2, "+20 %"),
        (100, 120, "count", -1 / 6, "-16.7 %"),
        (0.9, 0.85, "share", 0.05, "+5 puntos"),
        (5, 0, "count", None, "+5"),
        (90, 0, "seconds", None, "+2 min"),
        (12.5, 0, "money", None, "+12.50"),
        (0, 0, "count", 0.0, "0 %"),
        (None, 3, "count", None, ""),
        (3, None, "count", None, ""),
        (40, 45, "score", -5, "-5"),
        (4.5, 4.25, "rating", 0.25, "+0.25"),
        (1000.2, 1000.1, "money", 0.0001, "0 %"),
    ],
)
def test_a_change_is_written_by_its_unit(now: Any, before: Any, unit: Any, moved: float | None, written: str) -> None:
    # Given a figure and what it was
    found, text = formats.change(now, before, unit, "es")
    # Then shares and scores differ by points, everything else by percent of what it was
    assert (found if found is None else pytest.approx(found, abs=1e-6), text) == (moved, written)


@pytest.mark.parametrize(
    ("first", "last", "written"),
    [
        (date(2026, 11, 16), date(2026, 11, 22), "16 al 22 de noviembre de 2026"),
        (date(2026, 11, 30), date(2026, 12, 6), "30 de noviembre al 6 de diciembre de 2026"),
        (date(2026, 12, 28), date(2027, 1, 3), "28 de diciembre de 2026 al 3 de enero de 2027"),
        (date(2026, 11, 16), date(2026, 11, 16), "16 de noviembre de 2026"),
    ],
)
def test_days_are_said_without_repeating_themselves(first: date, last: date, written: str) -> None:
    # Given days of one month, of two, of two years, and one day
    assert formats.days(Period(first, last, MEXICO), "es") == written


def test_every_figure_has_its_name_and_its_formula_in_every_language() -> None:
    # Given every figure there is
    for language in LANGUAGES:
        texts = catalogue(language)
        # Then both are written
        assert all(f"report.figure.{name}" in texts and f"report.formula.{name}" in texts for name in FIGURES)


@pytest.mark.parametrize("color", ["#ffffff", "#facc15", "#0f766e", "#000000"])
def test_a_companys_colour_can_be_read_under_white(color: str) -> None:
    # Given a colour, however pale
    told = readable(color)
    # Then white letters stand on what it became, and a dark one stays
    channels = [int(told[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    assert 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05) >= 4.5
    assert told == color or color in ("#ffffff", "#facc15")


def document(**parts: Any) -> Document:
    """A report of everything a report can have, with words that mean harm."""
    figure = Figure(
        name="created",
        label=EVIL,
        unit="count",
        value=3,
        previous=2,
        change=0.5,
        text="3",
        previous_text="2",
        change_text="+50 %",
        verdict="worse",
        formula=EVIL,
        rows="tickets.csv",
    )
    days = Days(first=date(2026, 11, 16), last=date(2026, 11, 22), begins=NOW, ends=NOW, text="16 al 22")
    series = [Series(name=str(n), label=EVIL, values=[1, None, 3], texts=["1", "—", "3"]) for n in range(2)]
    made: dict[str, Any] = {
        "id": UUID(int=1),
        "kind": "weekly",
        "language": "es",
        "title": EVIL,
        "company": EVIL,
        "timezone": "America/Mexico_City",
        "made_at": NOW,
        "period": days,
        "previous": days,
        "filters": [EVIL],
        "headline": ["created"],
        "narrative": Narrative(author="model", paragraphs=[EVIL]),
        "groups": [Group(name="volume", label=EVIL, figures=[figure])],
        "charts": [
            Chart(name=kind, title=EVIL, kind=kind, labels=["a", EVIL, "c"], series=series)  # type: ignore[arg-type]
            for kind in ("line", "bars", "heat")
        ],
        "tables": [Table(name="agents", title=EVIL, columns=["a"] * 6, rows=[[EVIL] * 6] * 60)],
        "insights": [Insight(name="x", tone="bad", text=EVIL, advice=EVIL)],
        "comments": [Comment(number=7, rating=1, text=EVIL)],
    }
    return Document(**made | parts)


NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
PLAIN = Style("#0f766e", "#d6ebe9")


def test_nothing_a_customer_wrote_is_markup() -> None:
    # Given a report whose every word is a script
    page = html.render(document(), PLAIN, {"pdf": 'https://x/?a="1"&b'}, EVIL)
    # Then the page holds none, and the PDF can be read
    assert "<script" not in page and 'a="1"' not in page
    pages = pypdfium2.PdfDocument(pdf.render(document(), PLAIN))
    text = " ".join(page.get_textpage().get_text_range() for page in pages)
    assert "<script>alert(1)</script> & «ñandú»" in text


def test_every_page_of_a_pdf_has_ink_inside_its_margins() -> None:
    # Given a long report
    pages = pypdfium2.PdfDocument(pdf.render(document(), PLAIN))
    assert len(pages) > 2
    for page in pages:
        # When a page is drawn
        picture = page.render(scale=0.5).to_pil().convert("L")
        # Then something stands on it, and nothing within a quarter of an inch of its edge
        edge = 9
        inner = picture.crop((edge, edge, picture.width - edge, picture.height - edge))
        assert inner.getextrema()[0] < 160
        picture.paste(255, (edge, edge, picture.width - edge, picture.height - edge))
        assert picture.getextrema()[0] == 255


def test_a_report_of_nothing_is_drawn() -> None:
    # Given a report without figures, charts, tables, insights
    empty = document(headline=[], groups=[], charts=[], tables=[], insights=[], comments=[], filters=[])
    # Then both forms are made
    assert html.render(empty, PLAIN, {}).startswith("<!doctype html>")
    assert pdf.render(empty, PLAIN).startswith(b"%PDF")
