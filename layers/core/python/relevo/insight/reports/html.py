"""A report as an e-mail: tables, styles in place, charts of coloured cells; no script, no picture that is fetched.

Mail programs know little of CSS. So the page is one column of at most 640 pixels whose cards wrap where there is less
room, and says nothing by colour alone.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from html import escape
from zoneinfo import ZoneInfo

from relevo.insight.reports.document import Chart, Document, Figure, Insight, Table
from relevo.insight.reports.look import BAD, BAND, FAINT, GOOD, INK, RULE, Style, mixed
from relevo.texts import say

_FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_WIDTH = 640
_TONES = {"good": GOOD, "bad": BAD, "note": FAINT}
_SIGNS = {"good": "✓", "bad": "!", "note": "i"}
_BARS = 31
"""The most bars a trend has in an e-mail; more are shown in the PDF."""


def render(
    document: Document, style: Style, links: Mapping[str, str], until: str = "", *, logo: str | None = None
) -> str:
    """The whole page. `links` are addresses by the file's name (`pdf`, `tickets` …) that work until then; `logo` is
    where the logo is, else it is part of the page, which many mail programs do not show."""
    parts = [_head(document, style, logo), _narrative(document), _cards(document)]
    parts += [_chart(chart, document, style) for chart in document.charts if chart.kind != "heat"]
    parts += [_insights(document), _links(document, style, links, until)]
    parts += [_table(table) for table in document.tables]
    parts += [_comments(document), _foot(document)]
    rows = "".join(f'<tr><td class="pad" style="padding:0 28px">{part}</td></tr>' for part in parts if part)
    return (
        f'<!doctype html><html lang="{document.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light">'
        f"<title>{escape(_subject(document))}</title>"
        "<style>@media(max-width:520px){.pad{padding-left:16px!important;padding-right:16px!important}"
        ".card{width:50%!important}.more{display:none!important}}</style></head>"
        f'<body style="margin:0;padding:0;background:{BAND};{_FONT};color:{INK};overflow-wrap:anywhere">'
        f'<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:{BAND}"><tr>'
        f'<td align="center" style="padding:20px 8px"><table role="presentation" width="100%" cellpadding="0"'
        f' cellspacing="0" style="max-width:{_WIDTH}px;background:#fff;border:1px solid {RULE};border-radius:10px">'
        f"{rows}</table></td></tr></table></body></html>"
    )


def _subject(document: Document) -> str:
    return say("report.subject", document.language, title=document.title, period=document.period.text)


def text(document: Document, links: Mapping[str, str], until: str = "") -> str:
    """The same in plain words."""
    lines = [f"{document.company} · {_subject(document)}", "", *document.narrative.paragraphs, ""]
    lines += [
        f"{each.label}: {each.text}" + (f" ({each.change_text})" if each.change_text else "")
        for each in document.first_figures
    ]
    lines += ["", *(f"- {insight.text} {insight.advice or ''}".rstrip() for insight in document.insights), ""]
    lines += [f"{_link_label(name, document)}: {link}" for name, link in links.items()]
    if links and until:
        lines.append(say("report.link_expires", document.language, until=until))
    return "\n".join(lines)


def _head(document: Document, style: Style, source: str | None) -> str:
    logo = ""
    if style.logo is not None:
        kind = "png" if style.logo.startswith(b"\x89PNG") else "jpeg"
        source = source or f"data:image/{kind};base64,{base64.b64encode(style.logo).decode()}"
        logo = f'<img src="{source}" alt="{escape(document.company)}" height="36" style="display:block;height:36px">'
    company = logo or f'<b style="font-size:15px;color:{style.color}">{escape(document.company)}</b>'
    compared = say("report.compared", document.language, previous=document.previous.text)
    filters = "".join(f'<div style="color:{FAINT};font-size:13px">{escape(each)}</div>' for each in document.filters)
    return (
        f'<div style="padding-top:24px">{company}</div>'
        f'<h1 style="margin:14px 0 2px;font-size:24px;line-height:1.2">{escape(document.title)}</h1>'
        f'<div style="font-size:14px;color:{FAINT}">{escape(document.period.text)}, {escape(compared)}</div>{filters}'
        f'<div style="height:4px;width:56px;background:{style.color};margin:14px 0 4px"></div>'
    )


def _narrative(document: Document) -> str:
    told = "".join(
        f'<p style="margin:10px 0;font-size:15px;line-height:1.55">{escape(each)}</p>'
        for each in document.narrative.paragraphs
    )
    if document.narrative.author == "model":
        note = say("report.by_model", document.language)
        told += f'<p style="margin:0;font-size:12px;color:{FAINT}">{escape(note)}</p>'
    return told


def _cards(document: Document) -> str:
    """The headline's figures, as many beside each other as there is room."""
    cards = "".join(
        f'<td class="card" width="33%" style="width:33.3%;display:inline-block;vertical-align:top;'
        f'box-sizing:border-box;padding:8px 8px 8px 0">{_card(figure, document)}</td>'
        for figure in document.first_figures
    )
    table = 'role="presentation" width="100%" cellpadding="0" cellspacing="0"'
    return f'<table {table} style="margin:10px 0"><tr style="display:block">{cards}</tr></table>'


