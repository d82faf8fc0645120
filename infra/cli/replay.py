"""`relevo replay`: recorded webhooks through the real intake and ingest; rejected records and dead letters again."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

if TYPE_CHECKING:
    from infra.local.pipeline import Pipeline
    from relevo.db import Database

_SHOWN_ERRORS = 100
_SECRET = {"app_secret": "replay", "verify_token": "replay", "access_token": "replay"}


class Payload(NamedTuple):
    """One recorded webhook: where it stands, and its bytes as they would be posted."""

    place: str
    body: bytes


def replay(
    sources: Annotated[
        list[str],
        typer.Argument(help="Files or folders of payloads (JSON, or JSON lines); or the name of a queue to replay."),
    ],
    stage: Annotated[str, typer.Option(help="The deployment whose queue is meant.")] = "local",
) -> None:
    """Put recorded webhooks through intake and ingest, or bring rejected records and dead letters back.

    Payloads go to the database of DATABASE_URL, or to a throw-away one. Naming a queue (chatbot, ingest, deliver…)
    sends what its function rejected, and its dead letters, through it again.
    """
    paths = [Path(source) for source in sources]
    if not any(path.exists() for path in paths) and len(sources) == 1 and _is_queue(sources[0]):
        from infra.cli.redrive import redrive

        typer.echo(json.dumps(redrive(sources[0], stage)))
        return
    if missing := [str(path) for path in paths if not path.exists()]:
        typer.echo(f"relevo: there is no file, folder or queue called {', '.join(missing)}", err=True)
        raise typer.Exit(2)
    os.environ["POWERTOOLS_METRICS_DISABLED"] = "true"
    payloads = [payload for path in paths for payload in _read(path)]
    with _logging_to_stderr(), _somewhere() as database:
        summary = _replay(payloads, database)
    typer.echo(json.dumps(summary, ensure_ascii=False))


def _is_queue(name: str) -> bool:
    from infra import catalog

    return name in {queue.function.name for queue in catalog.queues()}


def _read(path: Path) -> Iterator[Payload]:
    """Every payload below a path: a file each, or a line each of JSON lines, or an entry each of a JSON list."""
    if path.is_dir():
        for file in sorted(p for p in path.rglob("*") if p.suffix in (".json", ".jsonl", ".ndjson")):
            yield from _read(file)
        return
    content = path.read_bytes()
    document = _json(content)
    if document is None and content.strip():
        lines = [(n, line) for n, line in enumerate(content.splitlines(), 1) if line.strip()]
        several = len(lines) > 1 and any(_json(line) is not None for _, line in lines)
        entries = [(f"{path}:{n}", line) for n, line in lines] if several else [(str(path), content)]
        yield from (Payload(place, _posted(_json(raw), raw)) for place, raw in entries)
    elif isinstance(document, list):
        yield from (
            Payload(f"{path}[{n}]", _posted(entry, json.dumps(entry).encode())) for n, entry in enumerate(document)
        )
    else:
        yield Payload(str(path), _posted(document, content))


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return None


def _posted(document: Any, raw: bytes) -> bytes:
    """The bytes Meta posted: the document itself, or the body of a recorded API Gateway event."""
    if isinstance(document, dict) and "requestContext" in document and "body" in document:
        from relevo.channels.intake import raw_body

        return raw_body(document)
    return raw


@contextmanager
def _logging_to_stderr() -> Iterator[None]:
    """Leave stdout to the summary: the functions log to it, as Lambda wants them to."""
    from relevo.observability import logger

    handler: Any = logger.registered_handler
    handler.stream, before = sys.stderr, handler.stream
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        handler.stream = before


@contextmanager
def _somewhere() -> Iterator[Database]:
    from infra.local.postgres import throw_away
    from relevo import db
    from relevo.db import Database
    from relevo.db.migrate import migrate

    @contextmanager
    def given(url: str) -> Iterator[str]:
        yield url

    chosen = os.environ.get("DATABASE_URL")
    with given(chosen) if chosen else throw_away() as url:
        migrate(url)
        database = Database(lambda: url)
        db.use(database)
        try:
            yield database
        finally:
            database.close()
            db.use(None)


_KEPT = """
    SELECT
        (SELECT count(*) FROM platform.rejected) AS rejected,
        (SELECT count(*) FROM inbox.message WHERE direction = 'in' OR author = 'phone')
         + (SELECT count(*) FROM inbox.message_change) AS messages,
        (SELECT count(*) FROM inbox.message_status) AS statuses,
        (SELECT count(*) FROM inbox.message WHERE kind = 'unsupported') AS unsupported,
        (SELECT count(*) FROM inbox.account_event) AS notices"""


def _replay(payloads: list[Payload], database: Database) -> dict[str, Any]:
    """Post every payload, signed with a secret of this run's own, and count what the database has more of after it."""
    from rich.console import Console
    from rich.progress import track

    from infra.local.pipeline import Pipeline
    from relevo import messaging

    os.environ["RELEVO_META_SECRET"] = json.dumps(_SECRET)
    pipeline = Pipeline()
    messaging.use(pipeline)
    errors: list[dict[str, Any]] = []
    before, accepted = _kept(database), 0
    for payload in track(payloads, "Replaying", console=Console(stderr=True)):
        accepted += _post(pipeline, payload, errors)
    after = _kept(database)
    kept = {f"{name}_kept": after[name] - before[name] for name in after if name != "rejected"}
    if rejected := after["rejected"] - before["rejected"]:
        errors += _rejected(database, min(rejected, _SHOWN_ERRORS))
    return {
        "payloads": len(payloads),
        "accepted": accepted,
        "refused": len(payloads) - accepted,
        **kept,
        "errors": errors[:_SHOWN_ERRORS],
    }


def _kept(database: Database) -> dict[str, int]:
    with database.unit_of_work() as uow:
        return dict(uow.one(_KEPT) or {})


def _post(pipeline: Pipeline, payload: Payload, errors: list[dict[str, Any]]) -> bool:
    signature = hmac.new(_SECRET["app_secret"].encode(), payload.body, hashlib.sha256).hexdigest()
    answer = pipeline.handler("intake")(
        {
            "requestContext": {"http": {"method": "POST"}},
            "headers": {"x-hub-signature-256": f"sha256={signature}"},
            "body": b64encode(payload.body).decode(),
            "isBase64Encoded": True,
        },
        None,
    )
    if answer["statusCode"] != 200:
        errors.append({"payload": payload.place, "status": answer["statusCode"], "reason": answer["body"]})
        return False
    pipeline.settle(("inbound.fifo", "statuses.fifo"))
    for name, letters in pipeline.dead.items():
        errors += [{"payload": payload.place, "queue": name, "body": letter.body[:500]} for letter in letters]
        letters.clear()
    return True


def _rejected(database: Database, newest: int) -> list[dict[str, Any]]:
    with database.unit_of_work() as uow:
        return uow.all(
            "SELECT consumer AS function, reason, left(body, 500) AS body FROM platform.rejected"
            " ORDER BY id DESC LIMIT %s",
            (newest,),
        )
