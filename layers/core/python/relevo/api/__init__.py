"""The HTTP API for integrations: its routes, what goes over the wire, and its description."""

from relevo.api import (
    agents,
    articles,
    attachments,
    auth,
    branches,
    conversations,
    dashboard,
    events,
    feedback,
    keys,
    notifications,
    ownership,
    products,
    service,
    settings,
    tickets,
    users,
)
from relevo.api.application import app

__all__ = [
    "agents",
    "app",
    "articles",
    "attachments",
    "auth",
    "branches",
    "conversations",
    "dashboard",
    "events",
    "feedback",
    "keys",
    "notifications",
    "ownership",
    "products",
    "service",
    "settings",
    "tickets",
    "users",
]