def _card(figure: Figure, document: Document) -> str:
    color = {"better": GOOD, "worse": BAD}.get(figure.verdict or "", FAINT)
    moved = figure.change_text or "—"
    before = f"{say('report.previous', document.language)}: {figure.previous_text}"
    return (
        f'<div style="border:1px solid {RULE};border-radius:8px;padding:10px 12px;min-height:86px">'
        f'<div style="font-size:12px;color:{FAINT};line-height:1.3;min-height:31px">{escape(figure.label)}</div>'
        f'<div style="font-size:21px;font-weight:700;margin:3px 0">{escape(figure.text)}</div>'
        f'<div style="font-size:12px"><b style="color:{color}">{escape(moved)}</b>'
        f'<br><span style="color:{FAINT}">{escape(before)}</span></div></div>'
    )


def _chart(chart: Chart, document: Document, style: Style) -> str:
    drawn = _columns(chart, style) if chart.kind == "line" else _bars(chart, style)
    return f"{_heading(chart.title)}{drawn}" if drawn else ""


def _bars(chart: Chart, style: Style) -> str:
    series = chart.series[0]
    most = max((value or 0 for value in series.values), default=0) or 1
    rows = "".join(
        f'<tr><td style="font-size:13px;padding:4px 10px 4px 0;width:38%">{escape(label)}</td>'
        f'<td style="padding:4px 0"><table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr>'
        f'<td style="background:{style.color};height:14px;width:{max(1, round(78 * (value or 0) / most))}%;'
        f'border-radius:3px;font-size:0">&nbsp;</td><td style="padding-left:8px;font-size:13px;white-space:nowrap">'
        f"{escape(told)}</td></tr></table></td></tr>"
        for label, value, told in zip(chart.labels, series.values, series.texts, strict=True)
    )
    return f'<table width="100%" cellpadding="0" cellspacing="0" aria-label="{escape(chart.title)}">{rows}</table>'


