"""What an alert says to people: a title, and one sentence with the numbers it is about."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from relevo.insight.alerts.keeping import Alert
from relevo.insight.alerts.metrics import METRICS, Unit
from relevo.insight.alerts.rules import CUSTOM
from relevo.texts import catalogue, say

_HOUR, _DAY = 60, 1440


class _Facts(dict[str, str]):
    """What nobody knows is a dash."""

    def __missing__(self, key: str) -> str:
        return "—"


def title(alert: Alert, language: str) -> str:
    """The rule's name, and whom or what it is about."""
    name, whom = rule_title(alert.kind, alert.rule_name, language), about(alert)
    return f"{name}: {whom}" if whom else name


def about(alert: Alert) -> str | None:
    """Whom or what it is about: a customer, a product, an agent, else the branch."""
    context = alert.context
    named = context.get("product") if METRICS[alert.metric].subject == "product" else context.get("customer")
    return named or context.get("agent") or alert.branch_name


def rule_title(kind: str, name: str | None, language: str) -> str:
    """A rule's name: the company's own, or the product's in the reader's language."""
    return name or "" if kind == CUSTOM else say(f"alert.kind.{kind}", language)


def sentence(alert: Alert, language: str) -> str:
    """What was measured, against what it may be."""
    metric = METRICS[alert.metric]
    facts = _Facts({key: _fact(key, value, language) for key, value in alert.context.items() if value is not None})
    facts |= {
        "value": measured(alert.value, metric.unit, language),
        "threshold": measured(alert.threshold, metric.unit, language),
        "branch": alert.branch_name or say("alert.no_branch", language),
        "agent": alert.context.get("agent") or say("alert.nobody", language),
    }
    several = alert.metric == "sales_drop" and alert.context.get("days", 1) > 1
    return catalogue(language)[f"alert.metric.{alert.metric}{'.days' if several else ''}"].format_map(facts)


def _fact(key: str, value: Any, language: str) -> str:
    if key == "priority":
        return say(f"notify.priority.{value}", language)
    if key == "promise":
        return say(f"alert.promise.{value}", language)
    if key == "number":
        return str(value)  # a name, not an amount
    if key == "longest":
        return measured(float(value), "minutes", language)
    if key in ("days", "expected_days"):
        return measured(float(value), "days", language)
    if key in ("sold", "usual", "amount") and isinstance(value, str):
        return _number(Decimal(value), 2)
    if key in ("due_at", "day"):
        return datetime.fromisoformat(str(value)).strftime("%d/%m/%Y" if language == "es" else "%Y-%m-%d")
    return _number(Decimal(str(value)), 1) if isinstance(value, int | float) else str(value)


def measured(value: float, unit: Unit, language: str) -> str:
    """A value with its unit, as people say it: 43 %, 1 h 25 min, 3 días."""
    if unit == "minutes":
        return _duration(value, language)
    if unit == "days" and 0 < value < 1:
        return _duration(value * _DAY, language)
    digits = 0 if unit in ("percent", "minutes", "score", "count") and abs(value) >= 1 else 1
    number = _number(Decimal(str(round(value, digits))), digits)
    return say("alert.unit.day" if unit == "days" and number == "1" else f"alert.unit.{unit}", language, number=number)


def _duration(minutes: float, language: str) -> str:
    whole = max(round(minutes), 0)
    if whole < _HOUR:
        return say("alert.unit.minutes", language, number=whole)
    if whole < 2 * _DAY:
        hours, rest = divmod(whole, _HOUR)
        said = say("alert.unit.hours", language, number=hours)
        return f"{said} {say('alert.unit.minutes', language, number=rest)}" if rest else said
    return say("alert.unit.days", language, number=round(whole / _DAY))


def _number(value: Decimal, digits: int) -> str:
    """With a decimal point, as Mexico and the English write it, and without zeros at the end."""
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text and digits < 2 else text
