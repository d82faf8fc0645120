"""The HTTP API for integrations: its routes, what goes over the wire, and its description."""

from relevo.api import auth, conversations, feedback, keys, service, tickets, users
from relevo.api.application import app

__all__ = ["app", "auth", "conversations", "feedback", "keys", "service", "tickets", "users"]
