"""The HTTP API for integrations: its routes, what goes over the wire, and its description."""

from relevo.api import feedback, service, tickets
from relevo.api.application import app

__all__ = ["app", "feedback", "service", "tickets"]
