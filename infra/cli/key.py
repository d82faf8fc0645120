"""`relevo key`: make, list and revoke API keys, on a deployed stage or in the database of DATABASE_URL."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from infra.cli.stage import StageOption, ordered
from relevo import access

key = typer.Typer(no_args_is_help=True, help="API keys: make, list, revoke.")


@key.command()
def create(
    name: Annotated[str, typer.Argument(help="Whose key it is")],
    scope: Annotated[list[str], typer.Option(help=f"One of {', '.join(sorted(access.SCOPES))}; can be repeated")],
    days: Annotated[int | None, typer.Option(help="Days until it expires; never unless given", min=1)] = None,
    stage: StageOption = None,
) -> None:
    """Make a key. Its token is shown now and never again."""
    print(json.dumps(ordered(stage, {"api_key": {"name": name, "scopes": scope, "days": days}})["api_key"]))


@key.command("list")
def list_all(stage: StageOption = None) -> None:
    """Every key as one JSON object a line, newest first."""
    for made in ordered(stage, {"api_keys": {"list": True}})["api_keys"]["keys"]:
        print(json.dumps(made, ensure_ascii=False))


@key.command()
def revoke(
    prefix: Annotated[str, typer.Argument(help="What stands between the underscores of the token")],
    stage: StageOption = None,
) -> None:
    """End a key for good."""
    print(json.dumps(ordered(stage, {"api_keys": {"revoke": prefix}})["api_keys"]))
