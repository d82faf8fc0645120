"""How far an import has come, beside its file, so that the next one goes on from there."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass
class Done:
    """What became of the rows so far. `of` names the file's content and where it went."""

    of: str
    read: int = 0
    imported: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0


class Checkpoint:
    """Written after every batch the database has; a crash in between repeats one batch, which changes nothing."""

    def __init__(self, file: Path, target: str) -> None:
        self._path = file.with_name(f"{file.name}.progress")
        with file.open("rb") as content:
            self._of = f"{hashlib.file_digest(content, 'sha256').hexdigest()} {target}"

    def load(self) -> Done:
        """How far the same file had come at the same place; the beginning for any other."""
        try:
            done = Done(**json.loads(self._path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return Done(self._of)
        return done if done.of == self._of else Done(self._of)

    def save(self, done: Done) -> None:
        fresh = self._path.with_suffix(".progress.new")
        fresh.write_text(json.dumps(asdict(done)), encoding="utf-8")
        fresh.replace(self._path)

    def forget(self) -> None:
        self._path.unlink(missing_ok=True)
