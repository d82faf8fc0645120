"""What a domain function is given: a way to run SQL and a way to say what became true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from relevo import clock, ids
from relevo.events.base import Event

Row = dict[str, Any]
Parameters = Sequence[Any] | dict[str, Any]


class UnitOfWork:
    """One transaction. Rows come back as dictionaries; events are kept until the commit."""

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self.connection = connection
        self.events: list[Event] = []

    def execute(self, query: LiteralString, parameters: Parameters = ()) -> psycopg.Cursor[Row]:
        return self.connection.execute(query, parameters)

    def one(self, query: LiteralString, parameters: Parameters = ()) -> Row | None:
        return self.connection.execute(query, parameters).fetchone()

    def all(self, query: LiteralString, parameters: Parameters = ()) -> list[Row]:
        return self.connection.execute(query, parameters).fetchall()

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
    schema, table = history.split(".")
    key = table.removesuffix("_change") + "_id"
    insert = sql.SQL(
        "INSERT INTO {} (id, {}, field, old, new, actor, reason, at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
    ).format(sql.Identifier(schema, table), sql.Identifier(key))
    at = clock.now()
    rows = [
        (ids.new_id(), subject, field, Jsonb(old), Jsonb(new), actor, reason, at)
        for field, (old, new) in changes.items()
    ]
    if len(rows) == 1:
        uow.connection.execute(insert, rows[0])
    elif rows:
        uow.connection.cursor().executemany(insert, rows)
