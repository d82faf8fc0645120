"""What a cold start imports: each handler's start as a ratio to `import boto3; boto3.client("sqs")` on this machine."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
_ROUNDS = 7
_YARDSTICK = "import boto3; boto3.client('sqs')"
_ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
    "AWS_DEFAULT_REGION": "us-east-1",
    "PYTHONPATH": str(ROOT / "layers/core/python"),
}


def _milliseconds(code: str) -> float:
    """Wall time of a whole interpreter running `code`, startup included."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, env=_ENVIRONMENT, cwd=ROOT)
    return (time.perf_counter() - started) * 1000


def _handler(name: str) -> str:
    return f"import sys; sys.path.insert(0, 'functions/{name}'); import handler"


def run() -> Iterator[dict[str, Any]]:
    """Interleaved rounds, so that a slow moment of the machine slows both sides of a ratio; medians of seven."""
    names = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))
    for name in names:
        code = _handler(name)
        _milliseconds(code)  # writes the bytecode, which a layer ships
        pairs = [(_milliseconds(code), _milliseconds(_YARDSTICK)) for _ in range(_ROUNDS)]
        ratio = statistics.median(mine / yardstick for mine, yardstick in pairs)
        milliseconds = statistics.median(mine for mine, _ in pairs)
        yield {"name": f"{name}.import_ratio", "value": round(ratio, 3), "unit": "ratio", "ms": round(milliseconds, 1)}
