"""`relevo evaluate language|sentiment|priority` on files as people have them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from infra.cli import main
from infra.cli.evaluate.labelled import merit, percentile
from relevo.crm.churn import model, validation


@pytest.fixture
def evaluate(tmp_path: Path) -> Any:
    """Run a command on a file with this content."""

    def run(command: str, content: str, *options: str) -> Result:
        file = tmp_path / "test.csv"
        file.write_text(content, encoding="utf-8")
        return CliRunner().invoke(main, ["evaluate", command, "--test", str(file), *options])

    return run


def figures(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout.strip().splitlines()[-1])
    return found


def test_languages_by_any_name_of_theirs(evaluate: Any) -> None:
    found = figures(
        evaluate("language", "text,label\nhola qué tal,Español\ngood morning,EN\nbom dia,pt-BR\nhallo,de\n")
    )
    assert found["accuracy"] == 0.75
    assert {label: of["recall"] for label, of in found["by_label"].items()} == {"de": 0, "en": 1, "es": 1, "pt": 1}
    assert found["p95_ms"] > 0


@pytest.mark.parametrize(
    "labels",
    [
        ("positive", "neutral", "negative"),
        ("POS", "Neutro", "negativo"),
        ("1", "0", "-1"),
        ("2", "1", "0"),
        ("2.0", "1.0", "0.0"),
        ("5", "3", "1"),
    ],
)
def test_sentiments_by_any_name_or_scale(evaluate: Any, labels: tuple[str, str, str]) -> None:
    texts = ("me encanta", "¿a qué hora abren?", "es horrible")
    rows = "".join(f"{label};{text}\n" for label, text in zip(labels, texts, strict=True))
    found = figures(evaluate("sentiment", "label;text\n" + rows))
    assert (found["accuracy"], found["macro_f1"]) == (1.0, 1.0)
    assert set(found["by_label"]) == {"negative", "neutral", "positive"}


def test_two_numbers_are_negative_and_positive(evaluate: Any) -> None:
    assert figures(evaluate("sentiment", "text,label\nI love it,1\nthis is awful,0\n"))["accuracy"] == 1.0


def test_priorities_with_and_without_the_optional_columns(evaluate: Any) -> None:
    # Given the published examples as a table with gaps
    table = (
        "text,label,subject,tier,source,category,security\n"
        '"El sistema no funciona, necesito ayuda inmediata",Crítico,URGENTE: Sistema caído,VIP,phone,,\n'
        "No puedo descargar mi factura,medio,Problema con factura,,,billing,\n"
        "Encontré esto,high,Reporte,,,,yes\n"
    )
    # When they are evaluated, Then all are as published; and so is a table without those columns
    assert figures(evaluate("priority", table))["accuracy"] == 1.0
    assert figures(evaluate("priority", "text,label\ngracias,low\n"))["accuracy"] == 1.0


def test_priorities_by_weights_of_ones_own(evaluate: Any, tmp_path: Path) -> None:
    weights = tmp_path / "weights.json"
    weights.write_text('{"base": 85}')
    assert figures(evaluate("priority", "text,label\ngracias,critical\n", "--weights", str(weights)))["accuracy"] == 1.0


@pytest.mark.parametrize(
    ("command", "content", "reason"),
    [
        ("language", "", "lacks the column text and label"),
        ("language", "text,etiqueta\nhola,es\n", "lacks the column label"),
        ("language", "text,label\n", "has a header and no rows"),
        ("language", "text,label\nhola,\n", "line 2 has the label ''"),
        ("sentiment", "text,label\nhola,meh\n", "line 2 has the label 'meh'"),
        ("priority", "text,label\nhola,low\nhola,9\n", "line 3 has the label '9'"),
    ],
)
def test_a_file_that_does_not_fit_is_explained_in_one_line(
    evaluate: Any, command: str, content: str, reason: str
) -> None:
    result = evaluate(command, content)
    assert result.exit_code == 2
    assert reason in result.stderr
    assert result.stdout == ""


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["evaluate", "language", "--test", str(tmp_path / "none.csv")])
    assert result.exit_code == 2
    assert "none.csv cannot be read" in result.stderr


def test_figures_of_a_known_confusion() -> None:
    # Given three of a, one of them taken for b, and one b
    found = merit(["a", "a", "a", "b"], ["a", "a", "b", "b"])
    # Then the figures are those of the textbook
    assert found["accuracy"] == 0.75
    assert found["by_label"]["a"] == {"precision": 1.0, "recall": 0.6667, "f1": 0.8, "n": 3}
    assert found["by_label"]["b"] == {"precision": 0.5, "recall": 1.0, "f1": 0.6667, "n": 1}
    assert found["macro_f1"] == 0.7333


@given(st.lists(st.sampled_from("abc"), min_size=1))
def test_a_perfect_prediction_has_perfect_figures(truths: list[str]) -> None:
    found = merit(truths, truths)
    assert (found["accuracy"], found["macro_f1"]) == (1.0, 1.0)


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1))
def test_a_percentile_is_one_of_the_values_and_covers_its_share(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values)


def test_churn_on_a_table_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given customers who stay the longer they have been with us, in a file as people have it
    for module in (model, validation):
        monkeypatch.setattr(module, "FOLDS", 2)
    rows = [f"C-{n:03};{n % 40};{'Yes' if (n * 7) % 40 > n % 40 else 'No'}" for n in range(160)] + ["C-160;12;"]
    file = tmp_path / "customers.csv"
    file.write_text("\ufeffId;Tenure;Churn\n" + "\n".join(rows), encoding="utf-8")
    # When the command is called
    found = figures(CliRunner().invoke(main, ["evaluate", "churn", str(file), "--target", "Churn"]))
    # Then it says how well it foresees, and what it took for what
    assert {"auc", "brier", "lift_top10", "calibration_error"} < set(found)
    assert 0.5 < found["auc"] <= 1 and 0 < found["brier"] < 0.25
    assert (found["rows"], found["left"], found["left_means"]) == (160, sum(";Yes" in row for row in rows), "yes")
    assert found["left_out"] == {"id": "an identifier or free text"}
    # And a column there is not is an error of one line
    wrong = CliRunner().invoke(main, ["evaluate", "churn", str(file), "--target", "gone"])
    assert wrong.exit_code == 2 and wrong.stderr.strip().endswith("its columns are id, tenure, churn")
