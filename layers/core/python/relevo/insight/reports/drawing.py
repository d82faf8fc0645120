"""Charts as vector drawings for paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from relevo.insight.reports.document import Chart
from relevo.insight.reports.look import FAINT, INK, RULE, SECOND, Style, mixed

_LINE_HEIGHT, _ROW, _CELL = 150.0, 19.0, 15.0
_LABELS = 10
"""The most labels under a line."""


def draw(chart: Chart, style: Style, width: float, printable: Callable[[str], str]) -> Any:
    """The chart as a drawing of this width."""
    return {"line": _line, "bars": _bars, "heat": _heat}[chart.kind](chart, style, width, printable)


def _canvas(width: float, height: float) -> Any:
    from reportlab.graphics.shapes import Drawing

    return Drawing(width, height)


def _string(x: float, y: float, text: str, *, size: float = 8, color: str = FAINT, anchor: str = "start") -> Any:
    from reportlab.graphics.shapes import String
    from reportlab.lib.colors import HexColor

    return String(x, y, text, fontName="Helvetica", fontSize=size, fillColor=HexColor(color), textAnchor=anchor)


def _width(text: str, size: float) -> float:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(stringWidth(text, "Helvetica", size))


def _fitting(text: str, size: float, width: float) -> str:
    """The text, cut where it would be wider than that."""
    if _width(text, size) <= width:
        return text
    while text and _width(text + "…", size) > width:
        text = text[:-1]
    return text + "…"


def _box(x: float, y: float, width: float, height: float, color: str) -> Any:
    from reportlab.graphics.shapes import Rect
    from reportlab.lib.colors import HexColor

    return Rect(x, y, width, height, fillColor=HexColor(color), strokeColor=None, rx=1.5, ry=1.5)


def _line(chart: Chart, style: Style, width: float, printable: Callable[[str], str]) -> Any:
    """Lines over time on a grid of four; a point where there is nothing is left out."""
    from reportlab.graphics.shapes import Line, PolyLine
    from reportlab.lib.colors import HexColor

    drawing = _canvas(width, _LINE_HEIGHT)
    left, bottom, top = 34.0, 30.0, _LINE_HEIGHT - 16
    most = _ceiling(max((value for series in chart.series for value in series.values if value), default=1))
    for n in range(5):
        y = bottom + (top - bottom) * n / 4
        drawing.add(Line(left, y, width, y, strokeColor=HexColor(RULE), strokeWidth=0.5))
        drawing.add(
            _string(left - 5, y - 3, f"{most * n / 4:,.0f}" if most >= 4 else f"{most * n / 4:g}", anchor="end")
        )
    step = (width - left - 8) / max(1, len(chart.labels) - 1)
    colors = [style.color, SECOND]
    for series, color in zip(chart.series, colors, strict=False):
        points = [
            (left + 4 + n * step, bottom + (top - bottom) * value / most)
            for n, value in enumerate(series.values)
            if value is not None
        ]
        if len(points) > 1:
            flat = [coordinate for point in points for coordinate in point]
            drawing.add(PolyLine(flat, strokeColor=HexColor(color), strokeWidth=1.8, strokeLineJoin=1))
        if len(points) <= 31:
            for x, y in points:
                drawing.add(_box(x - 1.7, y - 1.7, 3.4, 3.4, color))
    every = max(1, -(-len(chart.labels) // _LABELS))
    for n, label in enumerate(chart.labels):
        if n % every == 0:
            told = _fitting(printable(label), 7.5, every * step + 16)
            anchor = "end" if n == len(chart.labels) - 1 else "middle"
            drawing.add(_string(left + 4 + n * step, bottom - 12, told, anchor=anchor, size=7.5))
    x = left
    for series, color in zip(chart.series, colors, strict=False):
        drawing.add(_box(x, _LINE_HEIGHT - 7, 8, 4, color))
        told = _fitting(printable(series.label), 8, (width - left) / len(chart.series) - 30)
        drawing.add(_string(x + 12, _LINE_HEIGHT - 9, told, color=INK))
        x += 28 + _width(told, 8)
    return drawing


def _ceiling(most: float) -> float:
    """A round number no smaller, so that a grid of four has whole lines."""
    scale = 1.0
    while scale * 10 <= most:
        scale *= 10
    return next(scale * factor for factor in (1, 2, 4, 6, 8, 10) if scale * factor >= most)


def _bars(chart: Chart, style: Style, width: float, printable: Callable[[str], str]) -> Any:
    """A bar for each label, its value behind it."""
    series = chart.series[0]
    drawing = _canvas(width, _ROW * len(chart.labels) + 4)
    most = max((value or 0 for value in series.values), default=0) or 1
    left, room = width * 0.3, width * 0.58
    for n, (label, value, told) in enumerate(zip(chart.labels, series.values, series.texts, strict=True)):
        y = _ROW * (len(chart.labels) - n - 1) + 4
        drawing.add(_string(left - 8, y + 4, _fitting(printable(label), 9, left - 10), size=9, color=INK, anchor="end"))
        drawing.add(_box(left, y, max(1.5, room * (value or 0) / most), 12, style.color))
        drawing.add(_string(left + room * (value or 0) / most + 7, y + 3, printable(told), size=8.5, color=INK))
    return drawing


def _heat(chart: Chart, style: Style, width: float, printable: Callable[[str], str]) -> Any:
    """Weekdays by hours, the darker the more."""
    drawing = _canvas(width, _CELL * len(chart.series) + 16)
    most = max((value or 0 for series in chart.series for value in series.values), default=0) or 1
    left = 34.0
    cell = (width - left) / len(chart.labels)
    for row, series in enumerate(chart.series):
        y = _CELL * (len(chart.series) - row - 1) + 14
        told = _fitting(printable(series.label), 8, left - 8)
        drawing.add(_string(left - 6, y + 4, told, anchor="end", color=INK))
        for column, value in enumerate(series.values):
            shade = mixed(style.pale, style.color, (value or 0) / most) if value else "#f3f6fa"
            drawing.add(_box(left + column * cell, y, cell - 1.5, _CELL - 1.5, shade))
    for column, label in enumerate(chart.labels):
        if column % 3 == 0:
            drawing.add(_string(left + column * cell, 2, f"{label} h"))
    return drawing
