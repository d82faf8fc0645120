"""What the company configured at run time: `platform.setting`, every change in `platform.setting_change`."""

from __future__ import annotations

from typing import Any

from psycopg.types.json import Jsonb

from relevo import clock, ids
from relevo.db import UnitOfWork


def setting(uow: UnitOfWork, key: str, default: Any) -> Any:
    """The value of a setting, or `default` where nobody has set it."""
    row = uow.one("SELECT value FROM platform.setting WHERE key = %s", (key,))
    return default if row is None else row["value"]


def change_setting(uow: UnitOfWork, key: str, value: Any, *, actor: str, reason: str | None = None) -> None:
    """Set a value, keeping who changed it from what to what."""
    before, now = setting(uow, key, None), clock.now()
    uow.execute(
        "INSERT INTO platform.setting (key, value, updated_at) VALUES (%s, %s, %s)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
        (key, Jsonb(value), now),
    )
    uow.execute(
        "INSERT INTO platform.setting_change (id, key, old, new, actor, reason, at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (ids.new_id(), key, Jsonb(before), Jsonb(value), actor, reason, now),
    )
