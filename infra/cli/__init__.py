"""The `relevo` command: one module or package per family of commands."""

from __future__ import annotations

import sys

import typer

from infra.cli.articles import articles
from infra.cli.catalogue import catalogue
from infra.cli.company import company
from infra.cli.customers import customers
from infra.cli.evaluate import evaluate
from infra.cli.key import key
from infra.cli.replay import replay
from infra.cli.say import say
from infra.cli.user import user
from relevo.errors import RelevoError

main = typer.Typer(no_args_is_help=True, add_completion=False, help="Relevo: customer operations on your own ground.")
main.add_typer(articles, name="articles")
main.add_typer(catalogue, name="catalogue")
main.add_typer(company, name="company")
main.add_typer(customers, name="customers")
main.add_typer(evaluate, name="evaluate")
main.add_typer(key, name="key")
main.add_typer(user, name="user")
main.command()(replay)
main.command()(say)


@main.callback()
def _relevo() -> None:
    """Keep the families of commands as families, even while there is only one."""


def run() -> None:
    """The command as installed: what went wrong and can be mended is one line, not a traceback."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        main()
    except (RelevoError, BotoCoreError, ClientError) as error:
        sys.exit(f"relevo: {error}")
