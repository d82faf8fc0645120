"""Customers: who they are and what is known of them."""

from relevo.crm.customers import find_or_create

__all__ = ["find_or_create"]
