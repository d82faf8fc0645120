"""Numbers of papers: without a gap for each branch and year, because they are given in the paper's own transaction."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from relevo import clock
from relevo.db import UnitOfWork
from relevo.errors import NotFound

_MARKS = {"quote": "C", "order": "P", "receipt": "R"}


def next_number(uow: UnitOfWork, branch_id: UUID, kind: Literal["quote", "order", "receipt"]) -> str:
    """The next number of a branch's papers, as in CENTRO-C2026-00001. The year is the branch's own.

    Others who want one of the same kind and branch wait until this unit of work ends. Raises NotFound.
    """
    row = uow.one(
        "INSERT INTO sales.number_series AS series (branch_id, kind, year, last)"
        " SELECT id, %(kind)s, extract(year FROM %(now)s AT TIME ZONE timezone), 1 FROM inbox.branch WHERE id = %(id)s"
        " ON CONFLICT (branch_id, kind, year) DO UPDATE SET last = series.last + 1"
        " RETURNING year, last, (SELECT upper(code) FROM inbox.branch WHERE id = %(id)s) AS code",
        {"id": branch_id, "kind": kind, "now": clock.now()},
    )
    if row is None:
        raise NotFound(f"there is no branch {branch_id}")
    return f"{row['code']}-{_MARKS[kind]}{row['year']}-{row['last']:05}"
