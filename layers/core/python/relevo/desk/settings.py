"""How tickets are scored and routed; as published, until the company says otherwise."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from relevo.db import UnitOfWork
from relevo.desk.prioritizing import WEIGHTS_SETTING
from relevo.desk.priority import DEFAULT, Weights
from relevo.desk.routing import CATEGORY_DEPARTMENTS, PRIORITY_DEPARTMENTS
from relevo.desk.surveys import ASKING
from relevo.errors import InvalidInput
from relevo.platform import Definition

Code = Annotated[str, Field(min_length=1, max_length=40)]
Departments = dict[Code, Code]


def _known_departments(uow: UnitOfWork, chosen: Departments) -> None:
    known = {row["code"] for row in uow.all("SELECT code FROM desk.department")}
    if unknown := sorted(set(chosen.values()) - known):
        raise InvalidInput(f"no department has the code {', '.join(unknown)}; there are {', '.join(sorted(known))}")


PRIORITY_WEIGHTS: Definition[Weights] = Definition(WEIGHTS_SETTING, "object", Weights, lambda: DEFAULT)
BY_CATEGORY: Definition[Departments] = Definition(
    "desk.category_departments", "object", Departments, lambda: CATEGORY_DEPARTMENTS, _known_departments
)
BY_PRIORITY: Definition[Departments] = Definition(
    "desk.priority_departments", "object", Departments, lambda: PRIORITY_DEPARTMENTS, _known_departments
)
SETTINGS: tuple[Definition[Any], ...] = (PRIORITY_WEIGHTS, BY_CATEGORY, BY_PRIORITY, ASKING)
