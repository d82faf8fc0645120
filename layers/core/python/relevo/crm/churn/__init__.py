"""Who is about to leave, and why: customers in, calibrated probabilities with their reasons out; what came of them."""

from relevo.crm.churn.definitions import (
    ACTIVE_DAYS,
    DAILY_TASKS,
    FEATURES,
    HORIZON_DAYS,
    LEVELS,
    RATES,
    SETTINGS,
    THRESHOLDS,
    Level,
    expected_days,
    level_of,
)
from relevo.crm.churn.features import Slice, read, read_some
from relevo.crm.churn.health import WEIGHTS, Health, standing
from relevo.crm.churn.learning import collect, drifted, models, serving, speaking, train, training_due
from relevo.crm.churn.model import Model, Reason, fit
from relevo.crm.churn.outcomes import who_left
from relevo.crm.churn.predictions import (
    Prediction,
    Risk,
    Scored,
    at_risk,
    counts,
    forget_others,
    history,
    judge,
    keep,
    outcome_of_plans,
    outcome_of_predictions,
    risk_of,
)
from relevo.crm.churn.scorecard import POINTS, USUAL, Scorecard
from relevo.crm.churn.scoring import Scorer, scored, tallied
from relevo.crm.churn.table import Column, Table
from relevo.crm.churn.validation import Validation, validate

__all__ = [
    "ACTIVE_DAYS",
    "DAILY_TASKS",
    "FEATURES",
    "HORIZON_DAYS",
    "LEVELS",
    "POINTS",
    "RATES",
    "SETTINGS",
    "THRESHOLDS",
    "USUAL",
    "WEIGHTS",
    "Column",
    "Health",
    "Level",
    "Model",
    "Prediction",
    "Reason",
    "Risk",
    "Scorecard",
    "Scored",
    "Scorer",
    "Slice",
    "Table",
    "Validation",
    "at_risk",
    "collect",
    "counts",
    "drifted",
    "expected_days",
    "fit",
    "forget_others",
    "history",
    "judge",
    "keep",
    "level_of",
    "models",
    "outcome_of_plans",
    "outcome_of_predictions",
    "read",
    "read_some",
    "risk_of",
    "scored",
    "serving",
    "speaking",
    "standing",
    "tallied",
    "train",
    "training_due",
    "validate",
    "who_left",
]
