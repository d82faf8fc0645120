"""What the company configured at run time: `platform.setting`, every change in `platform.setting_change`."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from relevo.db import UnitOfWork
from relevo.platform import calendar
from relevo.platform.calendar import COMPANY_TIMEZONE
from relevo.platform.definitions import Definition, Kept, change, changes, kept, value, write

__all__ = [
    "COMPANY_NAME",
    "COMPANY_TIMEZONE",
    "SETTINGS",
    "Definition",
    "Kept",
    "calendar",
    "change",
    "change_setting",
    "changes",
    "kept",
    "setting",
    "value",
]

COMPANY_NAME: Definition[str] = Definition(
    "company.name", "text", Annotated[str, Field(min_length=1, max_length=100)], lambda: "Relevo"
)
SETTINGS: tuple[Definition[Any], ...] = (COMPANY_NAME, COMPANY_TIMEZONE)


def setting(uow: UnitOfWork, key: str, default: Any) -> Any:
    """The value of a setting, or `default` where nobody has set it."""
    row = uow.one("SELECT value FROM platform.setting WHERE key = %s", (key,))
    return default if row is None else row["value"]


def change_setting(uow: UnitOfWork, key: str, value: Any, *, actor: str, reason: str | None = None) -> None:
    """Set a value, whatever its key, keeping who changed it from what to what."""
    write(uow, key, setting(uow, key, None), value, actor=actor, reason=reason)
