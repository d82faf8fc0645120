"""`relevo replay` on recorded webhooks: what was posted is what is counted, and stdout holds the summary alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from infra.cli import main
from relevo import messaging
from tests.support import meta

Replay = Callable[..., dict[str, Any]]


@pytest.fixture
def replay(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Replay]:
    """Replay these paths into a database of the test's own; the summary, which must be all of stdout."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    for changed in ("RELEVO_META_SECRET", "POWERTOOLS_METRICS_DISABLED"):
        monkeypatch.setenv(changed, "")

    def run(*paths: Path) -> dict[str, Any]:
        result = CliRunner().invoke(main, ["replay", *map(str, paths)])
        assert result.exit_code == 0, result.output
        (line,) = result.stdout.splitlines()
        summary: dict[str, Any] = json.loads(line)
        return summary

    yield run
    messaging.use(None)


def payload(*texts: str) -> str:
    return json.dumps(meta.webhook(*(meta.text_message(text) for text in texts)))


def written(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def counts(summary: dict[str, Any]) -> tuple[int, int, int, int]:
    return tuple(summary[name] for name in ("payloads", "accepted", "refused", "messages_kept"))  # type: ignore[return-value]


def test_a_file_is_one_payload(replay: Replay, tmp_path: Path) -> None:
    # Given a recorded webhook of two messages
    file = written(tmp_path / "one.json", payload("hola", "¿hay alguien?"))
    # When it is replayed
    summary = replay(file)
    # Then both are kept
    assert counts(summary) == (1, 1, 0, 2) and summary["errors"] == []


def test_json_lines_are_a_payload_each(replay: Replay, tmp_path: Path) -> None:
    # Given three webhooks, a line each, with an empty line between
    file = written(tmp_path / "many.jsonl", "\n".join([payload("a"), "", payload("b"), payload("c")]))
    # When they are replayed
    # Then each is counted
    assert counts(replay(file)) == (3, 3, 0, 3)


def test_a_json_list_is_a_payload_an_entry(replay: Replay, tmp_path: Path) -> None:
    # Given two webhooks in a list
    file = written(tmp_path / "list.json", f"[{payload('a')}, {payload('b')}]")
    # When they are replayed
    # Then each is counted
    assert counts(replay(file)) == (2, 2, 0, 2)


def test_a_folder_is_read_to_its_depth(replay: Replay, tmp_path: Path) -> None:
    # Given a folder of webhooks, one deeper, beside a file that is none
    written(tmp_path / "a.json", payload("a"))
    written(tmp_path / "deeper" / "b.ndjson", f"{payload('b')}\n{payload('c')}\n")
    written(tmp_path / "notes.txt", "not a payload")
    # When the folder is replayed
    # Then what is JSON is counted
    assert counts(replay(tmp_path)) == (3, 3, 0, 3)


def test_the_same_webhook_again_adds_nothing(replay: Replay, tmp_path: Path) -> None:
    # Given a webhook that was replayed
    file = written(tmp_path / "one.json", payload("hola"))
    assert counts(replay(file)) == (1, 1, 0, 1)
    # When it is replayed again
    # Then it is accepted, and kept once
    assert counts(replay(file)) == (1, 1, 0, 0)


def test_a_recorded_event_of_the_gateway_is_unwrapped(replay: Replay, tmp_path: Path) -> None:
    # Given what API Gateway handed to the intake, with a signature of another secret
    event = meta.post(meta.webhook(meta.text_message("hola")))
    file = written(tmp_path / "event.json", json.dumps(event))
    # When it is replayed
    # Then its body is what counts
    assert counts(replay(file)) == (1, 1, 0, 1)


def test_a_broken_file_is_refused_and_the_rest_goes_on(replay: Replay, tmp_path: Path) -> None:
    # Given a webhook cut short, a line that is no JSON, and whole ones
    broken = written(tmp_path / "broken.json", payload("a")[:40])
    lines = written(tmp_path / "lines.jsonl", f"{payload('b')}\n{{oops\n{payload('c')}\n")
    # When they are replayed
    summary = replay(broken, lines)
    # Then the broken ones are named with the reason, and the others kept
    assert counts(summary) == (4, 2, 2, 2)
    assert [error["payload"] for error in summary["errors"]] == [str(broken), f"{lines}:2"]
    assert {error["status"] for error in summary["errors"]} == {400}


def test_a_path_that_is_not_there_ends_before_anything_is_done(tmp_path: Path) -> None:
    # Given a file that exists and one that does not
    there = written(tmp_path / "one.json", payload("hola"))
    # When both are named
    result = CliRunner().invoke(main, ["replay", str(there), str(tmp_path / "missing.json")])
    # Then the command says which, and stdout is empty
    assert result.exit_code == 2 and result.stdout == ""
    assert "missing.json" in result.stderr and "one.json" not in result.stderr


def test_stdout_of_the_process_is_the_summary_alone(database_url: str, tmp_path: Path) -> None:
    # Given a webhook that intake warns about
    file = written(tmp_path / "broken.json", "{oops")
    # When the command runs as people run it
    done = subprocess.run(
        [sys.executable, "-c", "from infra.cli import main; main()", "replay", str(file)],
        env={**os.environ, "DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        check=True,
    )
    # Then the warning is on stderr, and stdout can be read as JSON
    assert json.loads(done.stdout)["refused"] == 1
    assert '"level":"WARNING"' in done.stderr
