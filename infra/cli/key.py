"""`relevo key`: make, list and revoke API keys in the database of DATABASE_URL; make them on a deployed stage."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Annotated

import typer

from infra.cli.stage import StageOption, configure
from relevo import access, clock
from relevo.db import database
from relevo.errors import RelevoError

key = typer.Typer(no_args_is_help=True, help="API keys: make, list, revoke.")


@key.command()
def create(
    name: Annotated[str, typer.Argument(help="Whose key it is")],
    scope: Annotated[list[str], typer.Option(help=f"One of {', '.join(sorted(access.SCOPES))}; can be repeated")],
    days: Annotated[int | None, typer.Option(help="Days until it expires; never unless given", min=1)] = None,
    stage: StageOption = None,
) -> None:
    """Make a key. Its token is shown now and never again."""
    if stage is not None:
        print(json.dumps(configure(stage, {"api_key": {"name": name, "scopes": scope, "days": days}})["api_key"]))
        return
    expires_at = clock.now() + timedelta(days=days) if days else None
    try:
        with database().unit_of_work() as uow:
            made, token = access.create_key(uow, name, scope, expires_at)
    except RelevoError as error:
        raise typer.BadParameter(str(error)) from error
    print(json.dumps({**_shown(made), "token": token}))


@key.command("list")
def list_all() -> None:
    """Every key as one JSON object a line, newest first."""
    with database().unit_of_work() as uow:
        for made in access.list_keys(uow):
            print(json.dumps(_shown(made)))


@key.command()
def revoke(prefix: Annotated[str, typer.Argument(help="What stands between the underscores of the token")]) -> None:
    """End a key for good."""
    try:
        with database().unit_of_work() as uow:
            access.revoke_key(uow, prefix)
    except RelevoError as error:
        raise typer.BadParameter(str(error)) from error
    print(json.dumps({"revoked": prefix}))


def _shown(made: access.ApiKey) -> dict[str, object]:
    times = {name: getattr(made, name) for name in ("created_at", "expires_at", "revoked_at", "last_used_at")}
    return {
        "name": made.name,
        "prefix": made.prefix,
        "scopes": sorted(made.scopes),
        **{name: at.isoformat(timespec="seconds") if at else None for name, at in times.items()},
    }
