"""How tickets are scored and routed, and whether their customers are asked; as published, until the company says
otherwise."""

from __future__ import annotations

from typing import Any

from relevo.desk.prioritizing import WEIGHTS
from relevo.desk.routing import BY_CATEGORY, BY_PRIORITY
from relevo.desk.surveys import ASKING
from relevo.platform import Definition

SETTINGS: tuple[Definition[Any], ...] = (WEIGHTS, BY_CATEGORY, BY_PRIORITY, ASKING)
