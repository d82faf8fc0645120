"""`relevo user`: who may sign in, on a deployed stage or in the database of DATABASE_URL."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from infra.cli.stage import StageOption, ordered
from relevo import access

user = typer.Typer(no_args_is_help=True, help="Users: let in, list, give a new password, shut out.")

EmailArgument = Annotated[str, typer.Argument(metavar="EMAIL", help="What they sign in with")]


@user.command()
def create(
    email: EmailArgument,
    name: Annotated[str, typer.Option(help="What colleagues call them")],
    role: Annotated[str, typer.Option(help=f"One of {', '.join(access.ROLE_NAMES)}")],
    branch: Annotated[
        list[str] | None, typer.Option(help="The code of a branch they see; can be repeated. Without one: every branch")
    ] = None,
    language: Annotated[str, typer.Option(help="es or en")] = "es",
    stage: StageOption = None,
) -> None:
    """Let somebody in. Their password is shown now and never again; they choose their own when they first sign in.

    The agent with the same e-mail becomes theirs.
    """
    new: dict[str, Any] = {"email": email, "name": name, "role": role, "language": language}
    if branch:
        new["branches"] = branch
    _show(ordered(stage, {"users": {"create": new}})["users"])


@user.command("list")
def list_all(stage: StageOption = None) -> None:
    """Every user as one JSON object a line, newest first."""
    for known in ordered(stage, {"users": {"list": True}})["users"]["users"]:
        _show(known)


@user.command()
def password(email: EmailArgument, stage: StageOption = None) -> None:
    """Give somebody a new password to use once; their sessions end."""
    _show(ordered(stage, {"users": {"password": email}})["users"])


@user.command()
def deactivate(email: EmailArgument, stage: StageOption = None) -> None:
    """Shut somebody out: their sessions end, their API keys open nothing. What they did stays."""
    _show(ordered(stage, {"users": {"deactivate": email}})["users"])


def _show(told: dict[str, Any]) -> None:
    print(json.dumps(told, ensure_ascii=False))
