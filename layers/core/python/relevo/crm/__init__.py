"""Customers: who they are, what they owe and subscribed to, and who of them is about to leave."""

from relevo.crm import churn
from relevo.crm.customers import find_or_create
from relevo.crm.importing import import_customers
from relevo.crm.payments import NewPayment, Payment, Term, keep_payment, keep_term, overdue, payments_of

SETTINGS = churn.SETTINGS

__all__ = [
    "SETTINGS",
    "NewPayment",
    "Payment",
    "Term",
    "churn",
    "find_or_create",
    "import_customers",
    "keep_payment",
    "keep_term",
    "overdue",
    "payments_of",
]
