"""`relevo say "…"`: write to the local environment as a customer, and read what comes back."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any

import httpx
import typer

Json = dict[str, Any]
POLL = 0.15
"""Seconds between two looks at what happened."""


def say(
    text: Annotated[str, typer.Argument(help="What the customer writes.")],
    sender: Annotated[str, typer.Option("--from", help="A customer on record by phone or name, or any phone.")] = "",
    to: Annotated[str, typer.Option(help="The branch: its number, its id or a part of its name.")] = "",
    name: Annotated[str, typer.Option("--as", help="The customer's profile name.")] = "",
    timeout: Annotated[float, typer.Option(help="Seconds to wait for the first answer.", min=0.1)] = 30,
    quiet: Annotated[float, typer.Option(help="Seconds without news after which the answer is whole.", min=0.1)] = 4,
) -> None:
    """Post a signed webhook to the local environment and print the answers, then a JSON summary."""
    try:
        with httpx.Client(base_url=address(), timeout=30) as simulator:
            exchange = Exchange(simulator, text, sender, to, name)
            exchange.begin()
            for line in exchange.answers(timeout, quiet):
                typer.echo(line)
    except httpx.TransportError:
        _stop(
            f"the local environment is not running at {address()}: start it with `make run` in another terminal;"
            " where it has another port, say so here too, by RELEVO_SIMULATOR_PORT"
        )
    except httpx.HTTPStatusError as error:
        _stop(f"the simulator refused: {error.response.text}")
    except LookupError as error:
        _stop(str(error.args[0]))
    if not exchange.replies:
        typer.echo("no reply: a person may hold this conversation; write as somebody else with --from", err=True)
    typer.echo(json.dumps(exchange.summary(), ensure_ascii=False))
    if not exchange.replies:
        raise typer.Exit(1)


def address() -> str:
    """Where the simulator of `make run` listens."""
    return f"http://127.0.0.1:{os.environ.get('RELEVO_SIMULATOR_PORT', '4580')}"


def _stop(reason: str) -> None:
    typer.secho(reason, err=True, fg="red")
    raise typer.Exit(1)


@dataclass
class Exchange:
    """One message and what comes back. Raises httpx's errors, and LookupError for a branch nobody knows."""

    simulator: httpx.Client
    text: str
    sender: str
    to: str
    name: str
    replies: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """Find who writes to whom, and post the webhook."""
        directory = self._get("/simulator/directory")
        self.branch = _branch(directory["branches"], self.to)
        self.customer = _customer(directory["customers"], self.sender, self.name)
        self._seen = max((event["seq"] for event in self._get("/_stand-in/events")), default=0)
        number = self.branch["phone_number_id"]
        act = {"customer": self.customer, "number": number, "action": {"kind": "text", "text": self.text}}
        self._begun = time.monotonic()
        answer = self.simulator.post("/simulator/acts", json=act)
        answer.raise_for_status()
        self.status, self.id = answer.json()["status"], answer.json()["id"]
        if self.status != 200:
            raise LookupError(f"intake did not take the webhook: {self.status or answer.json()['answer']}")

    def answers(self, timeout: float, quiet: float) -> Iterator[str]:
        """Lines to print as they come, until nothing more does."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            for event in self._news():
                if line := self._line(event):
                    yield line
                    until = time.monotonic() + quiet
            time.sleep(POLL)

    def summary(self) -> Json:
        """The machine-readable end."""
        seconds = round(time.monotonic() - self._begun, 2)
        return {"id": self.id, "webhook": self.status, "replies": self.replies, "seconds": seconds}

    def _get(self, path: str, **query: Any) -> Any:
        answer = self.simulator.get(path, params=query)
        answer.raise_for_status()
        return answer.json()

    def _news(self) -> list[Json]:
        events: list[Json] = self._get("/_stand-in/events", after=self._seen)
        if events:
            self._seen = events[-1]["seq"]
        return events

    def _line(self, event: Json) -> str:
        ours = event.get("phone_number_id") == self.branch["phone_number_id"]
        if (
            event["type"] == "outbound"
            and ours
            and event["to"] in (self.customer.get("phone"), self.customer["user_id"])
        ):
            self.replies.append(words(event["kind"], event["body"]))
            return f"{self.branch['name']}: {self.replies[-1]}"
        if event["type"] == "refused" and ours:
            return f"(Graph refused a send: {event['code']} {event['title']})"
        return ""


def words(kind: str, body: Json) -> str:
    """A message of the company's as one reads it: the text, then what can be pressed."""
    block = body[kind]
    if kind == "interactive":
        buttons = [button["reply"]["title"] for button in block["action"].get("buttons", ())]
        rows = [row["title"] for section in block["action"].get("sections", ()) for row in section["rows"]]
        return str(block["body"]["text"]) + "".join(f"\n  [{title}]" for title in (*buttons, *rows))
    return str(block.get("body") or block.get("caption") or block.get("emoji") or f"({kind} {block.get('name', '')})")


def _branch(branches: list[Json], wanted: str) -> Json:
    if not branches:
        raise LookupError("no branch has a WhatsApp number; load the seed with `make run`")
    digits = "".join(filter(str.isdigit, wanted))
    for branch in branches:
        shown = "".join(filter(str.isdigit, branch["display"]))
        if not wanted or wanted == branch["phone_number_id"] or (digits and digits == shown):
            return branch
        if not digits and wanted.casefold() in branch["name"].casefold():
            return branch
    raise LookupError(f"no branch is {wanted!r}; there are: {', '.join(branch['name'] for branch in branches)}")


def _customer(customers: list[Json], wanted: str, name: str) -> Json:
    """Somebody on record, or a newcomer with this phone."""
    digits = "".join(filter(str.isdigit, wanted))
    known = [c for c in customers if digits == c["phone"] or (not digits and wanted.casefold() in c["name"].casefold())]
    if not known and not digits:
        raise LookupError(f"no customer is called {wanted!r}; give a phone with --from to write as a new one")
    found = known[0] if known else {"name": digits, "phone": digits, "user_id": None}
    return {"name": name or found["name"], "phone": found["phone"], "user_id": found["user_id"]}
