"""What a domain function is given: a way to run SQL and a way to say what became true."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg import sql

from relevo import clock, ids
from relevo.events.base import Event

Row = dict[str, Any]
Parameters = Sequence[Any] | dict[str, Any]


class UnitOfWork:
    """One transaction. Rows come back as dictionaries; events are kept until the commit."""

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self.connection = connection
        self.events: list[Event] = []
        self._reader = connection.cursor()  # one for all that is read at once: making it costs a fifth of a statement

    def execute(self, query: LiteralString, parameters: Parameters = ()) -> psycopg.Cursor[Row]:
        return self.connection.execute(query, parameters)

    def one(self, query: LiteralString, parameters: Parameters = ()) -> Row | None:
        return self._reader.execute(query, parameters).fetchone()

    def all(self, query: LiteralString, parameters: Parameters = ()) -> list[Row]:
        return self._reader.execute(query, parameters).fetchall()

    def record(self, event: Event) -> None:
        """This became true; it is told to the world once the transaction has committed."""
        self.events.append(event)


def transition(
    uow: UnitOfWork,
    history: str,
    subject: UUID,
    changes: Mapping[str, tuple[Any, Any]],
    *,
    actor: str,
    reason: str | None = None,
) -> None:
    """Write who changed which fields of a thing, from what to what and why, as rows of its table of changes.

    `history` names the table, as in `desk.ticket_change`, whose foreign key is then `ticket_id`.
    """
    if changes:
        rows = [
            {"id": str(ids.new_id()), "field": field, "old": old, "new": new} for field, (old, new) in changes.items()
        ]
        known = {"subject": subject, "actor": actor, "reason": reason, "at": clock.now()}
        uow.connection.execute(_insert_into(history), known | {"rows": json.dumps(rows)})


@cache
def _insert_into(history: str) -> bytes:
    schema, table = history.split(".")
    statement = sql.SQL(
        "INSERT INTO {} (id, {}, field, old, new, actor, reason, at)"
        " SELECT id, %(subject)s, field, coalesce(old, 'null'), coalesce(new, 'null'), %(actor)s, %(reason)s, %(at)s"
        " FROM json_to_recordset(%(rows)s) AS changed (id uuid, field text, old jsonb, new jsonb)"
    )
    key = table.removesuffix("_change") + "_id"
    return statement.format(sql.Identifier(schema, table), sql.Identifier(key)).as_bytes()
