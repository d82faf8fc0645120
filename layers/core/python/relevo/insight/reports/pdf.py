"""A report as PDF pages: the same document, its charts drawn by reportlab; no browser is needed."""

from __future__ import annotations

import io
from typing import Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from relevo.insight.reports.document import Chart, Comment, Document, Figure, Group, Insight, Table
from relevo.insight.reports.drawing import draw
from relevo.insight.reports.look import BAD, BAND, FAINT, GOOD, INK, RULE, Style
from relevo.texts import say

_PAGE = (612.0, 792.0)
_MARGIN = 46
_PADDING = 6
"""What reportlab leaves free inside of a page's frame."""
_LOGO = (140, 44)
_CARDS = 3
"""Key figures beside each other."""


def render(document: Document, style: Style) -> bytes:
    """The PDF's bytes. Signs the standard fonts lack are shown as question marks."""
    from reportlab.platypus import SimpleDocTemplate, Spacer

    written = io.BytesIO()
    pages = SimpleDocTemplate(
        written,
        pagesize=_PAGE,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=58,
        title=f"{document.title}: {document.period.text}",
        author=document.company,
        lang=document.language,
        invariant=1,
    )
    paper = _Paper(document, style, _PAGE[0] - 2 * _MARGIN - 2 * _PADDING)
    parts = [*paper.head(), *paper.narrative(), paper.cards(), Spacer(0, 6)]
    parts += paper.insights()
    parts += [part for chart in document.charts for part in paper.chart(chart)]
    parts += [part for group in document.groups for part in paper.group(group)]
    parts += [part for table in document.tables for part in paper.table(table)]
    parts += paper.comments() + paper.formulas()
    pages.build(parts, onFirstPage=paper.foot, onLaterPages=paper.foot)
    return written.getvalue()


def printable(text: str) -> str:
    """What the standard fonts have."""
    return text.replace("★", "*").replace("−", "-").encode("cp1252", "replace").decode("cp1252")


