"""The HTTP API for integrations: its routes, what goes over the wire, and its description."""

from relevo.api import auth, feedback, keys, service, tickets, users
from relevo.api.application import app

__all__ = ["app", "auth", "feedback", "keys", "service", "tickets", "users"]
