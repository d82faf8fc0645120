"""`relevo catalogue import`: streaming, resumable, and every row accounted for."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from infra import cli
from relevo import company
from relevo.db import Database
from relevo.sales import catalogue

command = sys.modules["infra.cli.catalogue"]
"""The module; as an attribute of its package the command family of the same name stands before it."""
Run = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def run(database: Database) -> Run:
    """The command's exit code and the summary of its last line."""

    def call(*arguments: object) -> tuple[int, dict[str, Any]]:
        result = CliRunner().invoke(cli.main, ["catalogue", "import", *map(str, arguments)])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        lines = result.stdout.strip().splitlines()
        return result.exit_code, json.loads(lines[-1]) if lines else {}

    return call


def product(n: int, **more: Any) -> dict[str, Any]:
    return {"code": f"P-{n:05}", "name": f"Balata {n}", "price": "10.10", **more}


def counts(summary: dict[str, Any]) -> dict[str, Any]:
    return {name: summary[name] for name in ("read", "imported", "updated", "unchanged", "rejected")}


def stored(database: Database) -> dict[str, Any]:
    with database.unit_of_work() as uow:
        return {row["code"]: row for row in uow.all("SELECT * FROM sales.product")}


def test_an_array_lines_and_csv_tell_the_same(run: Run, database: Database, tmp_path: Path) -> None:
    # Given the same products in three forms
    rows = [
        product(
            n,
            price="1234.50",
            brand="Brembo",
            images=["https://example.com/a.jpg", "https://example.com/b.jpg"],
            fits=[{"make": "Nissan", "model": "Versa", "year_from": 2012, "year_to": 2019}, {"make": "Seat"}],
        )
        for n in range(3)
    ]
    (tmp_path / "array.json").write_text(json.dumps(rows, indent=1))
    (tmp_path / "lines.json").write_text("\n".join(json.dumps(row) for row in rows))
    cells = "\n".join(
        f'{row["code"]},{row["name"]},"$1,234.50",Brembo,Nissan/Versa/2012-2019; Seat,https://example.com/a.jpg,'
        "https://example.com/b.jpg"
        for row in rows
    )
    (tmp_path / "table.csv").write_text(f"code,name,price,brand,fits,image_1,image_2\n{cells}\n")
    # When one is imported, and then the others
    summaries = [counts(run(tmp_path / name)[1]) for name in ("array.json", "lines.json", "table.csv")]
    # Then the first makes them, and the others find nothing new
    assert summaries[0] == {"read": 3, "imported": 3, "updated": 0, "unchanged": 0, "rejected": 0}
    assert summaries[1] == summaries[2] == {"read": 3, "imported": 0, "updated": 0, "unchanged": 3, "rejected": 0}
    assert str(stored(database)["P-00001"]["price"]) == "1234.50"
    # And nothing is left beside the files
    assert len(list(tmp_path.iterdir())) == 3


def test_only_what_changed_is_written(run: Run, database: Database, tmp_path: Path) -> None:
    # Given an imported file
    file = tmp_path / "products.json"
    file.write_text(json.dumps([product(n) for n in range(5)]))
    run(file)
    before = stored(database)
    # When one price changes, another product is new, and one comes twice
    file.write_text(json.dumps([*(product(n) for n in range(4)), product(4, price="11"), product(5), product(5)]))
    _, summary = run(file)
    # Then the ids stay, and each row is counted
    assert counts(summary) == {"read": 7, "imported": 1, "updated": 1, "unchanged": 5, "rejected": 0}
    after = stored(database)
    assert {code: row["id"] for code, row in before.items()}.items() <= {c: r["id"] for c, r in after.items()}.items()
    assert after["P-00000"]["updated_at"] == before["P-00000"]["updated_at"] < after["P-00004"]["updated_at"]


