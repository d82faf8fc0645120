"""`relevo company`: a company's branches and numbers, people, rules, customers and settings, from one file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from infra.cli.stage import StageOption, configure, read, refuse

company = typer.Typer(no_args_is_help=True, help="The company: branches, numbers, people, rules, settings.")


@company.callback()
def _company() -> None:
    """A family of commands, even while there is only one."""


@company.command()
def load(
    file: Annotated[Path, typer.Argument(help="JSON, in the form of infra/local/seed/company.json.")],
    stage: StageOption = None,
) -> None:
    """Put in what a file says. Safe to repeat; what the file does not name stays as it is."""
    from relevo import company as companies
    from relevo.db import database
    from relevo.errors import InvalidInput

    document = read(file)
    if stage is not None:
        print(json.dumps(configure(stage, {"company": document})["company"], ensure_ascii=False))
        return
    try:
        parsed = companies.parse(document)
        summary = database().run(lambda uow: companies.load(uow, parsed, actor="operator"))
    except InvalidInput as error:
        raise refuse(f"{file} cannot be loaded: {error}") from error
    print(json.dumps(summary, ensure_ascii=False))
