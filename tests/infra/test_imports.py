"""What a cold start loads, by the modules themselves: milliseconds flake, names do not."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest

from infra import catalog

ROOT = Path(__file__).parents[2]
FORBIDDEN = {"openai", "jinja2", "numpy", "httpx", "onnxruntime", "tokenizers", "aws_xray_sdk", "PIL"}
NO_DATABASE = {"psycopg", "boto3"}
"""More that those do without which have no database and sign their own calls."""


@lru_cache(maxsize=32)
def _loaded(name: str) -> frozenset[str]:
    """Top-level modules after importing a handler in a fresh interpreter, as a Lambda does."""
    code = "import sys, json, handler; print(json.dumps(sorted({m.partition('.')[0] for m in sys.modules})))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT / "functions" / name,
        env={"PYTHONPATH": str(ROOT / "layers/core/python"), "PATH": "", "RELEVO_STAGE": "test"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return frozenset(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("entry", catalog.FUNCTIONS, ids=lambda entry: entry.name)
def test_a_cold_start_loads_nothing_heavy(entry: catalog.Function) -> None:
    # When a handler is imported
    loaded = _loaded(entry.name)
    # Then what only some requests need is not there yet
    assert loaded & FORBIDDEN == set()


@pytest.mark.parametrize("name", ["intake", "console"])
def test_what_has_no_database_starts_without_its_driver_and_the_sdk(name: str) -> None:
    assert _loaded(name) & NO_DATABASE == set()
