"""Dependencies point one way: functions -> contexts -> channels, text, llm -> db, events -> clock, ids, errors."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORE = ROOT / "layers/core/python/relevo"

LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"clock", "errors", "texts"}),
    frozenset({"ids", "aws", "settings", "text", "vision", "website"}),
    frozenset({"observability", "messaging", "events", "objects"}),
    frozenset({"outbox", "channels"}),
    frozenset({"db"}),
    frozenset({"runtime", "platform", "llm", "access"}),
    frozenset({"crm"}),
    frozenset({"inbox"}),
    frozenset({"desk"}),
    frozenset({"knowledge", "notify"}),
    frozenset({"retention", "sales", "social"}),
    frozenset({"console", "insight"}),
    frozenset({"realtime"}),
    frozenset({"api", "company"}),
)
"""From the ground up; a package imports its own layer's others never, and only what stands below."""

CONTEXTS = frozenset(
    {
        "crm",
        "inbox",
        "desk",
        "knowledge",
        "notify",
        "access",
        "platform",
        "company",
        "console",
        "insight",
        "realtime",
        "retention",
        "sales",
        "social",
    }
)


def modules() -> Iterator[tuple[str, Path]]:
    """Every module of the core, with the package of the first level it belongs to."""
    for path in CORE.rglob("*.py"):
        relative = path.relative_to(CORE)
        if relative.name != "__init__.py" or len(relative.parts) > 1:
            yield relative.parts[0].removesuffix(".py"), path


def imported(path: Path) -> Iterator[tuple[str, str]]:
    """(first-level package of relevo, whole module) of every import, at the top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "relevo":
            yield from ((alias.name, f"relevo.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("relevo."):
            yield str(node.module).split(".")[1], str(node.module)
        elif isinstance(node, ast.Import):
            yield from (
                (alias.name.split(".")[1], alias.name) for alias in node.names if alias.name.startswith("relevo.")
            )


def level(package: str) -> int:
    return next(n for n, layer in enumerate(LAYERS) if package in layer)


def test_every_package_has_its_place() -> None:
    # Given the packages there are
    there = {package for package, _ in modules()}
    # Then each stands in exactly one layer
    assert there == set[str]().union(*LAYERS)


def test_nothing_imports_upwards() -> None:
    # Given every import of the core
    wrong = [
        f"{path.relative_to(CORE)} imports {module}"
        for package, path in modules()
        for target, module in imported(path)
        if target != package and level(target) >= level(package)
    ]
    # Then each points down
    assert wrong == []


def test_a_context_is_entered_by_its_front_door() -> None:
    # Given the imports between contexts
    wrong = [
        f"{path.relative_to(CORE)} imports {module}"
        for package, path in modules()
        for target, module in imported(path)
        if target in CONTEXTS and target != package and module.count(".") > 1
    ]
    # Then each goes through the package's own exports
    assert wrong == []


def test_no_module_is_named_after_nothing() -> None:
    # Given every Python file of the project
    folders = ("layers", "functions", "infra", "tests")
    names = {path.stem for folder in folders for path in (ROOT / folder).rglob("*.py")}
    # Then none has a name that says nothing of what is inside
    assert names.isdisjoint({"utils", "util", "helpers", "helper", "common", "misc"})


@pytest.mark.parametrize("handler", sorted(ROOT.glob("functions/*/handler.py")), ids=lambda path: path.parent.name)
def test_a_handler_only_translates(handler: Path) -> None:
    # Given a Lambda's handler
    source = handler.read_text(encoding="utf-8")
    # Then it says what triggers it, holds no SQL, calls no third party, and fits a screen
    assert ast.get_docstring(ast.parse(source))
    assert not any(word in source for word in ("SELECT ", "INSERT ", "UPDATE ", "boto3", "httpx"))
    assert len(source.splitlines()) <= 40
