"""What a command does on a deployed stage: it calls the function `configure` there, with the caller's AWS rights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

ANSWER_SECONDS = 310
"""A little more than the function may take."""
REQUEST_LIMIT = 6 * 1024 * 1024
"""Bytes; Lambda's limit on a call that waits for its answer."""

StageOption = Annotated[
    str | None, typer.Option(help="A deployed stage (dev, prod …), called with your AWS rights; else DATABASE_URL.")
]


def refuse(reason: str) -> typer.Exit:
    """Say in one line why nothing was done; the exit to raise."""
    typer.echo(f"relevo: {reason}", err=True)
    return typer.Exit(2)


def read(file: Path) -> Any:
    """The JSON of a file; one clear line and the end of the command when there is none."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise refuse(f"{file} cannot be loaded: {error}") from error


def ordered(stage: str | None, document: dict[str, Any]) -> dict[str, Any]:
    """What `relevo.company.configure` answers, on a deployed stage or, without one, in the database of DATABASE_URL."""
    if stage is not None:
        return configure(stage, document)
    from relevo import company
    from relevo.db import database
    from relevo.errors import PermanentError

    try:
        return database().run(lambda uow: company.configure(uow, document, actor="operator"))
    except PermanentError as error:
        raise refuse(str(error)) from error


def configure(stage: str, document: dict[str, Any]) -> dict[str, Any]:
    """The answer of `relevo-<stage>-configure`; one clear line and the end of the command when it refuses or fails."""
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    payload = json.dumps(document, ensure_ascii=False).encode()
    if len(payload) > REQUEST_LIMIT:
        raise refuse(f"{len(payload) // 1024} KiB are more than one call takes (6 MiB): split the file")
    # Once only: a call repeated after a time-out would make a second key.
    patient = Config(read_timeout=ANSWER_SECONDS, retries={"total_max_attempts": 1})
    try:
        client = boto3.client("lambda", config=patient)
        made = client.invoke(FunctionName=f"relevo-{stage}-configure", Payload=payload)
    except (BotoCoreError, ClientError) as error:
        raise refuse(f"stage {stage} cannot be reached: {error}") from error
    answer: dict[str, Any] = json.loads(made["Payload"].read())
    if "FunctionError" in made:
        raise refuse(f"configure failed ({answer.get('errorMessage')}); its log: /aws/lambda/relevo-{stage}-configure")
    if "error" in answer:
        raise refuse(str(answer["error"]))
    return answer
