"""What may be done, and which role may do it. Every route of the API names one permission; keys hold some of them."""

from __future__ import annotations

from typing import Literal, get_args

Role = Literal["admin", "supervisor", "agent", "viewer"]

PERMISSIONS: dict[str, str] = {
    "tickets:read": "see tickets",
    "tickets:write": "open tickets",
    "tickets:edit": "change tickets",
    "tickets:delete": "delete tickets",
    "feedback:read": "see customers' ratings",
    "feedback:write": "keep customers' ratings",
    "stats:read": "see figures and the dashboard",
    "analytics:read": "see who is about to leave, and why",
    "analytics:manage": "start retention plans, tell of payments and subscriptions",
    "conversations:read": "see conversations, their messages and customers",
    "conversations:write": "take, answer and close conversations, write notes",
    "conversations:assign": "give conversations to others, also those somebody holds",
    "agents:read": "see agents and departments",
    "agents:manage": "add and change agents",
    "branches:read": "see branches and their numbers",
    "branches:manage": "add and change branches, numbers and their rules",
    "articles:read": "see the articles the bot answers from",
    "articles:write": "write and publish articles",
    "products:read": "see products and what is in stock",
    "products:write": "add and change products",
    "quotes:read": "see quotes and orders",
    "quotes:write": "write and send quotes, place and cancel orders",
    "quotes:discount_any": "give discounts beyond the role's limit",
    "sales:read": "see sales and commissions",
    "alerts:read": "see alerts",
    "alerts:manage": "acknowledge and resolve alerts, change what is watched",
    "social:read": "see what is published on social networks",
    "social:write": "write and schedule posts",
    "social:approve": "approve posts",
    "reports:read": "see reports",
    "reports:write": "have reports made and sent",
    "settings:read": "see settings and the audit",
    "settings:manage": "change settings",
    "users:manage": "add and change users and their roles",
    "api:use": "hold API keys of one's own, with no more permissions than one has",
    "keys:manage": "see and revoke everybody's API keys",
}

_SEE = {
    "tickets:read",
    "feedback:read",
    "stats:read",
    "analytics:read",
    "conversations:read",
    "agents:read",
    "branches:read",
    "articles:read",
    "products:read",
    "quotes:read",
    "reports:read",
    "social:read",
}
_WORK = {
    "social:write",
    "tickets:write",
    "tickets:edit",
    "feedback:write",
    "conversations:write",
    "quotes:write",
    "alerts:read",
}
_LEAD = {
    "analytics:manage",
    "reports:write",
    "social:approve",
    "alerts:manage",
    "tickets:delete",
    "conversations:assign",
    "agents:manage",
    "articles:write",
    "products:write",
    "quotes:discount_any",
    "sales:read",
    "settings:read",
    "api:use",
}

ROLES: dict[Role, frozenset[str]] = {
    "viewer": frozenset(_SEE),
    "agent": frozenset(_SEE | _WORK),
    "supervisor": frozenset(_SEE | _WORK | _LEAD),
    "admin": frozenset(PERMISSIONS),
}
ROLE_NAMES: tuple[Role, ...] = get_args(Role)
