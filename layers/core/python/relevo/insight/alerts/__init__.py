"""What is watched: rules as data, looked at every five minutes; what they find is told once and ends by itself."""

from typing import Any

from relevo.insight.alerts.evaluation import Looked, evaluate, measure
from relevo.insight.alerts.keeping import (
    Alert,
    AlreadyResolved,
    Look,
    acknowledge,
    as_drafts,
    count_open,
    get_alert,
    get_alerts,
    history,
    list_alerts,
    looks,
    resolve,
)
from relevo.insight.alerts.metrics import METRICS, Metric
from relevo.insight.alerts.quiet import QUIET_HOURS, QuietHours
from relevo.insight.alerts.rules import (
    SEVERITIES,
    Rule,
    RuleFilters,
    Severity,
    add_rule,
    change_rule,
    drafted,
    get_rule,
    list_rules,
    remove_rule,
)
from relevo.insight.alerts.telling import CHANNELS, tell
from relevo.insight.alerts.wording import about, measured, rule_title, sentence, title
from relevo.platform import Definition

SETTINGS: tuple[Definition[Any], ...] = (QUIET_HOURS, CHANNELS)

__all__ = [
    "CHANNELS",
    "METRICS",
    "QUIET_HOURS",
    "SETTINGS",
    "SEVERITIES",
    "Alert",
    "AlreadyResolved",
    "Look",
    "Looked",
    "Metric",
    "QuietHours",
    "Rule",
    "RuleFilters",
    "Severity",
    "about",
    "acknowledge",
    "add_rule",
    "as_drafts",
    "change_rule",
    "count_open",
    "drafted",
    "evaluate",
    "get_alert",
    "get_alerts",
    "get_rule",
    "history",
    "list_alerts",
    "list_rules",
    "looks",
    "measure",
    "measured",
    "remove_rule",
    "resolve",
    "rule_title",
    "sentence",
    "tell",
    "title",
]
