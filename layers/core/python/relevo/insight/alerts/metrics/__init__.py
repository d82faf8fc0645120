"""What can be watched: each metric with how it is measured, what it may be narrowed to, and what is usual."""

from relevo.insight.alerts.metrics import commerce, desk, talk
from relevo.insight.alerts.metrics.metric import Asked, Comparison, Filter, Metric, Subject, Unit

METRICS: dict[str, Metric] = {metric.name: metric for metric in (*desk.METRICS, *talk.METRICS, *commerce.METRICS)}
"""By name."""

__all__ = ["METRICS", "Asked", "Comparison", "Filter", "Metric", "Subject", "Unit"]
