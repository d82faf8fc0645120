"""`relevo articles`: the articles the bot answers from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from infra.cli.stage import StageOption, configure, read, refuse

articles = typer.Typer(no_args_is_help=True, help="The articles the bot answers from.")


@articles.callback()
def _articles() -> None:
    """A family of commands, even while there is only one."""


@articles.command()
def load(
    file: Annotated[Path, typer.Argument(help="JSON, in the form of infra/local/seed/articles.json.")],
    stage: StageOption = None,
) -> None:
    """Write, publish and learn the articles of a file. Safe to repeat."""
    from rich.console import Console
    from rich.progress import Progress

    from relevo import knowledge
    from relevo.db import database
    from relevo.errors import InvalidInput

    document = read(file)
    try:
        entries = knowledge.parse_collection(document)
    except InvalidInput as error:
        raise refuse(f"{file} cannot be loaded: {error}") from error
    if stage is not None:
        typer.echo(json.dumps(configure(stage, {"articles": document})))
        return
    with Progress(console=Console(stderr=True)) as bars, database().unit_of_work() as uow:
        saved = knowledge.save_collection(uow, entries, actor="operator")
        bar = bars.add_task("Learning", total=None)
        found = knowledge.refresh(
            uow, lambda stage, done, total: bars.update(bar, description=stage, completed=done, total=total)
        )
    typer.echo(json.dumps({"translations": saved, "articles": found}))
