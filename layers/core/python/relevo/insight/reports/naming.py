"""What people call what figures are divided by."""

from __future__ import annotations

from relevo.db import UnitOfWork
from relevo.insight.reports.wanted import Wanted
from relevo.texts import DEFAULT, LANGUAGES, catalogue, say

_NAMED = ("branch", "department", "agent")


class Names:
    """The names of branches, departments and agents, and the words of a language for what the product itself named."""

    def __init__(self, uow: UnitOfWork, language: str) -> None:
        self._language = language if language in LANGUAGES else DEFAULT
        rows = uow.all(
            "SELECT id, name FROM inbox.branch UNION ALL SELECT id, name FROM desk.department"
            " UNION ALL SELECT id, name FROM desk.agent"
        )
        self._names: dict[str, str] = {str(row["id"]): row["name"] for row in rows}

    def of(self, dimension: str, key: str) -> str:
        """What a value of a dimension is called; the company's own words are left as they are."""
        if not key:
            return say("report.without", self._language)
        if dimension in _NAMED:
            return self._names.get(key, say("report.without", self._language))
        return catalogue(self._language).get(f"report.{dimension}.{key}", key.replace("_", " ").capitalize())

    def filters(self, wanted: Wanted) -> list[str]:
        """What a report is limited to, a line for each condition."""
        chosen = wanted.filters
        parts: dict[str, list[str]] = {
            "category": list(chosen.categories),
            "source": list(chosen.sources),
            "priority": list(chosen.priorities),
            "tag": list(chosen.tags),
            "agent": [str(each) for each in chosen.agents],
            "department": [str(each) for each in chosen.departments],
            "branch": [str(each) for each in wanted.scope.branches or ()],
        }
        return [
            f"{say(f'report.filter.{dimension}', self._language)}: "
            + ", ".join(sorted(self.of(dimension, key) for key in keys))
            for dimension, keys in parts.items()
            if keys
        ]
