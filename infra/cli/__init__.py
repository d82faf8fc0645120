"""The `relevo` command: one module or package per family of commands."""

from __future__ import annotations

import typer

from infra.cli.articles import articles
from infra.cli.company import company
from infra.cli.evaluate import evaluate
from infra.cli.key import key
from infra.cli.replay import replay
from infra.cli.say import say

main = typer.Typer(no_args_is_help=True, add_completion=False, help="Relevo: customer operations on your own ground.")
main.add_typer(articles, name="articles")
main.add_typer(company, name="company")
main.add_typer(evaluate, name="evaluate")
main.add_typer(key, name="key")
main.command()(replay)
main.command()(say)


@main.callback()
def _relevo() -> None:
    """Keep the families of commands as families, even while there is only one."""