class _Paper:
    """Makes the parts of one document, `width` points wide."""

    def __init__(self, document: Document, style: Style, width: float) -> None:
        self._document, self._style, self._width = document, style, width
        self._language = document.language

    def head(self) -> list[Any]:
        from reportlab.platypus import HRFlowable, Spacer

        document = self._document
        sender = self._logo() or self._text(document.company, 12, bold=True, color=self._style.color)
        compared = say("report.compared", self._language, previous=document.previous.text)
        parts = [sender, Spacer(0, 12), self._text(document.title, 22, bold=True)]
        parts += [self._text(f"{document.period.text}, {compared}", 10.5, color=FAINT)]
        parts += [self._text(each, 9, color=FAINT) for each in document.filters]
        rule = HRFlowable(width=56, thickness=3, color=self._style.color, hAlign="LEFT", spaceBefore=8, spaceAfter=6)
        return [*parts, rule]

    def _logo(self) -> Any | None:
        from reportlab.platypus import Image

        if self._style.logo is None:
            return None
        image = Image(io.BytesIO(self._style.logo), hAlign="LEFT")
        scale = min(_LOGO[0] / image.imageWidth, _LOGO[1] / image.imageHeight)
        image.drawWidth, image.drawHeight = image.imageWidth * scale, image.imageHeight * scale
        return image

    def narrative(self) -> list[Any]:
        from reportlab.platypus import Spacer

        told = self._document.narrative
        parts = [part for each in told.paragraphs for part in (self._text(each, 10.5), Spacer(0, 5))]
        if told.author == "model":
            parts.append(self._text(say("report.by_model", self._language), 8, color=FAINT))
        return [*parts, Spacer(0, 4)]

    def cards(self) -> Any:
        """The headline's figures, three in a row."""
        from reportlab.platypus import Table as Grid

        cards: list[Any] = [self._card(figure) for figure in self._document.first_figures]
        cards += [""] * (-len(cards) % _CARDS)
        rows = [cards[n : n + _CARDS] for n in range(0, len(cards), _CARDS)] or [["", "", ""]]
        style: list[Any] = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 10)]
        style += [
            ("BOX", (column, row), (column, row), 0.6, RULE)
            for row in range(len(rows))
            for column in range(_CARDS)
            if rows[row][column]
        ]
        style += [("TOPPADDING", (0, 0), (-1, -1), 7), ("BOTTOMPADDING", (0, 0), (-1, -1), 8)]
        return Grid(rows, colWidths=[self._width / _CARDS] * _CARDS, style=style)

    def _card(self, figure: Figure) -> list[Any]:
        color = {"better": GOOD, "worse": BAD}.get(figure.verdict or "", FAINT)
        before = f"{say('report.previous', self._language)}: {figure.previous_text}"
        return [
            self._text(figure.label, 8.5, color=FAINT),
            self._text(figure.text, 16, bold=True),
            self._text(figure.change_text or "—", 9, bold=True, color=color),
            self._text(before, 8.5, color=FAINT),
        ]

    def insights(self) -> list[Any]:
        if not self._document.insights:
            return []
        return [
            self._heading(say("report.insights", self._language)),
            *(self._insight(insight) for insight in self._document.insights),
        ]

    def _insight(self, insight: Insight) -> Any:
        from reportlab.platypus import Table as Grid

        color = {"good": GOOD, "bad": BAD, "note": FAINT}[insight.tone]
        told = [self._text(insight.text, 10)]
        if insight.advice:
            told.append(self._text(insight.advice, 9, color=FAINT))
        style = [("LINEBEFORE", (0, 0), (0, 0), 2.5, color), ("LEFTPADDING", (0, 0), (0, 0), 9)]
        style += [("TOPPADDING", (0, 0), (0, 0), 1), ("BOTTOMPADDING", (0, 0), (0, 0), 3)]
        return Grid([[told]], colWidths=[self._width], style=style, spaceAfter=5)

    def chart(self, chart: Chart) -> list[Any]:
        from reportlab.platypus import KeepTogether

        drawing = draw(chart, self._style, self._width, printable)
        return [KeepTogether([self._heading(chart.title), drawing])]

    def group(self, group: Group) -> list[Any]:
        """All figures of a kind beside what they were."""
        columns = [say(f"report.{name}", self._language) for name in ("figure_column", "now", "previous")]
        columns.append(say("report.column.change", self._language))
        rows = [[f.label, f.text, f.previous_text, f.change_text or "—"] for f in group.figures]
        colors = [{"better": GOOD, "worse": BAD}.get(f.verdict or "", INK) for f in group.figures]
        return self._grid(group.label, columns, rows, [0.46, 0.2, 0.18, 0.16], colors)

    def table(self, table: Table) -> list[Any]:
        first = 0.3 if len(table.columns) > 4 else 0.4
        others = (1 - first) / (len(table.columns) - 1)
        return self._grid(table.title, table.columns, table.rows, [first] + [others] * (len(table.columns) - 1))

    def _grid(
        self, title: str, columns: list[str], rows: list[list[str]], parts: list[float], colors: list[str] | None = None
    ) -> list[Any]:
        from reportlab.platypus import KeepTogether
        from reportlab.platypus import Table as Grid

        last = len(columns) - 1
        cells = [[self._text(each, 8.5, bold=True, color=FAINT, right=n > 0) for n, each in enumerate(columns)]]
        for n, row in enumerate(rows):
            cells.append(
                [
                    self._text(each, 9, color=colors[n] if colors and place == last else INK, right=place > 0)
                    for place, each in enumerate(row)
                ]
            )
        style = [("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE), ("BACKGROUND", (0, 0), (-1, 0), BAND)]
        style += [("TOPPADDING", (0, 0), (-1, -1), 3), ("BOTTOMPADDING", (0, 0), (-1, -1), 4)]
        widths = [self._width * part for part in parts]
        return [KeepTogether([self._heading(title), Grid(cells, colWidths=widths, style=style, repeatRows=1)])]

    def comments(self) -> list[Any]:
        if not self._document.comments:
            return []
        heading = self._heading(say("report.comments", self._language))
        return [heading, *(part for each in self._document.comments for part in self._comment(each))]

    def _comment(self, comment: Comment) -> list[Any]:
        from reportlab.platypus import Spacer

        number = say("report.number", self._language, number=comment.number)
        return [
            self._text(f"{comment.rating}/5 · {number}", 8.5, bold=True, color=FAINT),
            self._text(comment.text, 9.5),
            Spacer(0, 6),
        ]

    def formulas(self) -> list[Any]:
        """How each figure comes about, and where the rows behind it are."""
        parts = [self._heading(say("report.formulas", self._language))]
        for group in self._document.groups:
            for figure in group.figures:
                told = f"<b>{escape(printable(figure.label))}.</b> {escape(printable(figure.formula))}"
                told += f' <font color="{FAINT}">[{escape(figure.rows)}]</font>'
                parts.append(self._paragraph(told, 8.5))
        return parts

    def foot(self, canvas: Any, page: Any) -> None:
        document = self._document
        at = f"{document.made_at.astimezone(ZoneInfo(document.timezone)):%Y-%m-%d %H:%M}"
        made = say("report.made", self._language, at=at, timezone=document.timezone)
        canvas.setFont("Helvetica", 8)
        canvas.setFillColor(FAINT)
        canvas.drawString(_MARGIN + _PADDING, 32, printable(made))
        number = say("report.page", self._language, page=page.page)
        canvas.drawRightString(_PAGE[0] - _MARGIN - _PADDING, 32, printable(number))

    def _heading(self, text: str) -> Any:
        return self._paragraph(f"<b>{escape(printable(text))}</b>", 12.5, before=14, after=6, keep=True)

    def _text(self, text: str, size: float, *, bold: bool = False, color: str = INK, right: bool = False) -> Any:
        told = escape(printable(text))
        return self._paragraph(f"<b>{told}</b>" if bold else told, size, color=color, right=right)

    def _paragraph(
        self,
        markup: str,
        size: float,
        *,
        color: str = INK,
        right: bool = False,
        before: float = 0,
        after: float = 0,
        keep: bool = False,
    ) -> Any:
        from reportlab.lib.styles import ParagraphStyle
        from reportlab.platypus import Paragraph

        style = ParagraphStyle(
            f"{size}{color}{right}{before}",
            fontName="Helvetica",
            fontSize=size,
            leading=size * 1.35,
            textColor=color,
            alignment=2 if right else 0,
            spaceBefore=before,
            spaceAfter=after,
            keepWithNext=keep,
            splitLongWords=True,
        )
        return Paragraph(markup, style)
