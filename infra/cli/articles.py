"""`relevo articles`: the articles the bot answers from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

articles = typer.Typer(no_args_is_help=True, help="The articles the bot answers from.")


@articles.callback()
def _articles() -> None:
    """A family of commands, even while there is only one."""


@articles.command()
def load(file: Annotated[Path, typer.Argument(help="JSON, in the form of infra/local/seed/articles.json.")]) -> None:
    """Write, publish and learn the articles of a file, in the database of DATABASE_URL. Safe to repeat."""
    from rich.console import Console
    from rich.progress import Progress

    from relevo import knowledge
    from relevo.db import database
    from relevo.errors import InvalidInput

    try:
        entries = knowledge.parse_collection(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, InvalidInput) as error:
        typer.echo(f"relevo: {file} cannot be loaded: {error}", err=True)
        raise typer.Exit(2) from error
    with Progress(console=Console(stderr=True)) as bars, database().unit_of_work() as uow:
        saved = knowledge.save_collection(uow, entries, actor="operator")
        bar = bars.add_task("Learning", total=None)
        found = knowledge.refresh(
            uow, lambda stage, done, total: bars.update(bar, description=stage, completed=done, total=total)
        )
    typer.echo(json.dumps({"translations": saved, "articles": found}))
