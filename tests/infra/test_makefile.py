"""What `make` does with the Python it is given."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_python_is_asked_whether_it_serves_also_where_its_path_has_a_space(tmp_path: Path) -> None:
    # Given a Python that does not serve, in a folder with a space in its name
    python = tmp_path / "a folder" / "python"
    python.parent.mkdir()
    python.write_text('#!/bin/sh\necho "asked for $1" >&2\nexit 1\n')
    python.chmod(0o755)
    # When make is told to take it
    told = ["make", "-W", "uv.lock", ".venv/ready", f"PYTHON={python}"]
    made = subprocess.run(told, cwd=ROOT, capture_output=True, text=True, check=False)
    # Then it is asked first, and nothing is begun
    assert made.returncode != 0
    assert "asked for infra/local/interpreter.py" in made.stderr
    assert "installing" not in made.stdout
