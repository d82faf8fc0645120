"""The pictures and tables of `docs/` that the catalogue and the stages decide; `make docs` writes them.

A generated part stands between `<!-- generated:NAME -->` and `<!-- end -->`; a test holds the page to the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from infra import catalog, costs, stages

DOCS = Path(__file__).parents[1] / "docs"
PAGES = (DOCS / "architecture.md", DOCS / "operations.md")
_PART = re.compile(r"(<!-- generated:(\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def flow() -> str:
    """The flow from trigger to function to queue, as a mermaid diagram."""
    lines = ["```mermaid", "flowchart LR"]
    lines += [
        "  meta([WhatsApp])",
        "  people([integrations])",
        "  browsers([agents' browsers])",
        "  clock([Scheduler, every minute])",
        "  bus{{bus relevo}}",
    ]
    lines += ["  database[(Postgres)]", "  files[(media bucket)]"]
    lines += [f"  {_queue(queue)}[/{queue.name}/]" for queue in catalog.queues() if queue.fifo]
    for entry in catalog.FUNCTIONS:
        lines += [f"  {entry.name}[{entry.name}]", *_into(entry), *_out_of(entry)]
    return "\n".join([*lines, "```"])


def _queue(queue: catalog.Queue) -> str:
    return queue.name.replace(".", "_")


def _into(entry: catalog.Function) -> list[str]:
    arrows: dict[str, None] = {}
    for trigger in entry.triggers:
        match trigger:
            case catalog.HttpRoute(path=path):
                arrows[f"  {_caller(path)} --> {entry.name}"] = None
            case catalog.WebSocketRoute():
                arrows[f"  browsers --> {entry.name}"] = None
            case catalog.FifoQueue():
                arrows[f"  {_queue(catalog.queue_for(entry, trigger))} --> {entry.name}"] = None
            case catalog.Events(names=names):
                arrows[f"  bus -- {'<br/>'.join(names)} --> {entry.name}"] = None
            case catalog.S3Objects(prefix=prefix):
                arrows[f"  files -- {prefix}/ --> {entry.name}"] = None
            case catalog.Schedule():
                arrows[f"  clock --> {entry.name}"] = None
            case _:
                arrows |= dict.fromkeys(_called_directly(entry, trigger))
    return list(arrows)


def _called_directly(entry: catalog.Function, trigger: catalog.Trigger) -> list[str]:
    match trigger:
        case catalog.Authorizer():
            return [f"  {entry.name} -. guards .-> {guarded}" for guarded in ("api", "socket")]
        case catalog.CustomResource():
            return [f"  deployment([deployment]) --> {entry.name}"]
        case _:
            return [f"  operator([operator]) --> {entry.name}"]


def _caller(path: str) -> str:
    if path.startswith("/webhooks/meta"):
        return "meta"
    return "people" if path.startswith("/api/") else "browsers"


def _out_of(entry: catalog.Function) -> list[str]:
    arrows = []
    by_people = entry.triggered_by(catalog.CustomResource) or entry.triggered_by(catalog.Invoked)
    for grant in entry.grants:
        match grant:
            case catalog.Send(stream=stream):
                arrows.append(f"  {entry.name} --> {_queue(catalog.streams()[stream])}")
            case catalog.PutEvents():
                arrows.append(f"  {entry.name} --> bus")
            case catalog.ReadSecret(name="meta") if "graph_url" in entry.settings:
                arrows.append(f"  {entry.name} --> meta")
            case catalog.ReadSecret(name="social") if "social_graph_url" in entry.settings:
                arrows.append(f"  {entry.name} --> networks([social networks])")
            case catalog.SendEmail():
                arrows.append(f"  {entry.name} --> agents([agents])")
            case catalog.PostToConnections():
                arrows.append(f"  {entry.name} --> browsers")
            case catalog.WriteObjects():
                arrows.append(f"  {entry.name} --> files")
            case catalog.Database() if by_people:
                arrows.append(f"  {entry.name} --> database")
    return arrows


def functions() -> str:
    """Every function on one line: trigger, rights, limits."""
    lines = [
        "| function | does | triggered by | may | MB | s | connections |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for entry in catalog.FUNCTIONS:
        triggers = "<br/>".join(_trigger(trigger) for trigger in entry.triggers)
        rights = "<br/>".join(_right(grant) for grant in entry.grants)
        cells = (f"`{entry.name}`", entry.does, triggers, rights, entry.memory, entry.timeout, entry.connections or "–")
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    lines.append(f"\nTogether they may hold {catalog.connection_budget()} database connections at once.")
    return "\n".join(lines)


def _trigger(trigger: catalog.Trigger) -> str:
    match trigger:
        case catalog.HttpRoute(method=method, path=path):
            return f"`{method} {path}`"
        case catalog.WebSocketRoute(key=key):
            return f"`{key}` of the socket"
        case catalog.FifoQueue(stream=stream, group=group):
            return f"`{stream}.fifo`, ordered by {group}"
        case catalog.Events(names=names):
            return ", ".join(f"`{name}`" for name in names)
        case catalog.S3Objects(prefix=prefix):
            return f"a new file under `{prefix}/`"
        case catalog.Schedule(minutes=minutes):
            return "every minute" if minutes == 1 else f"every {minutes} minutes"
        case catalog.Authorizer():
            return "every route that is not public, and the socket"
        case catalog.CustomResource():
            return "a deployment with new migrations"
        case catalog.Invoked():
            return "the operator's command"


def _right(grant: catalog.Grant) -> str:
    match grant:
        case catalog.Database(direct=direct):
            return "database, past the proxy" if direct else "database"
        case catalog.PutEvents():
            return "put events"
        case catalog.Send(stream=stream):
            return f"send to `{stream}.fifo`"
        case catalog.ReadSecret(name=name) | catalog.WriteSecret(name=name):
            verb = "read" if isinstance(grant, catalog.ReadSecret) else "change"
            return f"{verb} the secret `{name}`"
        case catalog.SendEmail():
            return "send e-mail"
        case catalog.SendSms():
            return "send text messages"
        case catalog.PostToConnections():
            return "post to connected browsers"
        case catalog.ReadObjects(prefix=prefix):
            return f"read files under `{prefix}/`"
        case catalog.WriteObjects(prefix=prefix):
            return f"write files under `{prefix}/`"


def settings() -> str:
    """Every setting of a stage with its value in each file."""
    made = {name: stages.load(name) for name in ("local", "dev", "prod")}
    lines = ["| setting | local | dev | prod |", "| --- | --- | --- | --- |"]
    for field in stages.Stage.model_fields:
        if field != "name":
            values = [getattr(stage, field) for stage in made.values()]
            lines.append(f"| `{field}` | " + " | ".join("–" if v is None else f"`{v}`" for v in values) + " |")
    return "\n".join(lines)


PARTS: dict[str, Callable[[], str]] = {
    "flow": flow,
    "functions": functions,
    "settings": settings,
    "costs": costs.table,
}


def rendered(page: str) -> str:
    """The page with its generated parts made anew. KeyError for a part nobody makes."""
    return _PART.sub(lambda match: f"{match[1]}{PARTS[match[2]]()}\n{match[3]}", page)


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(rendered(page.read_text()))