def test_wrong_rows_are_told_with_line_and_reason(run: Run, database: Database, tmp_path: Path) -> None:
    # Given a file with rows that cannot be
    file = tmp_path / "products.json"
    wrong = [
        '{"code": "X-1", "name": "x"}',
        "{oops",
        '["list"]',
        json.dumps(product(2, price=-1)),
        '{"code": "\\ud800"}',
    ]
    file.write_text("\n".join([json.dumps(product(1)), *wrong, json.dumps(product(3))]))
    # When it is imported
    code, summary = run(file)
    # Then the right ones are in, and the others told by line and reason
    assert code == 0 and counts(summary) == {"read": 7, "imported": 2, "updated": 0, "unchanged": 0, "rejected": 5}
    told = [json.loads(line) for line in (tmp_path / "products.json.rejected").read_text().splitlines()]
    assert [(each["line"], each["code"]) for each in told] == [
        (2, "X-1"),
        (3, None),
        (4, None),
        (5, "P-00002"),
        (6, None),
    ]
    assert "price" in told[0]["reason"] and "greater than" in told[3]["reason"]


def test_a_stopped_import_goes_on_where_it_was(
    run: Run, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given an import that is killed in its third batch
    file = tmp_path / "products.json"
    file.write_text(json.dumps([product(n) for n in range(10)]))
    monkeypatch.setattr(command, "BATCH", 3)
    real, batches = catalogue.imported, []

    def dying(uow: Any, rows: Any) -> Any:
        batches.append(len(rows))
        if len(batches) == 3:
            raise KeyboardInterrupt
        return real(uow, rows)

    monkeypatch.setattr(catalogue, "imported", dying)
    with pytest.raises((KeyboardInterrupt, AssertionError)):
        assert run(file)[0] == 0
    assert len(stored(database)) == 6
    # When it is started again
    _, summary = run(file)
    # Then only what was missing is read, and the summary tells of the whole
    assert batches == [3, 3, 3, 3, 1]
    assert counts(summary) == {"read": 10, "imported": 10, "updated": 0, "unchanged": 0, "rejected": 0}
    assert not (tmp_path / "products.json.progress").exists()


def test_a_file_cut_off_keeps_what_was_whole(run: Run, database: Database, tmp_path: Path) -> None:
    # Given a file whose end is missing
    file = tmp_path / "products.json"
    file.write_text(json.dumps([product(n) for n in range(4)])[:-30])
    # When it is imported
    code, summary = run(file)
    # Then what is whole is in, and the command says that something is wrong
    assert code == 2 and summary["imported"] == 3 and len(stored(database)) == 3


def test_a_long_file_is_never_held_whole(run: Run, database: Database, tmp_path: Path) -> None:
    # Given products larger than what is read at a time, in one line
    file = tmp_path / "products.json"
    file.write_text(json.dumps([product(n, description="freno " * 1_500) for n in range(40)]))
    # When they are imported, then none is lost where pieces meet
    assert counts(run(file)[1]) == {"read": 40, "imported": 40, "updated": 0, "unchanged": 0, "rejected": 0}


def test_a_stage_takes_them_through_configure_in_calls_it_can_bear(
    run: Run, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a stage that takes few rows a call
    calls: list[int] = []

    def configure(stage: str, document: dict[str, Any]) -> dict[str, Any]:
        assert stage == "dev"
        calls.append(len(document["products"]))
        return database.run(lambda uow: company.configure(uow, document, actor="operator"))

    monkeypatch.setattr(command, "configure", configure)
    monkeypatch.setattr(command, "CALL_ROWS", 4)
    file = tmp_path / "products.json"
    file.write_text(json.dumps([*(product(n) for n in range(9)), {"code": "X"}]))
    # When a file is imported there
    _, summary = run(file, "--stage", "dev")
    # Then every row arrives, and a wrong one is told by its own line
    assert calls == [4, 4, 2]
    assert counts(summary) == {"read": 10, "imported": 9, "updated": 0, "unchanged": 0, "rejected": 1}
    assert json.loads((tmp_path / "products.json.rejected").read_text())["code"] == "X"
