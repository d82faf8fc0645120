"""What a deployment is made from, as one hash: when it is that of the last one, there is nothing to deploy."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

SOURCES = ("infra", "functions", "layers/core", "cdk.json", "package-lock.json", "uv.lock")
IGNORED = {"__pycache__", "node_modules"}


def fingerprint(root: Path, variables: Mapping[str, str]) -> str:
    """Of every source file under `root` that a template or an asset is made from, and of these variables."""
    digest = hashlib.sha256()
    for file in _files(root):
        digest.update(f"{file.relative_to(root)}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    for name, value in sorted(variables.items()):
        digest.update(f"{name}={value}\0".encode())
    return digest.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    for source in SOURCES:
        path = root / source
        yield from [path] if path.is_file() else _below(path)


def _below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name in IGNORED or (path.match("functions/*/web/*") and path.name != "dist"):
            continue  # of a web application only what was built is deployed
        if path.is_dir():
            yield from _below(path)
        else:
            yield path
