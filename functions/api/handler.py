"""Tickets, feedback and statistics over HTTP, with their description; every route's scope is checked against the
authorizer's word. Errors are problem details."""

from relevo.api import app
from relevo.runtime.http import http_api

handler = http_api(app)