def _columns(chart: Chart, style: Style) -> str:
    """A trend as columns of its first series; a number under the first, the middle and the last."""
    if len(chart.labels) > _BARS or len(chart.labels) < 2:
        return ""
    series = chart.series[0]
    most = max((value or 0 for value in series.values), default=0) or 1
    columns = "".join(
        f'<td valign="bottom" title="{escape(label)}: {escape(told)}" style="height:96px;padding:0 1px">'
        f'<div style="font-size:10px;color:{FAINT};text-align:center;line-height:12px">'
        f"{escape(told) if len(chart.labels) <= 8 else ''}</div>"
        f'<div style="height:{max(1, round(80 * (value or 0) / most))}px;border-radius:3px 3px 0 0;'
        f'background:{style.color if value else RULE}"></div></td>'
        for label, value, told in zip(chart.labels, series.values, series.texts, strict=True)
    )
    step = max(1, -(-len(chart.labels) // 8))
    labels = "".join(
        f'<td style="font-size:10px;color:{FAINT};text-align:center;padding-top:3px;overflow:hidden">'
        f"{escape(label) if n % step == 0 else ''}</td>"
        for n, label in enumerate(chart.labels)
    )
    fixed = 'width="100%" cellpadding="0" cellspacing="0" style="table-layout:fixed;border-bottom:1px solid'
    return (
        f'<table {fixed} {RULE}" aria-label="{escape(chart.title)}"><tr>{columns}</tr></table>'
        f'<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="table-layout:fixed">'
        f"<tr>{labels}</tr></table>"
    )


def _insights(document: Document) -> str:
    if not document.insights:
        return ""
    return _heading(say("report.insights", document.language)) + "".join(map(_insight, document.insights))


def _insight(insight: Insight) -> str:
    color = _TONES[insight.tone]
    advice = f'<div style="font-size:13px;color:{FAINT};margin-top:2px">{escape(insight.advice or "")}</div>'
    return (
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="margin:6px 0"><tr>'
        f'<td valign="top" style="width:30px"><div style="width:20px;height:20px;border-radius:10px;color:#fff;'
        f'background:{color};text-align:center;font-size:12px;font-weight:700;line-height:20px">'
        f"{_SIGNS[insight.tone]}</div></td>"
        f'<td style="font-size:14px;line-height:1.45">{escape(insight.text)}{advice if insight.advice else ""}</td>'
        "</tr></table>"
    )


def _links(document: Document, style: Style, links: Mapping[str, str], until: str) -> str:
    if not links:
        return ""
    others = " · ".join(
        f'<a href="{escape(link)}" style="color:{style.color}">{escape(_link_label(name, document))}</a>'
        for name, link in links.items()
        if name != "pdf"
    )
    button = ""
    if "pdf" in links:
        button = (
            f'<a href="{escape(links["pdf"])}" style="display:inline-block;background:{style.color};color:#fff;'
            f'font-size:14px;font-weight:600;text-decoration:none;padding:11px 20px;border-radius:7px">'
            f"{escape(say('report.download', document.language))}</a>"
        )
    expiry = say("report.link_expires", document.language, until=until) if until else ""
    return (
        f'<div style="margin:22px 0 6px">{button}</div><div style="font-size:13px;line-height:1.9">{others}</div>'
        f'<div style="font-size:12px;color:{FAINT};margin-top:4px">{escape(expiry)}</div>'
    )


def _link_label(name: str, document: Document) -> str:
    if name == "pdf":
        return say("report.download", document.language)
    return f"{say('report.rows', document.language)}: {name}"


def _table(table: Table) -> str:
    head = "".join(
        f'<th scope="col" {_place(n, table)} style="font-size:12px;color:{FAINT};font-weight:600;'
        f'padding:6px 4px;border-bottom:1px solid {RULE}">{escape(column)}</th>'
        for n, column in enumerate(table.columns)
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td {_place(n, table)} style="font-size:13px;padding:6px 4px;'
            f'border-bottom:1px solid {mixed(RULE, "#ffffff", 0.5)}">{escape(cell)}</td>'
            for n, cell in enumerate(row)
        )
        + "</tr>"
        for row in table.rows
    )
    return f'{_heading(table.title)}<table width="100%" cellpadding="0" cellspacing="0"><tr>{head}</tr>{rows}</table>'


def _place(column: int, table: Table) -> str:
    """A cell's side; where there is little room, a wide table keeps its first three columns and its last."""
    spare = 2 < column < len(table.columns) - 1 and len(table.columns) > 4
    return f'align="{"left" if column == 0 else "right"}"' + (' class="more"' if spare else "")


def _comments(document: Document) -> str:
    if not document.comments:
        return ""
    return _heading(say("report.comments", document.language)) + "".join(
        f'<div style="font-size:13px;line-height:1.5;margin:8px 0;padding-left:10px;border-left:3px solid {RULE}">'
        f'<b aria-label="{each.rating}/5">{"★" * each.rating}</b> <span style="color:{FAINT}">'
        f"{say('report.number', document.language, number=each.number)}</span>"
        f"<br>{escape(each.text)}</div>"
        for each in document.comments
    )


def _heading(text: str) -> str:
    return f'<h2 style="margin:24px 0 8px;font-size:16px">{escape(text)}</h2>'


def _foot(document: Document) -> str:
    made = say("report.made", document.language, at=_at(document), timezone=document.timezone)
    return f'<p style="margin:28px 0 24px;font-size:12px;color:{FAINT}">{escape(made)}</p>'


def _at(document: Document) -> str:
    return f"{document.made_at.astimezone(ZoneInfo(document.timezone)):%Y-%m-%d %H:%M}"
