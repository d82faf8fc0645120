"""Who is about to leave, and why: a table of customers in, calibrated probabilities with their reasons out."""

from relevo.crm.churn.model import Model, Reason, fit
from relevo.crm.churn.table import Column, Table
from relevo.crm.churn.validation import Validation, validate

__all__ = ["Column", "Model", "Reason", "Table", "Validation", "fit", "validate"]
