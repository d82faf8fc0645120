"""What may be changed at run time: each setting with its type, its default and the rule its value keeps.

A definition stands beside the code that reads it. The database's value overrides the stage's; a process reads all of
them at once, at most every few seconds, so that asking costs nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar

from psycopg.types.json import Jsonb
from pydantic import TypeAdapter, ValidationError

from relevo import clock, ids
from relevo.db import Row, UnitOfWork
from relevo.db.remembered import Remembered
from relevo.errors import InvalidInput

T = TypeVar("T")
Kind = Literal["text", "number", "integer", "object"]

log = logging.getLogger("relevo.platform")

_values: Remembered[dict[str, Any]] = Remembered(seconds=5)


@dataclass(frozen=True, eq=False)
class Definition(Generic[T]):
    """A setting. `shape` is a type whose values it takes, `check` looks at what a type cannot say and raises
    InvalidInput; the sentence that explains it is `setting.<key>` of the texts."""

    key: str
    kind: Kind
    shape: Any
    default: Callable[[], T]
    check: Callable[[UnitOfWork, T], None] | None = None

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self.shape)

    def parse(self, raw: Any) -> T:
        """The value in `raw`, from JSON. Raises InvalidInput that names what is wrong, and how."""
        try:
            value: T = self._adapter.validate_python(raw, strict=self.kind != "object")
        except ValidationError as error:
            found = error.errors(include_input=False, include_url=False)
            reasons = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'the value'}: {e['msg']}" for e in found)
            raise InvalidInput(f"{self.key} cannot be set so: {reasons}") from error
        return value

    def dump(self, value: T) -> Any:
        """The value as JSON holds it."""
        return self._adapter.dump_python(value, mode="json")

    def schema(self) -> dict[str, Any]:
        """The rule as JSON Schema, for whoever shows a form."""
        return self._adapter.json_schema()


def value(uow: UnitOfWork, definition: Definition[T]) -> T:
    """A setting's value now, a few seconds old at most; its default where nobody set it, or set it to what it no
    longer takes."""
    raw = _values.get(uow, "all", lambda: {row["key"]: row["value"] for row in _rows(uow)}).get(definition.key)
    if raw is None:
        return definition.default()
    try:
        return definition.parse(raw)
    except InvalidInput as error:
        log.error("the kept setting is passed over: %s", error)
        return definition.default()


def _rows(uow: UnitOfWork) -> list[Row]:
    return uow.all("SELECT key, value FROM platform.setting")


@dataclass(frozen=True, slots=True)
class Kept:
    """A setting as it stands in the database: its value (None where nobody set it), since when and by whom."""

    value: Any
    changed_at: Any
    changed_by: str | None


def kept(uow: UnitOfWork) -> dict[str, Kept]:
    """Every setting somebody ever set, by its key."""
    rows = uow.all(
        "SELECT coalesce(setting.key, change.key) AS key, setting.value, coalesce(change.at, setting.updated_at) AS at,"
        " change.actor FROM platform.setting FULL JOIN"
        " (SELECT DISTINCT ON (key) key, at, actor FROM platform.setting_change"
        "  ORDER BY key, at DESC, id DESC) AS change"
        " ON change.key = setting.key"
    )
    return {row["key"]: Kept(row["value"], row["at"], row["actor"]) for row in rows}


def change(uow: UnitOfWork, definition: Definition[T], raw: Any, *, actor: str, reason: str | None = None) -> bool:
    """Set a setting, or with None give it back its default, keeping who changed it from what to what; False when that
    is what it was. Raises InvalidInput for a value it does not take."""
    new = None
    if raw is not None:
        parsed = definition.parse(raw)
        if definition.check is not None:
            definition.check(uow, parsed)
        new = definition.dump(parsed)
    row = uow.one("SELECT value FROM platform.setting WHERE key = %s FOR UPDATE", (definition.key,))
    old = row["value"] if row is not None else None
    if old == new:
        return False
    write(uow, definition.key, old, new, actor=actor, reason=reason)
    return True


def write(uow: UnitOfWork, key: str, old: Any, new: Any, *, actor: str, reason: str | None) -> None:
    """Put a value in, or with None take it out, with its line of history."""
    now = clock.now()
    if new is None:
        uow.execute("DELETE FROM platform.setting WHERE key = %s", (key,))
    else:
        uow.execute(
            "INSERT INTO platform.setting (key, value, updated_at) VALUES (%s, %s, %s)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
            (key, Jsonb(new), now),
        )
    uow.execute(
        "INSERT INTO platform.setting_change (id, key, old, new, actor, reason, at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (ids.new_id(), key, Jsonb(old), Jsonb(new), actor, reason, now),
    )
    _values.forget(uow)


def changes(uow: UnitOfWork, key: str, *, limit: int = 100) -> list[Row]:
    """What became of a setting, the newest change first: old, new, actor, reason, at."""
    return uow.all(
        "SELECT old, new, actor, reason, at FROM platform.setting_change WHERE key = %s"
        " ORDER BY at DESC, id DESC LIMIT %s",
        (key, limit),
    )
