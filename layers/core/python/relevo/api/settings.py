"""Routes of the settings the company changes at run time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from relevo import crm, desk, insight, knowledge, platform, sales
from relevo.access import Principal, audit
from relevo.api.actors import with_names
from relevo.api.application import app
from relevo.api.endpoint import endpoint
from relevo.api.models import Answer, Request
from relevo.api.preferences import LanguageHeaders
from relevo.api.requests import invalid
from relevo.api.text import Line
from relevo.db import UnitOfWork
from relevo.errors import InvalidInput, NotFound
from relevo.platform import Definition, Kept
from relevo.texts import say

_SETTINGS = "/api/settings"
_GROUPS = (platform.SETTINGS, knowledge.SETTINGS, desk.SETTINGS, sales.SETTINGS, insight.SETTINGS, crm.SETTINGS)
_DEFINED = {each.key: each for group in _GROUPS for each in group}


class Setting(Answer):
    """A setting: its value now, the default it has unless somebody changed it, and the rule its value keeps (a JSON
    Schema). Times and people are of its last change."""

    key: str
    kind: str
    value: Any
    default: Any
    description: str
    rule: dict[str, Any]
    changed_at: datetime | None
    changed_by: str | None


class Settings(Answer):
    """What may be changed at run time."""

    items: list[Setting]


class SettingIn(Request):
    """The new value of a setting; null gives it back its default. `reason` goes into the history."""

    key: str
    value: Any
    reason: Line | None = None


class SettingChange(Answer):
    """One change of a setting; null stands for its default."""

    old: Any
    new: Any
    actor: str
    actor_name: str | None
    reason: str | None
    at: datetime


class SettingHistory(Answer):
    """What became of a setting, the newest change first."""

    items: list[SettingChange]


@endpoint(app, "GET", _SETTINGS, scope="settings:read", summary="Settings", tag="Settings")
def list_settings(uow: UnitOfWork, headers: LanguageHeaders) -> Settings:
    """What may be changed at run time, with what it is now."""
    return _shown(uow, headers.language)


@endpoint(app, "PATCH", _SETTINGS, scope="settings:manage", summary="Change a setting", tag="Settings")
def change_setting(uow: UnitOfWork, caller: Principal, body: SettingIn, headers: LanguageHeaders) -> Settings:
    """Changes one setting; every process follows within seconds. The change is audited and kept."""
    definition = _DEFINED.get(body.key)
    if definition is None:
        raise invalid([{"pointer": "#/key", "detail": f"is no setting; there are {', '.join(_DEFINED)}"}])
    try:
        changed = platform.change(uow, definition, body.value, actor=caller.name, reason=body.reason)
    except InvalidInput as error:
        raise invalid([{"pointer": "#/value", "detail": str(error)}]) from error
    if changed:
        audit.record(uow, caller.name, "setting.change", "allowed", subject=body.key, value=body.value)
    return _shown(uow, headers.language)


@endpoint(app, "GET", f"{_SETTINGS}/<key>/history", scope="settings:read", summary="A setting's past", tag="Settings")
def setting_history(uow: UnitOfWork, key: str) -> SettingHistory:
    """Who changed a setting, from what to what, when and why; the last hundred times."""
    if key not in _DEFINED:
        raise NotFound(f"there is no setting {key[:100]!r}")
    changes = with_names(uow, platform.changes(uow, key))
    return SettingHistory(items=[SettingChange.model_validate(change) for change in changes])


def _shown(uow: UnitOfWork, language: str) -> Settings:
    kept = platform.kept(uow)
    return Settings(items=[_setting(definition, kept.get(key), language) for key, definition in _DEFINED.items()])


def _setting(definition: Definition[Any], kept: Kept | None, language: str) -> Setting:
    default = definition.dump(definition.default())
    return Setting(
        key=definition.key,
        kind=definition.kind,
        value=kept.value if kept is not None and kept.value is not None else default,
        default=default,
        description=say(f"setting.{definition.key}", language),
        rule=definition.schema(),
        changed_at=kept.changed_at if kept else None,
        changed_by=kept.changed_by if kept else None,
    )
