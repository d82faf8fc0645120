"""The contracts of the bus as JSON Schema, one file an event, for integrators; `make docs` writes them."""

from __future__ import annotations

import json
from pathlib import Path

from relevo import events

SCHEMAS = Path(__file__).parents[1] / "events" / "schemas"


def files() -> dict[str, str]:
    """Every event's schema by its file's name."""
    return {
        f"{name}.json": json.dumps(
            {"$schema": "https://json-schema.org/draft/2020-12/schema"} | model.model_json_schema(mode="serialization"),
            indent=2,
            ensure_ascii=False,
        )
        + "\n"
        for name, model in sorted(events.by_name().items())
    }


def write() -> None:
    """Make the folder hold exactly these files."""
    SCHEMAS.mkdir(exist_ok=True)
    wanted = files()
    for stale in SCHEMAS.glob("*.json"):
        if stale.name not in wanted:
            stale.unlink()
    for name, text in wanted.items():
        (SCHEMAS / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
